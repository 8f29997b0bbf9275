"""Fixtures of Airbyte's own suites: each source with a sandbox of its own."""

import os
from collections.abc import Iterator

# PyAirbyte looks the connector up in Airbyte's registry and sends usage reports, unless it is told not to.
os.environ |= {"AIRBYTE_OFFLINE_MODE": "1", "DO_NOT_TRACK": "1"}

import pytest  # noqa: E402
from sandbox import Sandbox  # noqa: E402
from sources import SOURCES, Source  # noqa: E402

pytest_plugins = ["airbyte_cdk.test.standard_tests.pytest_hooks"]


@pytest.fixture(params=SOURCES, ids=lambda source: source.name)
def source(request: pytest.FixtureRequest) -> Source:
    return request.param


@pytest.fixture
def sandbox(source: Source) -> Iterator[Sandbox]:
    sandbox = Sandbox(source)
    yield sandbox
    sandbox.close()
