"""What the page knows: places, features and findings of the accounts that are drawn."""

import base64
from typing import Any

import duckdb
import numpy as np
import polars as pl

from forensics import contracts
from forensics.charts.account_map import cluster_names
from forensics.charts.map_layout import drawn_places
from forensics.clusters.account_matrix import CLUSTERING_FEATURES
from forensics.reports.phrases import phrase
from forensics.warehouse.tables import read_frame

DRAWN_ACCOUNTS = 30_000
"""More points lie on each other, and the file would no longer open in a second."""

SHOWN_FEATURES = (
    *CLUSTERING_FEATURES,
    "exchange_count",
    "active_day_count",
    "rate_limited_share",
    "agentic_share",
    "cross_payer_share",
)
"""What places an account on the map, and what an investigator asks for next."""

GRID = 65_535
"""Places are whole numbers from 0 to this: finer than any screen, and short."""

FIGURES = 3
"""Significant figures of a feature's value."""

UNKNOWN_RANK = 255
ID_CHARACTERS = 200

ON_BEHAVIOUR = "kind <> 'barred_ownership'"
"""Who owns a customer says nothing of its accounts' behaviour, and is not marked on a map of it."""


def read_points(connection: duckdb.DuckDBPyConnection, *, most: int = DRAWN_ACCOUNTS) -> dict[str, Any]:
    """The page's data, ready for JSON.

    Args:
        connection: with the steps features, clusters and reports of one run.
        most: accounts that are drawn at most: those of findings on behaviour first, then by a hash of their id, which
            is a fair sample and the same one each time.

    Returns:
        `accounts` (ids, sorted) with one entry each in `x`, `y`, `clusters` and in a feature's `values` and `ranks`:
        base64 of one byte an account, the percentage of all accounts with a smaller value, half the equal ones counted.
        `findings` name their accounts by place in `accounts`.
    """
    columns = ", ".join(f"features.accounts.{name}" for name in SHOWN_FEATURES)
    everybody = read_frame(
        connection,
        f"""
        SELECT account_id, map_x, map_y, cluster_id, {columns},
               account_id IN (
                   SELECT account_id FROM reports.finding_accounts JOIN reports.findings USING (finding_id)
                   WHERE {ON_BEHAVIOUR}
               ) AS is_found,
               md5(account_id) AS lot
        FROM clusters.account_clusters JOIN features.accounts USING (account_id) ORDER BY account_id
        """,
    )
    ranked = everybody.with_columns(
        *(_ranks(everybody[name]).alias(f"{name} rank") for name in SHOWN_FEATURES),
        x=_on_grid(everybody["map_x"]),
        y=_on_grid(everybody["map_y"]),
    )
    drawn = ranked.sort("is_found", "lot", descending=[True, False]).head(most).sort("account_id")
    described = contracts.get("features.accounts").columns
    return {
        "account_count": everybody.height,
        "accounts": [one[:ID_CHARACTERS] for one in drawn["account_id"]],
        "x": drawn["x"].to_list(),
        "y": drawn["y"].to_list(),
        "clusters": drawn["cluster_id"].to_list(),
        "cluster_names": _clusters(connection, everybody),
        "features": [
            {
                "name": phrase("feature", name),
                "is_share": name.endswith("_share"),
                "description": described[name].description,
                "values": drawn[name].cast(pl.Float64).round_sig_figs(FIGURES).to_list(),
                "ranks": base64.b64encode(drawn[f"{name} rank"].to_numpy().tobytes()).decode("ascii"),
            }
            for name in SHOWN_FEATURES
        ],
        "findings": _findings(connection, drawn["account_id"]),
    }


def _ranks(values: pl.Series) -> pl.Series:
    known = values.len() - values.null_count()
    share = (values.rank("average") - 0.5) / max(known, 1)
    return (share * 100).round().fill_null(UNKNOWN_RANK).cast(pl.UInt8)


def _on_grid(coordinates: pl.Series) -> pl.Series:
    """Places on the map as whole numbers."""
    places = drawn_places(coordinates.cast(pl.Float64).to_numpy())
    return pl.Series(np.rint(places * GRID).astype(np.int64))


def _clusters(connection: duckdb.DuckDBPyConnection, everybody: pl.DataFrame) -> list[dict[str, Any]]:
    """Clusters by number, those without one last."""
    names = cluster_names(connection)
    counted = everybody.group_by("cluster_id").len().sort(pl.col("cluster_id") < 0, "cluster_id")
    return [
        {"id": cluster, "account_count": count, "name": "; ".join(names.get(cluster, [])) if cluster >= 0 else ""}
        for cluster, count in counted.iter_rows()
    ]


def _findings(connection: duckdb.DuckDBPyConnection, drawn: pl.Series) -> list[dict[str, Any]]:
    """Findings with an account on the map, the gravest first."""
    rows = read_frame(
        connection,
        f"""
        SELECT finding_id, kind, confidence, headline, account_count, {ON_BEHAVIOUR} AS is_on_behaviour, members
        FROM reports.findings
        JOIN (
            SELECT finding_id, list(account_id ORDER BY account_id) AS members FROM reports.finding_accounts
            SEMI JOIN clusters.account_clusters USING (account_id) GROUP BY finding_id
        ) USING (finding_id)
        ORDER BY score DESC, finding_id
        """,
    )
    place = {account_id: number for number, account_id in enumerate(drawn)}
    return [
        {
            **row,
            "kind": phrase("kind", row["kind"]),
            "members": [place[one] for one in row["members"] if one in place],
        }
        for row in rows.iter_rows(named=True)
    ]
