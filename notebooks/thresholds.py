"""Choosing thresholds from the evaluation: what each cut-off finds, whom it wrongs, and what that means elsewhere."""

# %% [markdown]
# # Choosing thresholds
# A simulated world knows the truth, so each cut-off can be held against it. `FORENSICS_WORLD` names the world (a folder
# with `snapshots` and `truth`), `FORENSICS_HOME` the state folder of a run on it; without them both are the demo's.
# One world is one draw: hold a choice against several seeds (`forensics evaluate`, `make benchmark-detection`), never
# against the seeds that the figures are reported on.

# %%
import io
import os
from pathlib import Path

import polars as pl
from matplotlib.figure import Figure
from scipy.stats import beta

from forensics.charts.showing import show
from forensics.evaluate import evaluate
from forensics.evaluate.matching import match
from forensics.evaluate.reported import read_reports
from forensics.evaluate.tables import campaign_sheet, innocent_sheet, to_markdown
from forensics.evaluate.truth import read_truth
from forensics.home import Home

pl.Config.set_tbl_rows(60).set_tbl_hide_dataframe_shape(True)
home = Home.resolve(os.environ.get("FORENSICS_HOME", "warehouse/demo"))
world = Path(os.environ.get("FORENSICS_WORLD", home.root / "world"))
pictures = home.scratch / "notebooks"

# %% [markdown]
# ## As it is now
# Confidence high and moderate accuse, low is a lead.

# %%
evaluation = evaluate(world, home.reports)
print(to_markdown(campaign_sheet(evaluation)))
print(to_markdown(innocent_sheet(evaluation)))

# %% [markdown]
# ## Cut at a confidence
# What would stand if only findings of high confidence accused, or leads as well? `right` are accounts of campaigns
# with the right claim; `of another kind` belong to a campaign or a grey reseller, under the wrong claim; `innocent` are
# customers. The last column is the one that has to be near nothing.

# %%
truth = read_truth(world)
matches = match(truth, read_reports(home.reports, truth))
members = matches.accounts.filter(pl.col("is_active") & pl.col("expected_kind").is_not_null())
rows = []
for name, rank in (("high", 2), ("moderate or high", 1), ("any", 0)):
    claimed = matches.accounts.filter(pl.col("any_rank") >= rank)
    right = claimed.filter(pl.col("right_rank") >= rank).height
    guilty = claimed.filter(pl.col("expected_kind").is_not_null()).height
    rows.append(
        {
            "cut-off": name,
            "recall": round(members.filter(pl.col("right_rank") >= rank).height / max(members.height, 1), 3),
            "right": right,
            "of another kind": guilty - right,
            "innocent": claimed.height - guilty,
            "precision": round(right / max(claimed.height, 1), 3),
        }
    )
cut_offs = pl.DataFrame(rows)
print(cut_offs)

# %% [markdown]
# ## Cut at a place in the list
# Findings are read in the order of their score. The curve shows, for a team that reads so many, how many campaign
# accounts it has seen and how many innocent ones: where the lower line leaves zero, reading on costs customers.

# %%
named = {one: kind is not None for one, kind in truth.accounts.select("account_id", "expected_kind").iter_rows()}
reported = read_reports(home.reports, truth)
order = matches.findings.sort(["score", "finding_id"], descending=[True, False])["finding_id"].to_list()
seen: set[str] = set()
curve = [(0, 0, 0)]
for number, finding in enumerate(order, start=1):
    seen |= set(reported.members.filter(pl.col("finding_id") == finding)["account_id"])
    caught = sum(named[one] for one in seen)
    curve.append((number, caught, len(seen) - caught))
figure = Figure(figsize=(8, 4), layout="constrained", dpi=110)
axes = figure.add_subplot()
places, caught_counts, wrong_counts = zip(*curve, strict=True)
axes.step(places, caught_counts, where="post", color="#0072B2", label="of campaigns")
axes.step(places, wrong_counts, where="post", color="#D55E00", label="innocent")
accusing = matches.findings.filter(pl.col("rank") >= 1).height
axes.axvline(accusing, color="#8A8F98", linestyle="--", linewidth=1)
axes.annotate(" leads from here on", (accusing, axes.get_ylim()[1] * 0.5), fontsize=8, color="#52606d")
axes.set_xlabel("findings read, the most urgent first")
axes.set_ylabel("accounts in them")
axes.legend(frameon=False)
axes.spines[["top", "right"]].set_visible(False)
buffer = io.BytesIO()
figure.savefig(buffer, format="png", metadata={"Software": None})
show(buffer.getvalue(), pictures, "reading_order")

# %% [markdown]
# ## What it would mean at your provider
# Precision depends on how rare campaigns are, recall and the rate of false alarms do not. With the recall measured here
# and the upper 95 % bound of the false alarms (Clopper and Pearson), this many accounts would be accused in a pass:

# %%
accused = matches.accounts.filter(pl.col("any_rank") >= 1)
innocent = matches.accounts.filter(pl.col("is_active") & pl.col("expected_kind").is_null())
wrong = accused.filter(pl.col("expected_kind").is_null()).height
false_rate = float(beta.ppf(0.95, wrong + 1, max(innocent.height - wrong, 1)))
recall = cut_offs.filter(pl.col("cut-off") == "moderate or high")["recall"][0]
field = [
    {
        "accounts": accounts,
        "of campaigns": int(accounts * share),
        "rightly accused": int(accounts * share * recall),
        "wrongly accused, at most": int(accounts * (1 - share) * false_rate),
    }
    for accounts, share in ((100_000, 0.01), (1_000_000, 0.01), (1_000_000, 0.001))
]
print(pl.DataFrame(field))
print("So many wrong ones are why a person reads each case, and why clusters are accused and single accounts never.")

# %% [markdown]
# ## What can be set
# `minimum_exchanges`, `window_days` and the like stand in `settings.toml`; the floors of the judgement are constants
# with their reasons in `src/forensics/reports/judgement.py`. Change one, run a tuning seed again
# (`forensics simulate OUT --seed 31`, `forensics run`, `forensics evaluate`), and compare this page before and after.
