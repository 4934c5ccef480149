"""Clustering accounts by behaviour beside plain UMAP with HDBSCAN and beside evoc, on the same matrix.

    python -m tests.benchmarks.clusters_beside [--scale 0.03] [--days 3] [--document README.md] [--scratch FOLDER]

Each method in a process of its own, several times: the first run imports and compiles, which a nightly job pays every
night, the others do not. What the clusters say is compared with the kinds of account that the simulator made, by
adjusted mutual information; noise counts as one cluster. Tools that are not installed are left out.
"""

import argparse
import importlib.util
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics import features
from forensics.clusters.account_clusters import NEIGHBOURS, SMALLEST_CLUSTER, account_clusters
from forensics.clusters.account_matrix import CLUSTERING_FEATURES, account_matrix
from forensics.evaluate.document import replace_block
from forensics.raw import list_days
from forensics.simulate import simulate
from tests.benchmarks.costs import cost_of
from tests.worlds.line import open_line

SEED = 8
REPEATS = 3
BEGIN = "<!-- clusters beside: written by `make benchmark`, not by hand -->"
END = "<!-- end of clusters beside -->"

Labels = NDArray[np.int64]


def ours(accounts: pl.DataFrame) -> Labels:
    """Exact neighbours, seeded UMAP to five dimensions and to the map's two, HDBSCAN."""
    return account_clusters(accounts, seed=1)["cluster_id"].to_numpy()


def plain_umap(accounts: pl.DataFrame) -> Labels:
    """UMAP as its manual begins, to two dimensions and in parallel, then HDBSCAN."""
    import hdbscan
    import umap

    placed = umap.UMAP(n_neighbors=NEIGHBOURS, min_dist=0.0).fit_transform(account_matrix(accounts))
    return np.asarray(hdbscan.HDBSCAN(min_cluster_size=SMALLEST_CLUSTER).fit_predict(placed), np.int64)


def with_evoc(accounts: pl.DataFrame) -> Labels:
    """evoc with its defaults and our smallest cluster."""
    import evoc

    return np.asarray(evoc.EVoC(base_min_cluster_size=SMALLEST_CLUSTER).fit_predict(account_matrix(accounts)), np.int64)


METHODS: dict[str, tuple[str, Callable[[pl.DataFrame], Labels]]] = {
    "this project": ("forensics", ours),
    "UMAP, HDBSCAN": ("umap", plain_umap),
    "evoc": ("evoc", with_evoc),
}


def run_method(name: str, file: Path) -> dict[str, Any]:
    """One method several times: processor seconds of each run, and what the last one and the one before it found."""
    from sklearn.metrics import adjusted_mutual_info_score

    accounts = pl.read_parquet(file)
    costs, found = [], []
    for _ in range(REPEATS):
        begun = time.process_time()
        found.append(METHODS[name][1](accounts))
        costs.append(time.process_time() - begun)
    labels = found[-1]
    return {
        "first": costs[0],
        "later": statistics.median(costs[1:]),
        "clusters": len(np.unique(labels[labels >= 0])),
        "noise": float((labels < 0).mean()),
        "agreement": float(adjusted_mutual_info_score(accounts["kind"].to_numpy(), labels)),
        "repeats": float(adjusted_mutual_info_score(found[-2], labels)),
    }


def table(found: dict[str, dict[str, Any]], accounts: int) -> str:
    """The measurements as Markdown."""
    own = found["this project"]
    lines = [
        "| clustering accounts | cpu s, first run | … later runs | times this project | clusters | noise"
        " | agreement with the kinds | with itself, run again |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, one in found.items():
        ratios = f"{one['first'] / own['first']:.1f} · {one['later'] / own['later']:.2f}"
        lines.append(
            f"| {name} | {one['first']:.1f} | {one['later']:.1f} | {ratios} | {one['clusters']} | {one['noise']:.0%} |"
            f" {one['agreement']:.2f} | {one['repeats']:.2f} |"
        )
    return "\n".join(lines) + (
        f"\n\n{accounts:,} accounts of one simulated world, {len(CLUSTERING_FEATURES)} features; later runs are the"
        f" median of {REPEATS - 1} in the same process. This project places accounts twice, for the clusters and for"
        " the map. Agreement is adjusted mutual information: 0 chance, 1 the same."
    )


def make_accounts(scale: float, days: int, folder: Path) -> Path:
    """Features of the accounts of a simulated world, with the kind of each, as a file."""
    world, home = folder / "world", folder / "home"
    simulate(world, scale=scale, days=days, seed=SEED)
    home.mkdir()
    loaded = list_days(str(world / "snapshots"))
    with open_line(home, loaded[-1]) as line:
        line.load(world / "snapshots", loaded)
        features.build(line.connection, line.settings, line.window)
        accounts = line.frame("SELECT * FROM features.accounts ORDER BY account_id")
    kinds = pl.read_parquet(world / "truth" / "accounts.parquet").select("account_id", "kind")
    file = folder / "accounts.parquet"
    accounts.join(kinds, on="account_id", maintain_order="left").write_parquet(file)
    return file


def main() -> None:
    """Simulate, run the line up to the features, compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=0.03)
    parser.add_argument("--days", type=int, default=3)
    parser.add_argument("--document", type=Path, help="document whose table is replaced")
    parser.add_argument("--scratch", type=Path, help="where world and warehouse lie while they are needed")
    for hidden in ("--method", "--accounts"):
        parser.add_argument(hidden, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.method:
        print(json.dumps(run_method(chosen.method, Path(chosen.accounts))))
        return
    with tempfile.TemporaryDirectory(dir=chosen.scratch) as folder:
        file = Path(chosen.accounts) if chosen.accounts else make_accounts(chosen.scale, chosen.days, Path(folder))
        found = {}
        for name, (module, _) in METHODS.items():
            if importlib.util.find_spec(module):
                print(name, file=sys.stderr, flush=True)
                found[name] = cost_of(__spec__.name, "--method", name, "--accounts", str(file))
        text = table(found, pl.read_parquet(file).height)
    print(text)
    if chosen.document:
        replace_block(chosen.document, text, begin=BEGIN, end=END)


if __name__ == "__main__":
    main()
