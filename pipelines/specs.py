"""Asset specifications made from the tables' contracts: what is written there once is shown here."""

import html
import inspect
from pathlib import Path

import dagster as dg
import dataframely as dy

import forensics
from forensics import contracts
from forensics.contracts import Table
from forensics.contracts.sql import duckdb_type
from pipelines.lineage import UPSTREAM
from pipelines.partitions import DAILY

DAILY_STEPS = ("raw", "core")
"""Steps whose tables are partitioned by day; the others look back over a window."""

GROUPS = {step: f"{number}_{step}" for number, step in enumerate((*contracts.STEPS, "exports"), start=1)}
"""Each step's group: Dagster lists groups by name, and the line goes from raw to exports."""

OWNERS = ["team:trust-and-safety"]

KINDS = {
    "raw": {"duckdb", "polars"},
    "core": {"duckdb", "sql"},
    "features": {"duckdb", "polars"},
    "clusters": {"duckdb", "scikitlearn"},
    "links": {"duckdb", "polars"},
    "reports": {"duckdb", "parquet"},
}
"""What a step's tables are made with and kept in."""


def asset_key(full_name: str) -> dg.AssetKey:
    """The asset of a table, e.g. `raw/exchanges` of `raw.exchanges`."""
    return dg.AssetKey(full_name.split("."))


def specs_of(step: str) -> list[dg.AssetSpec]:
    """One specification per table of a step, in the order of their declaration."""
    return [table_spec(table) for table in contracts.of_step(step)]


def table_spec(table: Table) -> dg.AssetSpec:
    """A table's asset: key, group, description, columns, kinds, owners, code and upstream tables."""
    return dg.AssetSpec(
        key=asset_key(table.full_name),
        deps=[dependency(name, table.step) for name in UPSTREAM.get(table.full_name, ())],
        description=html.escape(f"{table.description}\n\nOne row per {table.grain}.", quote=False),
        group_name=GROUPS[table.step],
        owners=OWNERS,
        kinds={"duckdb", "parquet"} if table.stored_as == "parquet" else KINDS[table.step],
        partitions_def=DAILY if table.step in DAILY_STEPS else None,
        metadata={
            "dagster/column_schema": column_schema(table),
            "dagster/table_name": table.full_name,
            "dagster/code_references": code_of(table),
            "primary_key": ", ".join(table.primary_key) or "none",
            "kind": table.kind,
        },
    )


def dependency(full_name: str, step: str) -> dg.AssetDep:
    """What a table of a step needs of another table.

    A look back ends at the last day. Dagster's own default for a table without days names each day since the first
    one that can be, for every dependency in every run: seconds.
    """
    looks_back = full_name.split(".")[0] in DAILY_STEPS and step not in DAILY_STEPS
    return dg.AssetDep(asset_key(full_name), partition_mapping=dg.LastPartitionMapping() if looks_back else None)


def column_schema(table: Table) -> dg.TableSchema:
    """A table's columns with type, constraints and meaning."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                name=name,
                type=duckdb_type(column).lower(),
                description=column.description,
                constraints=dg.TableColumnConstraints(
                    nullable=column.nullable,
                    unique=table.primary_key == [name],
                    other=allowed_values(column),
                ),
            )
            for name, column in table.columns.items()
        ]
    )


def allowed_values(column: dy.Column) -> list[str]:
    """The bounds of a column's values in words."""
    if isinstance(column, dy.Enum):
        return ["one of " + ", ".join(column.categories)]
    bounds = []
    for name, words in (("min", "at least"), ("max", "at most")):
        if (bound := getattr(column, name, None)) is not None:
            bounds.append(f"{words} {bound}")
    return bounds


def code_of(table: Table) -> dg.CodeReferencesMetadataValue:
    """Links to the file in which a table is declared and to the package that makes it."""
    package = Path(forensics.__file__).parent
    return dg.CodeReferencesMetadataValue(
        code_references=[
            dg.LocalFileCodeReference(file_path=inspect.getfile(table.schema), label="contract"),
            dg.LocalFileCodeReference(file_path=str(package / table.step / "__init__.py"), label="computation"),
        ]
    )
