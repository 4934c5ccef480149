"""What was handed out: one file beside the export, and one line in the state folder's log of exports."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from forensics import __version__
from forensics.exports.cases import Cases
from forensics.exports.datapackage import file_sha256
from forensics.home import Home

FILE = "export.json"


@dataclass(frozen=True)
class Receipt:
    """An export: when, of which run, for whom, with what left open, and its files with size and SHA-256."""

    exported_at: str
    recipient: str
    revealed: list[str]
    tlp: str
    with_exemplars: bool
    as_of: str
    run_id: str
    loads_fingerprint: str
    settings_fingerprint: str
    code_version: str
    findings: list[str]
    files: list[dict[str, str | int]]


def write_receipt(
    home: Home,
    folder: Path,
    cases: Cases,
    files: Sequence[Path],
    *,
    revealed: Sequence[str],
    tlp: str,
    with_exemplars: bool,
) -> Receipt:
    """Write the receipt beside the files and add it to `exports.jsonl` of the state folder, which only ever grows."""
    run = cases.run
    receipt = Receipt(
        exported_at=datetime.now(UTC).isoformat(timespec="seconds"),
        recipient=cases.recipient,
        revealed=sorted(revealed),
        tlp=tlp,
        with_exemplars=with_exemplars,
        as_of=run.as_of.isoformat(),
        run_id=run.run_id,
        loads_fingerprint=run.loads_fingerprint,
        settings_fingerprint=run.settings_fingerprint,
        code_version=__version__,
        findings=cases.findings["finding_id"].to_list(),
        files=[
            {"file": str(file.relative_to(folder)), "bytes": file.stat().st_size, "sha256": file_sha256(file)}
            for file in sorted(files)
        ],
    )
    (folder / FILE).write_text(json.dumps(asdict(receipt), indent=2) + "\n", "utf-8")
    with home.exports_log.open("a", encoding="utf-8") as log:
        log.write(json.dumps(asdict(receipt)) + "\n")
    return receipt
