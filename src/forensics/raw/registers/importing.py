"""Importing registers into the folder of a snapshot day, as part files beside the provider's own."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from forensics.raw.registers.bods import read_bods
from forensics.raw.registers.gleif import read_gleif
from forensics.raw.registers.rows import QUARANTINE, RegisterError, Rows

FORMATS: dict[str, Callable[[Path, Rows], str]] = {"gleif": read_gleif, "bods": read_bods}
"""How a file of each format is read."""

READ_BYTES = 1 << 20


@dataclass(frozen=True)
class ImportReport:
    """What an import brought.

    Attributes:
        files: name, what it is and SHA-256 of each file.
        organisation_count, stake_count, quarantined_count: rows.
        reasons: rows in quarantine by reason.
        written: the files that were written.
    """

    files: list[dict[str, str]]
    organisation_count: int
    stake_count: int
    quarantined_count: int
    reasons: dict[str, int]
    written: list[Path]


def import_register(
    name: str, files: Sequence[Path], folder: Path, *, say: Callable[[str], None] = lambda _: None
) -> ImportReport:
    """Write registers as part files organisations/ and ownership/ of a day's folder.

    Args:
        name: one of `FORMATS`.
        files: the register's files, in any order.
        folder: folder of the day, without `_SUCCESS` yet; made if there is none.
        say: told what was read.

    Returns:
        What was imported. Rows that cannot be used are in `_quarantine-<name>.jsonl` in the folder.

    Raises:
        RegisterError: if the folder is complete or holds the table as one file, or a file cannot be read; all faults.
    """
    _refuse(files, folder)
    rows, described = Rows(), []
    for path in files:
        what = FORMATS[name](path, rows)
        described.append({"file": path.name, "content": what, "sha256": _sha256(path)})
        say(f"{path.name}: {what}")
    organisations = _one_each(rows, rows.table("organisations"))
    tables = {"organisations": organisations, "ownership": rows.table("ownership")}
    quarantine = pl.concat([pl.DataFrame(schema=QUARANTINE), *rows.quarantine]).sort("file", "row_number", "reason")
    written = []
    for table, frame in tables.items():
        (folder / table).mkdir(parents=True, exist_ok=True)
        written.append(folder / table / f"{name}.parquet")
        frame.write_parquet(written[-1])
    written.append(folder / f"_quarantine-{name}.jsonl")
    quarantine.write_ndjson(written[-1])
    reasons = dict(quarantine.group_by("reason").len().sort("len", "reason", descending=[True, False]).iter_rows())
    report = ImportReport(
        described, organisations.height, tables["ownership"].height, quarantine.height, reasons, written
    )
    written.append(folder / f"_import-{name}.json")
    facts = {key: value for key, value in vars(report).items() if key != "written"}
    written[-1].write_text(json.dumps(facts, indent=2, ensure_ascii=False) + "\n", "utf-8")
    return report


def _refuse(files: Sequence[Path], folder: Path) -> None:
    faults = [f"{path} is no file" for path in files if not path.is_file()]
    if (folder / "_SUCCESS").exists():
        faults.append(f"{folder} is complete (_SUCCESS): a complete day never changes")
    for table in ("organisations", "ownership"):
        found = sorted(path.name for path in folder.glob(f"{table}.*")) if folder.is_dir() else []
        faults += [f"{folder / name} holds the table as one file" for name in found]
    if faults:
        raise RegisterError(
            "The register cannot be imported.",
            faults=faults,
            next_step="Name existing files and a folder that is not complete; move a table's only file into a folder of"
            " the table's name (organisations/own.parquet) to have several.",
        )


def _one_each(rows: Rows, organisations: pl.DataFrame) -> pl.DataFrame:
    """Each organisation once: of several rows the fullest, the others in quarantine."""
    known = pl.sum_horizontal(pl.all().is_not_null())
    ordered = organisations.with_columns(known=known).sort(["organisation_id", "known"], descending=[False, True])
    ordered = ordered.drop("known").with_columns(row_number=pl.lit(0, pl.Int64))
    again = pl.when(~pl.col("organisation_id").is_first_distinct()).then(
        pl.lit("described again, and less fully or otherwise")
    )
    return rows.refuse("", ordered, again, "organisation_id").drop("row_number")


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(READ_BYTES):
            digest.update(block)
    return digest.hexdigest()
