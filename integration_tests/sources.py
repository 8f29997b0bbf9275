"""The sources of this codebase, as Airbyte's suites need to know them: one entry each, nothing else to copy."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Source:
    name: str
    # Where metadata.yaml, acceptance-test-config.yml, spec.json and integration_tests/ are.
    folder: Path
    # The sandbox that plays the vendor's API, and its arguments.
    sandbox: tuple[str, ...]
    # What a config says besides, so that every row of the sandbox is asked for, and few of them again.
    config: tuple[tuple[str, Any], ...] = ()
    # A table that is forbidden in one of the runs, and its path at the API.
    forbidden: tuple[str, str] = ("", "")
    # What it is told of the forbidden table.
    refusal: str = ""
    # A table that grows while the sandbox's time moves on, its time, and the days that the API keeps, where it forgets.
    growing: tuple[str, str, int | None] = ("", "", None)
    # Tables whose rows the vendor gives no key, which are appended, and columns that tell them apart as far as it goes.
    keyless: tuple[tuple[str, tuple[str, ...]], ...] = ()
    # A table and some columns of it, as a person might select them.
    selection: tuple[str, tuple[str, ...]] = ("", ())

    @property
    def image(self) -> str:
        """As `make images` names it."""
        return f"{self.name}:dev"

    @property
    def executable(self) -> Path:
        return ROOT / "bin" / self.name


SOURCES = [
    Source(
        name="source-segment",
        folder=ROOT,
        sandbox=("build/sandbox/cli.js", "--no-endpoint-limits"),
        # From before the first month with usage.
        config=(("start_date", "2024-01-01"),),
        refusal="this token cannot read the table",
        forbidden=("transformations", "/transformations"),
        growing=("audit_events", "timestamp", 90),
        selection=("sources", ("id", "name", "enabled")),
    ),
    Source(
        name="source-mixpanel",
        folder=ROOT / "connectors/mixpanel",
        sandbox=("build/sandbox/cli.js", "--source", "mixpanel", "--no-quotas"),
        # The connector keeps to three exports a second in any case.
        config=(("attribution_window", 1), ("export_window_days", 3)),
        forbidden=("revenue", "/api/query/engage/revenue"),
        refusal="these credentials may not read the table",
        growing=("export", "time", None),
        keyless=(("export", ("event", "time", "distinct_id")),),
        selection=("cohorts", ("id", "name", "count")),
    ),
    Source(
        name="source-moesif",
        folder=ROOT / "connectors/moesif",
        sandbox=("build/sandbox/cli.js", "--source", "moesif", "--no-quotas"),
        # Events come up to a day late.
        config=(("lookback_window_days", 1),),
        forbidden=("events", "/v1/search/~/search/events"),
        refusal="this key may not read it",
        growing=("events", "request_time", None),
        selection=("companies", ("id", "company_domain", "modified_time")),
    ),
]
