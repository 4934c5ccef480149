"""Findings as Parquet tables with a descriptor: what the warehouse has, with pseudonyms, for readers of its kind."""

from pathlib import Path

from forensics import contracts
from forensics.exports.cases import Cases
from forensics.exports.datapackage import FILE, datapackage
from forensics.exports.report_tables import ROWS_A_GROUP

TABLES = {
    "findings": "reports.findings",
    "accounts": "reports.finding_accounts",
    "signals": "reports.finding_signals",
    "evidence": "reports.finding_evidence",
    "rivals": "reports.finding_rivals",
}
"""Frame of the cases → the table whose columns are written."""


def write_tables(cases: Cases, folder: Path) -> list[Path]:
    """Write the tables and `datapackage.json` into a folder; equal rows give equal bytes."""
    import pyarrow.parquet as pq

    files = {}
    for name, full_name in TABLES.items():
        table = contracts.get(full_name)
        frame = getattr(cases, name).select(list(table.columns)).sort(table.primary_key)
        path = folder / f"{table.name}.parquet"
        pq.write_table(frame.to_arrow().combine_chunks(), path, compression="zstd", row_group_size=ROWS_A_GROUP)
        files[path] = table
    descriptor = folder / FILE
    title = f"Findings as of {cases.run.as_of}, pseudonyms for {cases.recipient}"
    descriptor.write_text(datapackage(f"findings-{cases.run.as_of}", title, files), "utf-8")
    return [*files, descriptor]
