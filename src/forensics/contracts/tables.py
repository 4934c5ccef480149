"""What a table is: its step, its columns and what one row stands for, declared once and registered by name.

The columns of a table are a dataframely schema; this module adds the few facts that a schema does not hold
and keeps the registry from which DDL, comments, Dagster metadata and the data dictionary are made.
"""

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeVar

import dataframely as dy

STEPS = ("raw", "core", "features", "clusters", "links", "reports")
"""The steps of the line in order: each is a folder, a DuckDB schema and a group of assets."""

Kind = Literal["events", "state", "reference", "log", "derived"]
SchemaClass = TypeVar("SchemaClass", bound=type[dy.Schema])

SET_BY_LOADER = {"set_by": "loader"}
"""Column metadata of what the loader adds to a snapshot's own columns."""

WALL_CLOCK = {"wall_clock": True}
"""Column metadata of what differs between two runs on the same input: when and by which run a row was written."""

LONG_TEXT = {"compression": "zstd"}
"""Column metadata of texts of some length: compressed with a general method they take half the room."""


@dataclass(frozen=True)
class Table:
    """One table of the warehouse.

    Attributes:
        step: the schema it lives in, one of `STEPS`.
        name: its name, the snake case of the schema class's name.
        schema: the dataframely schema with types, nullability, allowed values and descriptions.
        kind: events, state and reference come in with a snapshot; log is append-only; derived is computed.
        grain: what one row stands for.
        daily: whether rows belong to a day (`snapshot_date`) and are replaced day by day.
        required: whether a snapshot without it is refused (snapshot tables only).
        stored_as: `native` rows in DuckDB, or `parquet` files behind a view.
    """

    step: str
    name: str
    schema: type[dy.Schema]
    kind: Kind
    grain: str
    daily: bool
    required: bool = False
    stored_as: Literal["native", "parquet"] = "native"

    @property
    def full_name(self) -> str:
        """Schema and table, as SQL names it."""
        return f"{self.step}.{self.name}"

    @property
    def description(self) -> str:
        """The schema's docstring as one line."""
        return " ".join(inspect.cleandoc(self.schema.__doc__ or "").split())

    @cached_property
    def columns(self) -> Mapping[str, dy.Column]:
        """All columns by name, in order."""
        return self.schema.columns()

    @property
    def snapshot_columns(self) -> Mapping[str, dy.Column]:
        """The columns a snapshot file brings, without what the loader adds."""
        return {name: column for name, column in self.columns.items() if column.metadata != SET_BY_LOADER}

    @property
    def primary_key(self) -> list[str]:
        """Names of the columns that identify a row; empty for a log without one."""
        return self.schema.primary_key()

    @property
    def evidence_columns(self) -> list[str]:
        """The columns that must be equal in two runs on the same input."""
        return [name for name, column in self.columns.items() if column.metadata != WALL_CLOCK]


_registry: dict[str, Table] = {}


def table(
    step: str,
    *,
    kind: Kind,
    grain: str,
    daily: bool = False,
    required: bool = False,
    stored_as: Literal["native", "parquet"] = "native",
) -> Callable[[SchemaClass], SchemaClass]:
    """Register a dataframely schema as a table of a step.

    Raises:
        ValueError: for an unknown step or a name that is taken.
    """
    if step not in STEPS:
        raise ValueError(f"unknown step {step!r}; one of {', '.join(STEPS)}")

    def register(schema: SchemaClass) -> SchemaClass:
        name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", schema.__name__).lower()
        declared = Table(step, name, schema, kind, grain, daily, required, stored_as)
        if declared.full_name in _registry:
            raise ValueError(f"{declared.full_name} is declared twice")
        _registry[declared.full_name] = declared
        return schema

    return register


def registered() -> Mapping[str, Table]:
    """Every registered table by its full name."""
    return _registry
