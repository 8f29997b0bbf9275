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


def run(source: Source, *arguments: str) -> list[AirbyteMessage]:
    done = subprocess.run([source.executable, *arguments], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return [AirbyteMessage.model_validate_json(line) for line in done.stdout.splitlines()]


def test_metadata_is_airbytes(source: Source) -> None:
    metadata = MetadataFile.from_file(source.folder / "metadata.yaml")
    assert metadata.data.dockerRepository.endswith(source.name)
    raw = yaml.safe_load((source.folder / "metadata.yaml").read_text())
    assert raw["metadataSpecVersion"] == "1.0"


def test_every_message_of_a_full_sync_is_airbytes(source: Source, sandbox: Sandbox, tmp_path: Path) -> None:
    config = tmp_path / "config.json"
    config.write_text(json.dumps({**sandbox.config, "start_date": "2024-01-01"}))
    [spec] = run(source, "spec")
    assert spec.spec and spec.spec.connectionSpecification
    [status] = [message for message in run(source, "check", "--config", str(config)) if message.connectionStatus]
    assert status.connectionStatus and status.connectionStatus.status.value == "SUCCEEDED"

    [found] = run(source, "discover", "--config", str(config))
    assert found.catalog
    configured = {
        "streams": [
            {
                "stream": stream.model_dump(mode="json", exclude_none=True),
                "sync_mode": stream.supported_sync_modes[-1].value,
                "destination_sync_mode": "append_dedup",
            }
            for stream in found.catalog.streams
        ]
    }
    ConfiguredAirbyteCatalog.model_validate(configured)
    catalog = tmp_path / "catalog.json"
    catalog.write_text(json.dumps(configured))

    messages = run(source, "read", "--config", str(config), "--catalog", str(catalog))
    assert_honest(messages, {stream.name for stream in found.catalog.streams})


def assert_honest(messages: list[AirbyteMessage], tables: set[str]) -> None:
    """Each table: STARTED first, a final STATE, then COMPLETE last; counts that add up to the records."""
    since: Counter[str] = Counter()
    last: dict[str, str] = {}
    for message in messages:
        if message.type is Type.RECORD and message.record:
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
            if status is AirbyteStreamStatus.COMPLETE:
                assert last[name] == "STATE", f"{name}: COMPLETE without a final STATE"
            last[name] = status.value
    assert last == dict.fromkeys(tables, "COMPLETE")
    assert not +since
