"""PyAirbyte over the local executable and the image: discover, read into DuckDB, read again from its own state."""

import re
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import airbyte as ab
import pytest
from airbyte.caches import DuckDBCache
from airbyte.exceptions import AirbyteConnectorFailedError
from sandbox import Sandbox
from sources import Source

Key = tuple[Any, ...]


@pytest.fixture
def cache(tmp_path: Path) -> DuckDBCache:
    return DuckDBCache(db_path=tmp_path / "warehouse.duckdb", schema_name="vendor")


@pytest.fixture(params=["executable", "image"])
def how(request: pytest.FixtureRequest) -> str:
    return request.param


def connect(source: Source, sandbox: Sandbox, how: str = "executable") -> ab.Source:
    config = sandbox.config
    if how == "image":
        return ab.get_source(source.name, docker_image=source.image, use_host_network=True, config=config)
    return ab.get_source(source.name, local_executable=source.executable, config=config, install_if_missing=False)


def read(connector: ab.Source, cache: DuckDBCache) -> None:
    connector.select_all_streams()
    connector.read(cache=cache)


def arrived(cache: DuckDBCache, table: str, fields: list[str], where: str = "TRUE") -> list[Key]:
    """Rows of a table in the warehouse, where PyAirbyte writes column names in small letters."""
    columns = ", ".join(f'"{field.lower()}"' for field in fields)
    query = f'SELECT {columns} FROM "{cache.schema_name}"."{table}" WHERE {where}'
    return [tuple(comparable(value) for value in row.values()) for row in cache.run_sql_query(query)]


def comparable(value: Any) -> Any:
    """A time as a time, whether DuckDB or JSON wrote it."""
    if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\dT", value):
        value = datetime.fromisoformat(value.replace("Z", "+00:00"))
    return value.astimezone(timezone.utc) if isinstance(value, datetime) else value


def rows_of(source: Source, sandbox: Sandbox, table: str) -> tuple[list[str], list[dict[str, Any]]]:
    key, rows = sandbox.truth(table)
    return key or list(dict(source.keyless)[table]), rows


def all_keys(source: Source, sandbox: Sandbox, table: str) -> list[Key]:
    key, rows = rows_of(source, sandbox, table)
    return [tuple(comparable(row[field]) for field in key) for row in rows]


def expected(source: Source, sandbox: Sandbox, table: str) -> tuple[list[str], set[Key]]:
    """What tells the rows of a table apart, and which the sandbox has, without those that the API lets go meanwhile."""
    key, rows = rows_of(source, sandbox, table)
    name, time, days = source.growing
    if table == name and days is not None:
        oldest = datetime.now(timezone.utc) - timedelta(days=days, minutes=-2)
        rows = [row for row in rows if comparable(row[time]) > oldest]
    return key, {tuple(comparable(row[field]) for field in key) for row in rows}


def test_every_table_arrives_whole_and_once_and_goes_on_from_its_state(
    source: Source, sandbox: Sandbox, cache: DuckDBCache, how: str
) -> None:
    connector = connect(source, sandbox, how)
    connector.check()
    tables = connector.get_available_streams()
    assert set(tables) == sandbox.tables()
    read(connector, cache)
    for table in tables:
        key, truth = expected(source, sandbox, table)
        rows = arrived(cache, table, key)
        everything = all_keys(source, sandbox, table)
        assert truth <= set(rows), f"{table}: rows are missing"
        assert set(rows) <= set(everything), f"{table}: invented"
        if table in dict(source.keyless):
            assert len(rows) == len(everything), f"{table}: not each row once"
        else:
            assert len(rows) == len(set(rows)), f"{table}: duplicates"

    growing, _, _ = source.growing
    key, _ = expected(source, sandbox, growing)
    before = set(arrived(cache, growing, key))
    second_read = datetime.now(timezone.utc)
    sandbox.catch_up()
    read(connect(source, sandbox, how), cache)
    for table in tables:
        key, truth = expected(source, sandbox, table)
        rows = arrived(cache, table, key)
        if table not in dict(source.keyless):
            assert len(rows) == len(set(rows)), f"{table}: duplicates after the merge"
        assert truth <= set(rows), f"{table}: rows are missing after the second read"
    key, truth = expected(source, sandbox, growing)
    brought = set(arrived(cache, growing, key, f"_airbyte_extracted_at >= '{second_read.isoformat()}'"))
    assert truth - before and truth - before <= brought, "the second read did not bring what is new"
    assert len(brought) < len(before) / 3, "the second read brought the whole table again"
    assert before <= set(arrived(cache, growing, key)), "rows that the API let go were lost"


def test_only_the_selected_columns_arrive(source: Source, sandbox: Sandbox, cache: DuckDBCache) -> None:
    table, columns = source.selection
    connector = connect(source, sandbox)
    # PyAirbyte has no call for it: this is what a platform does with the catalog when a person selects columns.
    for stream in connector.discovered_catalog.streams:
        if stream.name == table:
            fields = stream.json_schema["properties"]
            stream.json_schema["properties"] = {name: fields[name] for name in columns}
    connector.select_streams([table])
    connector.read(cache=cache)
    query = f"SELECT column_name FROM information_schema.columns WHERE table_name = '{table}'"
    names = {row["column_name"] for row in cache.run_sql_query(query)}
    assert {name for name in names if not name.startswith("_airbyte")} == {name.lower() for name in columns}
    key, truth = expected(source, sandbox, table)
    assert set(arrived(cache, table, key)) == truth


def test_a_forbidden_table_fails_the_read_and_says_why_and_the_next_read_mends_it(
    source: Source, sandbox: Sandbox, cache: DuckDBCache, capfd: pytest.CaptureFixture[str]
) -> None:
    table, path = source.forbidden
    sandbox.fault(path=path, kind="forbidden")
    with pytest.raises(AirbyteConnectorFailedError):
        read(connect(source, sandbox), cache)
    told = re.sub(r"\s+", " ", capfd.readouterr().err)
    assert f"{table}: {source.refusal}" in told
    sandbox.clear_faults()
    connector = connect(source, sandbox)
    read(connector, cache)
    for name in connector.get_available_streams():
        key, truth = expected(source, sandbox, name)
        rows = arrived(cache, name, key)
        assert truth <= set(rows), name
        assert name in dict(source.keyless) or len(rows) == len(set(rows)), name
