"""What must be equal in two runs on the same rows, as one hash a table.

    python -m tests.worlds.fingerprints ROOT HOME

runs the whole line on the snapshots below ROOT and prints the hashes as JSON.
"""

import hashlib
import json
import sys
from datetime import date
from pathlib import Path

from forensics import contracts
from forensics.contracts.sql import quote
from tests.worlds.line import Line, open_line

NAMES_FILES = {
    "raw.loads": {"load_id", "bytes", "sha256"},
    "raw.quarantine": {"load_id", "file", "row_number"},
    "core.day_loads": {"load_id"},
    "reports.runs": {"loads_fingerprint"},
}
"""Columns that say how the rows lay in files: other bytes and another order of rows give other values."""


def fingerprints(line: Line, steps: tuple[str, ...] = contracts.STEPS) -> dict[str, str]:
    """MD5 over the sorted rows of every table, without wall clock times and without what names files."""
    found = {}
    for table in contracts.tables():
        if table.step in steps:
            left_out = NAMES_FILES.get(table.full_name, set())
            names = ", ".join(quote(name) for name in table.evidence_columns if name not in left_out)
            rows = line.connection.execute(f"SELECT {names} FROM {table.full_name} ORDER BY ALL").fetchall()
            found[table.full_name] = hashlib.md5(repr(rows).encode(), usedforsecurity=False).hexdigest()
    return found


def main(root: Path, home: Path) -> None:
    """Run the line and print the hashes."""
    days = sorted(date.fromisoformat(folder.name.removeprefix("date=")) for folder in root.glob("date=*"))
    with open_line(home, days[-1]) as line:
        line.load(root, days)
        line.look_back()
        print(json.dumps(fingerprints(line)))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
