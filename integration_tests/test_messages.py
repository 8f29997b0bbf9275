"""Airbyte's own classes over what a full sync says, and its metadata model over metadata.yaml."""

import json
import subprocess
from collections import Counter
from pathlib import Path

import yaml
from airbyte_cdk.models.connector_metadata import MetadataFile
from airbyte_protocol.models import AirbyteMessage, AirbyteStreamStatus, ConfiguredAirbyteCatalog, Type
from sandbox import Sandbox
from sources import Source


def run(source: Source, *arguments: str, code: int = 0) -> list[AirbyteMessage]:
    done = subprocess.run([source.executable, *arguments], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (code, "")
    return [AirbyteMessage.model_validate_json(line) for line in done.stdout.splitlines()]


def test_metadata_is_airbytes(source: Source) -> None:
    metadata = MetadataFile.from_file(source.folder / "metadata.yaml")
    assert metadata.data.dockerRepository.endswith(source.name)
    raw = yaml.safe_load((source.folder / "metadata.yaml").read_text())
    assert raw["metadataSpecVersion"] == "1.0"


def test_every_message_of_a_full_sync_is_airbytes(source: Source, sandbox: Sandbox, tmp_path: Path) -> None:
    config = tmp_path / "config.json"
    config.write_text(json.dumps(sandbox.config))
    [spec] = run(source, "spec")
    assert spec.spec and spec.spec.connectionSpecification
    [status] = [message for message in run(source, "check", "--config", str(config)) if message.connectionStatus]
    assert status.connectionStatus and status.connectionStatus.status.value == "SUCCEEDED"

    [found] = [message for message in run(source, "discover", "--config", str(config)) if message.catalog]
    assert found.catalog
    assert {stream.name for stream in found.catalog.streams} == sandbox.tables()
    for stream in found.catalog.streams:
        key, _ = sandbox.truth(stream.name)
        assert sorted(stream.source_defined_primary_key or []) == sorted([field] for field in key), stream.name
    configured = {
        "streams": [
            {
                "stream": stream.model_dump(mode="json", exclude_none=True),
                "sync_mode": stream.supported_sync_modes[-1].value,
                "destination_sync_mode": "append_dedup" if stream.source_defined_primary_key else "append",
            }
            for stream in found.catalog.streams
        ]
    }
    ConfiguredAirbyteCatalog.model_validate(configured)
    catalog = tmp_path / "catalog.json"
    catalog.write_text(json.dumps(configured))

    messages = run(source, "read", "--config", str(config), "--catalog", str(catalog))
    assert_honest(messages, dict.fromkeys(sandbox.tables(), "COMPLETE"))

    forbidden, path = source.forbidden
    sandbox.fault(path=path, kind="forbidden")
    messages = run(source, "read", "--config", str(config), "--catalog", str(catalog), code=1)
    assert_honest(messages, dict.fromkeys(sandbox.tables(), "COMPLETE") | {forbidden: "INCOMPLETE"})
    read = Counter(message.record.stream for message in messages if message.record)
    growing, _, _ = source.growing
    for table in sandbox.tables() - {growing}:
        assert read[table] == (0 if table == forbidden else len(sandbox.truth(table)[1])), table
    errors = [message.trace.error for message in messages if message.trace and message.trace.error]
    [error] = errors
    assert error.failure_type and error.failure_type.value == "config_error"
    assert error.stream_descriptor and error.stream_descriptor.name == forbidden


def assert_honest(messages: list[AirbyteMessage], verdicts: dict[str, str]) -> None:
    """Each table: STARTED first, a final STATE, then COMPLETE last; counts that add up to the records."""
    since: Counter[str] = Counter()
    last: dict[str, str] = {}
    for message in messages:
        if message.type is Type.RECORD and message.record:
            assert message.record.stream in last, f"{message.record.stream}: a record before STARTED"
            since[message.record.stream] += 1
            last[message.record.stream] = "RECORD"
        elif message.type is Type.STATE and message.state:
            assert message.state.stream and message.state.sourceStats
            name = message.state.stream.stream_descriptor.name
            assert message.state.sourceStats.recordCount == since[name], name
            since[name] = 0
            last[name] = "STATE"
        elif message.type is Type.TRACE and message.trace and message.trace.stream_status:
            name = message.trace.stream_status.stream_descriptor.name
            status = message.trace.stream_status.status
            if status is AirbyteStreamStatus.STARTED:
                assert name not in last
            else:
                assert name in last, f"{name}: {status.value} before STARTED"
            if status is AirbyteStreamStatus.COMPLETE:
                assert last[name] == "STATE", f"{name}: COMPLETE without a final STATE"
            last[name] = status.value
    assert last == verdicts
    assert not +since
