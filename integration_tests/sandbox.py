"""The simulated API as a process of its own, steered over its stdin (sandbox/kit/control.ts)."""

import json
import subprocess
from datetime import datetime, timedelta, timezone
from typing import Any

from sources import ROOT, Source

# Less than the look-back of a day: the clock of the connector cannot be set, so its state says that all was read up to
# the real now, and what the sandbox adds afterwards is late.
LATE = timedelta(hours=20)


class Sandbox:
    """Starts some hours ago, so that they can pass between two reads."""

    def __init__(self, source: Source) -> None:
        start = datetime.now(timezone.utc) - LATE
        now = start.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        command = ["node", str(ROOT / source.sandbox[0]), "--port", "0", "--control", "--now", now]
        self._process = subprocess.Popen(
            [*command, *source.sandbox[1:]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.config: dict[str, Any] = {**self._answer()["config"], **dict(source.config)}

    def tables(self) -> set[str]:
        return set(self._ask(tables=True)["tables"])

    def truth(self, table: str) -> tuple[list[str], list[dict[str, Any]]]:
        """The key and the rows of a table, as a correct connector reads them; no fields where it has no key."""
        answer = self._ask(truth=table)
        return answer["key"], answer["rows"]

    def catch_up(self) -> None:
        """The hours pass: new rows appear."""
        self._ask(advance=LATE // timedelta(milliseconds=1))

    def fault(self, **fault: Any) -> None:
        self._ask(fault=fault)

    def clear_faults(self) -> None:
        self._ask(clearFaults=True)

    def close(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(timeout=10)

    def _ask(self, **command: Any) -> dict[str, Any]:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the sandbox ended; is build/ there? (make build)")
        return json.loads(line)
