"""The whole job beside what one would assemble from well-known parts: topics of prompts, features in pandas, a graph.

    python -m tests.benchmarks.whole_job [--scale 0.01] [--days 2] [--document README.md] [--scratch FOLDER]

The assembly is BERTopic's recipe with the fastest embedding that needs no download (TF-IDF and truncated SVD, which its
manual names for processors): every prompt embedded, UMAP to five dimensions, HDBSCAN, the words of each topic by class
TF-IDF; then features of accounts in pandas, and components of the graph of shared instruments and addresses. It stops
there. This project runs from the snapshots to the case files, with its checks, tests and publication.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from forensics.evaluate.document import replace_block
from forensics.home import Home
from forensics.settings import Settings
from forensics.simulate import simulate
from tests.benchmarks.costs import cost_of, costs_of_process
from tests.benchmarks.growth import STEPS, run_step

SEED = 9
COMPONENTS = 100
"""Dimensions of the embedding."""

SHARED_BY = 100
"""Accounts above which a value links nobody."""

BEGIN = "<!-- whole job: written by `make benchmark`, not by hand -->"
END = "<!-- end of the whole job -->"
OURS = STEPS[1:]
PARTS = ("topics of prompts", "features of accounts", "graph of accounts")


def read(world: Path, columns: list[str]) -> Any:
    """Columns of all days' exchanges."""
    import pandas as pd

    files = sorted((world / "snapshots").glob("*/exchanges.parquet"))
    return pd.concat([pd.read_parquet(file, columns=columns) for file in files], ignore_index=True)


def topics(world: Path) -> None:
    """Topics of the prompts, and the words that mark each."""
    import hdbscan
    import umap
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import Normalizer

    prompts = read(world, ["prompt"])["prompt"].fillna("").tolist()
    steps = TfidfVectorizer(max_features=50_000, min_df=2), TruncatedSVD(COMPONENTS, random_state=1), Normalizer()
    placed = umap.UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine").fit_transform(
        make_pipeline(*steps).fit_transform(prompts)
    )
    labels = hdbscan.HDBSCAN(min_cluster_size=15).fit_predict(placed)
    documents = [" ".join(prompts[i] for i in np.flatnonzero(labels == one)) for one in range(labels.max() + 1)]
    counts = CountVectorizer(max_features=50_000).fit_transform(documents)
    weights = counts.multiply(np.log(1 + counts.sum() / len(documents) / np.asarray(counts.sum(axis=0)))).tocsr()
    for row in weights:
        np.argsort(row.toarray().ravel())[-10:]


def account_features(world: Path) -> None:
    """Counts, means, shares and entropies of each account."""
    columns = ["account_id", "occurred_at", "model", "input_tokens", "output_tokens", "ip", "outcome", "prompt"]
    calls = read(world, columns)
    calls["hour"] = calls["occurred_at"].dt.hour
    calls["length"] = calls["prompt"].str.len()
    calls["head"] = calls["prompt"].str.lower().str.split().str[:12].str.join(" ")
    by_account = calls.groupby("account_id")
    by_account[["input_tokens", "output_tokens", "length"]].agg(["count", "mean", "std", "max"])
    by_account[["ip", "model", "prompt", "head"]].nunique()
    for column in ("hour", "head", "outcome"):
        shares = calls.groupby(["account_id", column]).size()
        shares = shares / shares.groupby("account_id").transform("sum")
        (-(shares * np.log2(shares))).groupby("account_id").sum()
    calls["occurred_at"].sort_values().groupby(calls["account_id"]).diff().dt.total_seconds().groupby(
        calls["account_id"]
    ).agg(["mean", "std"])


def account_graph(world: Path) -> None:
    """Components of the accounts that share an instrument or an address."""
    import pandas as pd
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    payments = pd.concat(pd.read_parquet(file) for file in sorted((world / "snapshots").glob("*/payments.parquet")))
    used = [payments[["account_id", "instrument_id"]], read(world, ["account_id", "ip"])]
    pairs: set[tuple[str, str]] = set()
    for frame in used:
        frame = frame.drop_duplicates()
        for _, accounts in frame.groupby(frame.columns[1])["account_id"]:
            if 2 <= len(accounts) <= SHARED_BY:
                pairs.update(combinations(sorted(accounts), 2))
    ids, ends = np.unique(np.array(sorted(pairs)), return_inverse=True)
    first, second = ends.reshape(-1, 2).T
    connected_components(coo_array((np.ones(len(first)), (first, second)), shape=(len(ids), len(ids))))


ASSEMBLY: dict[str, Callable[[Path], None]] = dict(zip(PARTS, (topics, account_features, account_graph), strict=True))


def table(found: dict[str, dict[str, Any]], exchanges: int) -> str:
    """The measurements as Markdown."""
    sums = {
        name: (sum(found[part]["cpu"] for part in parts), max(found[part]["memory"] for part in parts))
        for name, parts in (("this project, all steps", OURS), ("the assembly", PARTS))
    }
    own = sums["this project, all steps"][0]
    lines = ["| | cpu s | times this project | peak MB |", "| --- | ---: | ---: | ---: |"]
    for name, (cpu, memory) in sums.items():
        lines.append(f"| **{name}** | {cpu:.0f} | {cpu / own:.1f} | {memory / 1e6:.0f} |")
    for part in (*PARTS, *OURS):
        lines.append(f"| {part} | {found[part]['cpu']:.1f} | | {found[part]['memory'] / 1e6:.0f} |")
    return "\n".join(lines) + (
        f"\n\n{exchanges:,} exchanges, one run, each part in a process of its own, imports and compilation included."
        " The assembly stops at topics, a table of features and a list of components; it tests and reports nothing."
    )


def main() -> None:
    """Simulate, run both, compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=0.01)
    parser.add_argument("--days", type=int, default=2)
    parser.add_argument("--document", type=Path, help="document whose table is replaced")
    parser.add_argument("--scratch", type=Path, help="where world and warehouse lie while they are needed")
    for hidden in ("--part", "--world", "--home"):
        parser.add_argument(hidden, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.part:
        world, home = Path(chosen.world), Home(Path(chosen.home))

        def work() -> None:
            if chosen.part in ASSEMBLY:
                ASSEMBLY[chosen.part](world)
            else:
                run_step(chosen.part, world, home, Settings())

        print(json.dumps(costs_of_process(work)))
        return
    with tempfile.TemporaryDirectory(dir=chosen.scratch) as folder:
        world, home = Path(folder) / "world", Path(folder) / "home"
        exchanges = simulate(world, scale=chosen.scale, days=chosen.days, seed=SEED).exchanges
        home.mkdir()
        found = {}
        for part in (*OURS, *PARTS):
            print(part, file=sys.stderr, flush=True)
            found[part] = cost_of(__spec__.name, "--part", part, "--world", str(world), "--home", str(home))
    text = table(found, exchanges)
    print(text)
    if chosen.document:
        replace_block(chosen.document, text, begin=BEGIN, end=END)


if __name__ == "__main__":
    main()
