"""Finding linked accounts beside networkx and splink, on the same tables: a table for the README.

    python -m tests.benchmarks.links_beside [--scale 0.02] [--days 4 | --home FOLDER --world FOLDER]

All start from `links.account_signals` and `links.signals` and end with groups of accounts. networkx: the usual
formulation, a weighted graph of accounts (every pair that shares a value which is no hub, weighted by its bits) and its
Louvain communities. splink: accounts as records with one value a kind, blocked on each, weights learnt by its
expectation maximisation, clustered at several match probabilities, of which the best is shown. This project: `edges`
and the search for groups. How well campaigns are found is the F1 of pairs of accounts of one campaign; the weeding out
by tests that follows in this project is left out for all. Tools that are not installed are left out.
"""

import argparse
import importlib.util
import logging
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import duckdb
import polars as pl

from forensics import features
from forensics.evaluate.document import replace_block
from forensics.home import Home
from forensics.links import build_ownership
from forensics.links.account_signals import account_signals
from forensics.links.edges import edges
from forensics.links.groups import SMALLEST_GROUP, communities_of
from forensics.links.signals import signals
from forensics.raw import list_days
from forensics.settings import Settings
from forensics.simulate import simulate
from forensics.warehouse import open_published
from forensics.warehouse.tables import read_frame, replace_table
from forensics.window import Window
from tests.worlds.line import open_line

SEED = 6
REPEATS = 3
MATCH_PROBABILITIES = (0.2, 0.5, 0.9, 0.99)
"""Thresholds for splink, of which the one with the best F1 is shown: no user could choose so well."""
BEGIN = "<!-- links beside: written by `make benchmark`, not by hand -->"
END = "<!-- end of links beside -->"

Groups = list[frozenset[str]]


def ours(connection: duckdb.DuckDBPyConnection, window: Window) -> Groups:
    """Edges by rule and test, then communities at a fraction of each set's own density."""
    found = edges(connection, window)
    return [
        group
        for layer in ("infrastructure", "behaviour")
        for group in communities_of(found.filter(pl.col("layer") == layer).select("account_a", "account_b"), 1)
    ]


def with_networkx(connection: duckdb.DuckDBPyConnection, window: Window) -> Groups:
    """Every shared value that is no hub makes or strengthens an edge; Louvain communities of the whole."""
    import networkx

    uses = read_frame(
        connection,
        """
        SELECT bits, LIST(account_id ORDER BY account_id) AS accounts
        FROM links.account_signals JOIN links.signals USING (signal_kind, signal_value)
        WHERE NOT is_hub AND account_count >= 2 AND signal_kind <> 'prompt_template'
        GROUP BY signal_kind, signal_value, bits ORDER BY signal_kind, signal_value
        """,
    )
    graph = networkx.Graph()
    for bits, accounts in uses.iter_rows():
        for place, one in enumerate(accounts):
            for other in accounts[place + 1 :]:
                if graph.has_edge(one, other):
                    graph[one][other]["weight"] += bits
                else:
                    graph.add_edge(one, other, weight=bits)
    found = networkx.community.louvain_communities(graph, weight="weight", seed=1)
    return [frozenset(group) for group in found if len(group) >= SMALLEST_GROUP]


def with_splink(connection: duckdb.DuckDBPyConnection, window: Window, threshold: float) -> Groups:
    """Accounts as records of their most used value of each kind; pairs scored, then connected components."""
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on
    from splink import comparison_library as compare

    logging.getLogger("splink").setLevel(logging.ERROR)
    kinds = ["payment_instrument", "ip", "signup_ip", "client_fingerprint", "email_domain", "organisation"]
    columns = ", ".join(f"ANY_VALUE(signal_value) FILTER (signal_kind = '{kind}') AS {kind}" for kind in kinds)
    records = read_frame(
        connection,
        f"""
        SELECT account_id AS unique_id, {columns}
        FROM (
            SELECT account_id, signal_kind, signal_value
            FROM links.account_signals JOIN links.signals USING (signal_kind, signal_value) WHERE NOT is_hub
            QUALIFY ROW_NUMBER() OVER (PARTITION BY account_id, signal_kind ORDER BY use_count DESC, signal_value) = 1
        ) AS most_used GROUP BY account_id ORDER BY account_id
        """,
    )
    blocks = [block_on(kind) for kind in kinds]
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[compare.ExactMatch(kind).configure(term_frequency_adjustments=True) for kind in kinds],
        blocking_rules_to_generate_predictions=blocks,
        retain_intermediate_calculation_columns=False,
    )
    database = DuckDBAPI()
    linker = Linker(database.register(records.to_arrow()), settings)
    linker.training.estimate_probability_two_random_records_match(blocks[:1], recall=0.5)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for block in (blocks[0], blocks[1]):
        linker.training.estimate_parameters_using_expectation_maximisation(block)
    pairs = linker.inference.predict(threshold_match_probability=threshold)
    clustered = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, threshold)
    rows = clustered.as_duckdbpyrelation().pl().sort("cluster_id", "unique_id")
    sets = rows.group_by("cluster_id", maintain_order=True).agg("unique_id")["unique_id"].to_list()
    return [frozenset(group) for group in sets if len(group) >= SMALLEST_GROUP]


METHODS: dict[str, tuple[str, Callable[[duckdb.DuckDBPyConnection, Window], Groups]]] = {
    "this project": ("forensics", ours),
    "networkx, Louvain": ("networkx", with_networkx),
    **{
        f"splink at {threshold}": ("splink", partial(with_splink, threshold=threshold))
        for threshold in MATCH_PROBABILITIES
    },
}


def pair_score(groups: Groups, campaign_of: dict[str, str]) -> tuple[float, float]:
    """Precision and recall of the pairs of accounts that stand in one group, against those of one campaign."""
    found = right = 0
    seen: set[tuple[str, str]] = set()
    for group in groups:
        for place, one in enumerate(members := sorted(group & campaign_of.keys())):
            for other in members[place + 1 :]:
                if campaign_of[one] == campaign_of[other]:
                    seen.add((one, other))
        # A pair with an innocent, or of two campaigns, is wrong; pairs of two innocents are no claim about campaigns.
        innocent = len(group) - len(members)
        found += len(members) * (len(members) - 1) // 2 + len(members) * innocent
        right += sum(
            count * (count - 1) // 2
            for count in pl.Series([campaign_of[one] for one in members], dtype=pl.String).value_counts()["count"]
        )
    sizes = pl.Series(list(campaign_of.values()), dtype=pl.String).value_counts()["count"]
    possible = sum(size * (size - 1) // 2 for size in sizes)
    return (right / found if found else 0.0), (len(seen) / possible if possible else 0.0)


def campaigns(connection: duckdb.DuckDBPyConnection, truth: Path) -> dict[str, str]:
    """Campaign of every account that is in one and was seen."""
    accounts = pl.read_parquet(truth / "accounts.parquet").filter(pl.col("label") == "campaign")
    seen = read_frame(connection, "SELECT DISTINCT account_id FROM links.account_signals")
    return dict(accounts.join(seen, on="account_id").select("account_id", "group_id").sort("account_id").iter_rows())


def measure(
    connection: duckdb.DuckDBPyConnection, window: Window, truth: Path
) -> list[tuple[str, float, int, float, float, float]]:
    """Method, median of its processor seconds, groups, and precision, recall and F1 of pairs."""
    campaign_of, found = campaigns(connection, truth), []
    for name, (module, method) in METHODS.items():
        if not importlib.util.find_spec(module):
            continue
        costs = []
        for _ in range(REPEATS):
            begun = time.process_time()
            groups = method(connection, window)
            costs.append(time.process_time() - begun)
        precision, recall = pair_score(groups, campaign_of)
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        print(f"{name}: {costs}, precision {precision:.3f}, recall {recall:.3f}", file=sys.stderr, flush=True)
        found.append((name, statistics.median(costs), len(groups), precision, recall, f1))
    best = max((one for one in found if one[0].startswith("splink")), key=lambda one: one[-1], default=None)
    return [one for one in found if not one[0].startswith("splink") or one is best]


def table(found: list[tuple[str, float, int, float, float, float]], accounts: int) -> str:
    """The measurements as Markdown."""
    own = found[0][1]
    lines = [
        "| linking accounts | cpu s | times this project | groups | precision of pairs | recall | F1 |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, cost, groups, precision, recall, f1 in found:
        lines.append(
            f"| {name} | {cost:.1f} | {cost / own:.1f} | {groups} | {precision:.2f} | {recall:.2f} | {f1:.2f} |"
        )
    return "\n".join(lines) + (
        f"\n\n{accounts:,} accounts of one simulated world; medians of {REPEATS}, imports included in the first. Pairs"
        " of accounts in one group against pairs of one campaign; pairs of two innocents are left out, and no group is"
        " tested yet, which is where this project's precision comes from."
    )


def main() -> None:
    """Simulate, run the line up to the signals, compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=0.02)
    parser.add_argument("--days", type=int, default=4)
    parser.add_argument("--home", type=Path, help="state folder of a run that ended; none: one is made")
    parser.add_argument("--world", type=Path, help="simulated world of that run")
    parser.add_argument("--document", type=Path, help="document whose table is replaced")
    parser.add_argument("--scratch", type=Path, help="where world and warehouse lie while they are needed")
    chosen = parser.parse_args()
    if chosen.home:
        days = list_days(str(chosen.world / "snapshots"))
        with open_published(Home(chosen.home)) as connection:
            accounts = read_frame(connection, "SELECT COUNT(*) AS count FROM features.payers")["count"][0]
            found = measure(connection, Window(days[-1], Settings().window_days), chosen.world / "truth")
    else:
        accounts, found = _on_new_world(chosen)
    text = table(found, accounts)
    print(text)
    if chosen.document:
        replace_block(chosen.document, text, begin=BEGIN, end=END)


def _on_new_world(chosen: argparse.Namespace) -> tuple[int, list[tuple[str, float, int, float, float, float]]]:
    """Accounts of a world made for this, and what was measured on it."""
    with tempfile.TemporaryDirectory(dir=chosen.scratch) as folder:
        world, home = Path(folder) / "world", Path(folder) / "home"
        simulate(world, scale=chosen.scale, days=chosen.days, seed=SEED)
        home.mkdir()
        days = list_days(str(world / "snapshots"))
        with open_line(home, days[-1]) as line:
            line.load(world / "snapshots", days)
            features.build(line.connection, line.settings, line.window)
            build_ownership(line.connection, line.settings, line.window)
            account_signals(line.connection, line.window)
            replace_table(line.connection, "links.signals", signals(line.connection, line.window))
            accounts = line.frame("SELECT COUNT(*) AS count FROM features.payers")["count"][0]
            return accounts, measure(line.connection, line.window, world / "truth")


if __name__ == "__main__":
    main()
