"""Which shared values carry which edges of links.edges, so that it can be asked what is left without some of them."""

from typing import NamedTuple

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics.contracts.core import SIGNAL_FAMILIES
from forensics.links.edges import STRONG_BITS
from forensics.links.kinds import SIGNAL_KINDS
from forensics.links.recurring_pairs import CROWD, FEWEST_SHARED
from forensics.warehouse.tables import read_frame

_KIND_NUMBERS = {name: number for number, name in enumerate(SIGNAL_KINDS)}


class EdgeValues(NamedTuple):
    """Edges, values, and which carries which.

    Attributes:
        edges: account_a, account_b and layer; row i is edge i.
        family: per value, its number in `SIGNAL_FAMILIES`.
        kind: per value, its number in `SIGNAL_KINDS`.
        edge, value: one entry per edge and value that both its accounts have, by edge.
        links_alone: per entry, whether the value is enough for an edge of the infrastructure.
    """

    edges: pl.DataFrame
    family: NDArray[np.int64]
    kind: NDArray[np.int64]
    edge: NDArray[np.int64]
    value: NDArray[np.int64]
    links_alone: NDArray[np.bool_]

    def kept(self, is_left: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Edges that their rule still gives when only some values are left.

        The rule is that of one pair: a value that links alone or rare values of two families; of passing values, as
        many of one kind as a pair needs. That weak edges hold each other up is not looked into again.

        Args:
            is_left: per value.
        """
        entries = is_left[self.value]
        edge, value = self.edge[entries], self.value[entries]
        count, families, kinds = self.edges.height, len(SIGNAL_FAMILIES), len(SIGNAL_KINDS)
        has_family = np.bincount(edge * families + self.family[value], minlength=count * families) > 0
        alone = np.zeros(count, np.bool_)
        alone[edge[self.links_alone[entries]]] = True
        shared = np.bincount(edge * kinds + self.kind[value], minlength=count * kinds).reshape(count, kinds)
        infrastructure = alone | (has_family.reshape(count, families).sum(1) >= 2)
        is_infrastructure = (self.edges["layer"] == "infrastructure").to_numpy()
        kept: NDArray[np.bool_] = np.where(is_infrastructure, infrastructure, (shared >= FEWEST_SHARED).any(axis=1))
        return kept


def edge_values(connection: duckdb.DuckDBPyConnection) -> EdgeValues:
    """Every edge with the values that its rule counted.

    Args:
        connection: with links.edges, links.signals and links.account_signals.
    """
    edges = read_frame(
        connection,
        "SELECT layer::VARCHAR AS layer, account_a, account_b FROM links.edges ORDER BY layer, account_a, account_b",
    ).with_row_index("edge")
    values = _values(connection)
    connection.register("numbered_edges", edges.to_arrow())
    connection.register("numbered_values", values.to_arrow())
    try:
        entries = read_frame(
            connection,
            """
            WITH held AS (
                SELECT account_id, value, recurs FROM links.account_signals
                JOIN numbered_values USING (signal_kind, signal_value)
            )
            SELECT edge::BIGINT AS edge, a.value::BIGINT AS value
            FROM numbered_edges
            JOIN held AS a ON a.account_id = account_a AND a.recurs = (layer = 'behaviour')
            JOIN held AS b ON b.account_id = account_b AND b.value = a.value
            ORDER BY edge, value
            """,
        )
    finally:
        connection.unregister("numbered_edges")
        connection.unregister("numbered_values")
    value = entries["value"].to_numpy()
    return EdgeValues(
        edges=edges.drop("edge"),
        family=values["family"].replace_strict(list(SIGNAL_FAMILIES), list(range(len(SIGNAL_FAMILIES)))).to_numpy(),
        kind=values["signal_kind"].replace_strict(_KIND_NUMBERS, return_dtype=pl.Int64).to_numpy(),
        edge=entries["edge"].to_numpy(),
        value=value,
        links_alone=values["links_alone"].to_numpy()[value],
    )


def _values(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """The values that count for an edge of either layer, numbered by kind and value."""
    values = read_frame(
        connection,
        """
        SELECT signal_kind, signal_value, family::VARCHAR AS family, bits, account_count
        FROM links.signals WHERE NOT is_hub ORDER BY signal_kind, signal_value
        """,
    )
    kind = pl.col("signal_kind")
    recurs = kind.replace_strict({name: one.recurs for name, one in SIGNAL_KINDS.items()}, return_dtype=pl.Boolean)
    alone = kind.replace_strict({name: one.links_alone for name, one in SIGNAL_KINDS.items()}, return_dtype=pl.Int64)
    return (
        values.with_columns(recurs=recurs, links_alone=pl.col("account_count") <= alone)
        .filter(pl.when("recurs").then(pl.col("account_count") <= CROWD).otherwise(pl.col("bits") >= STRONG_BITS))
        .with_row_index("value")
    )
