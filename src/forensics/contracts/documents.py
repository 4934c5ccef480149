"""The data dictionary, the schema and its picture, written from the contract into `warehouse/`.

    python -m forensics.contracts.documents [FOLDER]

A test compares the files in the repository with what this module writes.
"""

import sys
from pathlib import Path

import dataframely as dy

from forensics import contracts
from forensics.contracts.schema_map import schema_map
from forensics.contracts.sql import comment_on, create_table, duckdb_type, empty_select, relation
from forensics.contracts.tables import SET_BY_LOADER, WALL_CLOCK, Table
from forensics.contracts.views import MACROS, SCHEMA, SCHEMA_SENTENCE, VIEWS

STEP_SENTENCES = {
    "raw": "What the provider's snapshots brought, checked row by row, and the record of its loading.",
    "core": "Each day's exchanges and payments, summed up per account: looking back is adding up days.",
    "features": "What each account and each template is like over the window.",
    "clusters": "Accounts that behave alike: a map for people and classes of behaviour, never a proof.",
    "links": "Which accounts share what, how rare that is, and the groups that follow, each tested.",
    "reports": "Findings with what speaks for and against each, as other tools read them.",
}


def dictionary() -> str:
    """The data dictionary as Markdown: every table and column of every step."""
    lines = [
        "# Data dictionary",
        "",
        "Written from the contract in `src/forensics/contracts` by `make documents`; every table and column carries",
        "the same text in the warehouse as `COMMENT ON`. All times are UTC; shares are between 0 and 1. Empty text in",
        "a snapshot is null where a text may be null, in every format; where it may not, empty text is text.",
        "",
    ]
    for step in contracts.STEPS:
        tables = contracts.of_step(step)
        lines += [f"- **{step}**: " + ", ".join(f"[{table.name}](#{_anchor(table)})" for table in tables)]
    for step in contracts.STEPS:
        lines += ["", f"# {step}", "", STEP_SENTENCES[step]]
        for table in contracts.of_step(step):
            lines += _table_lines(table)
    return "\n".join([*lines, *_analysis_lines()]) + "\n"


def _analysis_lines() -> list[str]:
    """Views and macros."""
    lines = ["", f"# {SCHEMA}", "", SCHEMA_SENTENCE]
    for view in VIEWS:
        lines += [
            "",
            f"## {view.full_name}",
            "",
            f"View. {view.description}",
            "",
            "| column | meaning |",
            "| --- | --- |",
        ]
        lines += [f"| `{name}` | {text} |" for name, text in view.columns.items()]
    for macro in MACROS:
        call = f"{macro.full_name}({', '.join(macro.parameters)})"
        lines += ["", f"## {call}", "", f"{macro.kind.capitalize()} macro. {macro.description}", ""]
        lines += ["| parameter | meaning |", "| --- | --- |"]
        lines += [f"| `{name}` | {text} |" for name, text in macro.parameters.items()]
    return lines


def schema() -> str:
    """The warehouse's schema as SQL: schemas, tables, views and comments."""
    parts = ["-- Written from the contract in src/forensics/contracts by `make documents`.", ""]
    for step in contracts.STEPS:
        parts += [f"CREATE SCHEMA IF NOT EXISTS {step};", ""]
        for table in contracts.of_step(step):
            if table.stored_as == "parquet":
                parts += [
                    "-- In a warehouse this view lists the Parquet files of the loads in force.",
                    f"CREATE VIEW IF NOT EXISTS {relation(table)} AS {empty_select(table)};",
                ]
            else:
                parts.append(create_table(table))
            parts += [*comment_on(table), ""]
    parts.append(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA};")
    for one in (*VIEWS, *MACROS):
        parts += ["", one.create, *one.comments]
    return "\n".join(parts) + "\n"


def _anchor(table: Table) -> str:
    return table.full_name.replace(".", "")


def _table_lines(table: Table) -> list[str]:
    facts = [f"One row per {table.grain}."]
    if table.kind in ("events", "state", "reference"):
        facts.append(f"{table.kind.capitalize()}, {'required' if table.required else 'optional'} in a snapshot.")
    if table.primary_key:
        facts.append(f"Key: {', '.join(table.primary_key)}.")
    lines = ["", f"## {table.full_name}", "", f"{table.description} {' '.join(facts)}", ""]
    lines += ["| column | type | may be null | values | meaning |", "| --- | --- | --- | --- | --- |"]
    for name, column in table.columns.items():
        description = column.description or ""
        if column.metadata == SET_BY_LOADER:
            description += " Set by the loader."
        if column.metadata == WALL_CLOCK:
            description += " Differs between runs."
        cells = [f"`{name}`", duckdb_type(column), "yes" if column.nullable else "", _values(column), description]
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return lines


def _values(column: dy.Column) -> str:
    """Allowed values or bounds of a column, in words."""
    if isinstance(column, dy.Enum):
        return ", ".join(column.categories)
    parts = []
    if getattr(column, "min", None) is not None:
        parts.append(f"≥ {column.min:g}")  # type: ignore[attr-defined]
    if getattr(column, "max", None) is not None:
        parts.append(f"≤ {column.max:g}")  # type: ignore[attr-defined]
    if getattr(column, "min_length", None):
        parts.append("not empty")
    if getattr(column, "regex", None):
        parts.append(f"`{column.regex}`")  # type: ignore[attr-defined]
    return ", ".join(parts)


def main(folder: str = "warehouse") -> None:
    """Write the documents into a folder."""
    target = Path(folder)
    (target / "dictionary.md").write_text(dictionary(), "utf-8")
    (target / "schema.sql").write_text(schema(), "utf-8")
    (target / "pictures" / "schema.svg").write_text(schema_map(), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
