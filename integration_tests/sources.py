"""The sources of this codebase, as Airbyte's suites need to know them: one entry each, nothing else to copy."""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Source:
    name: str
    # Where metadata.yaml, acceptance-test-config.yml, spec.json and integration_tests/ are.
    folder: Path
    # The sandbox that plays the vendor's API, and its arguments.
    sandbox: tuple[str, ...]
    # A table that is forbidden in one of the runs, and its path at the API.
    forbidden: tuple[str, str] = ("", "")
    # A table that grows while the sandbox's time moves on, its time and the days that the API keeps.
    growing: tuple[str, str, int] = ("", "", 0)
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
        forbidden=("transformations", "/transformations"),
        growing=("audit_events", "timestamp", 90),
        selection=("sources", ("id", "name", "enabled")),
    ),
]
