"""The account map: every account where its behaviour puts it, clusters in colour, accounts of findings ringed.

Far islands are pulled in, see `map_layout`.
"""

import io

import duckdb
import polars as pl

from forensics.charts.map_layout import drawn_places
from forensics.reports.phrases import phrase
from forensics.warehouse.tables import read_frame

PICTURE_INCHES = (9.0, 6.0)
DOTS_PER_INCH = 108
"""972 pixels wide: what a dialogue of Dagster shows without scrolling sideways."""
NAMED_CLUSTERS = 8
"""Clusters that get a colour and a line in the legend: more cannot be told apart."""

# Okabe and Ito's palette: told apart by readers with every common colour vision.
PALETTE = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#B8A800", "#7A5195")
NOISE_COLOUR = "#C4C7CC"
OTHER_COLOUR = "#8A8F98"


RINGS = {1: ("#1f2933", 0.5, "in a lead only"), 2: ("#B42318", 1.3, "in a finding that accuses")}
"""Colour, width and meaning of the rings: 2 of confidence high or moderate, 1 of low."""


def account_map(connection: duckdb.DuckDBPyConnection, *, ring_findings: bool = True) -> bytes:
    """Draw the map of the accounts with features.

    Args:
        connection: with clusters.account_clusters, clusters.cluster_profiles and reports.finding_accounts.
        ring_findings: whether to ring accounts of findings; not while the reports are still those of an earlier run.

    Returns:
        A PNG picture; without any account, one that says so.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    places = _places(connection)
    names = {cluster: ",\n  ".join(parts) for cluster, parts in cluster_names(connection).items()}
    figure = Figure(figsize=PICTURE_INCHES, dpi=DOTS_PER_INCH, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    # Two lines: the legend takes the room to the right of one long line.
    axes.set_title(
        f"Accounts by behaviour: {places.height:,} accounts,\nneighbours behave alike", loc="left", fontsize=11
    )
    size = max(2.0, min(14.0, 20_000 / max(places.height, 1)))
    for cluster_id in sorted(places["cluster_id"].unique().to_list(), reverse=True):
        members = places.filter(cluster_id=cluster_id)
        colour, label = _look(cluster_id, names.get(cluster_id, ""), members.height)
        axes.scatter(
            members["map_x"], members["map_y"], s=size, c=colour, label=label, linewidths=0, alpha=0.8, zorder=2
        )
    for rank, (colour, width, label) in RINGS.items() if ring_findings else ():
        found = places.filter(rank=rank)
        axes.scatter(
            found["map_x"],
            found["map_y"],
            s=size * 3,
            facecolors="none",
            edgecolors=colour,
            linewidths=width,
            label=f"{label} ({found.height:,})" if found.height else "",
            zorder=3 + rank,
        )
    if not places.height:
        axes.text(0.5, 0.5, "No account has enough activity.", ha="center", transform=axes.transAxes)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_visible(False)
    if places.height:
        handles, labels = axes.get_legend_handles_labels()
        shown = [(handle, label) for handle, label in zip(handles, labels, strict=True) if label]
        figure.legend(
            *zip(*reversed(shown), strict=True), loc="outside right upper", fontsize=8, frameon=False, markerscale=1.6
        )
    picture = io.BytesIO()
    figure.savefig(picture, format="png", metadata={"Software": None})
    return picture.getvalue()


def _places(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Place and cluster of each account, and the rank of the gravest finding on its behaviour, 0 without one."""
    places = read_frame(
        connection,
        """
        SELECT map_x, map_y, cluster_id, coalesce(rank, 0) AS rank
        FROM clusters.account_clusters LEFT JOIN (
            SELECT account_id, max(if(confidence = 'low', 1, 2)) AS rank
            FROM reports.finding_accounts JOIN reports.findings USING (finding_id)
            WHERE kind <> 'barred_ownership' GROUP BY account_id
        ) USING (account_id) ORDER BY account_id
        """,
    )
    return places.with_columns(
        pl.Series(name, drawn_places(places[name].cast(pl.Float64).to_numpy())) for name in ("map_x", "map_y")
    )


def _look(cluster_id: int, name: str, size: int) -> tuple[str, str]:
    if cluster_id < 0:
        return NOISE_COLOUR, f"no cluster ({size:,})"
    if cluster_id >= NAMED_CLUSTERS:
        return OTHER_COLOUR, "smaller clusters" if cluster_id == NAMED_CLUSTERS else ""
    return PALETTE[cluster_id], f"cluster {cluster_id} ({size:,}): {name}"


def cluster_names(connection: duckdb.DuckDBPyConnection) -> dict[int, list[str]]:
    """The two features that set each cluster apart most, with their direction."""
    rows = connection.execute(
        """
        SELECT cluster_id, feature, distance FROM clusters.cluster_profiles
        QUALIFY row_number() OVER (PARTITION BY cluster_id ORDER BY ABS(distance) DESC, feature) <= 2
        ORDER BY cluster_id, ABS(distance) DESC, feature
        """
    ).fetchall()
    names: dict[int, list[str]] = {}
    for cluster_id, feature, distance in rows:
        named = phrase("feature", feature)
        names.setdefault(cluster_id, []).append(f"{'high' if distance > 0 else 'low'} in {named}")
    return names
