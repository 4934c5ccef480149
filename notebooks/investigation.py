"""An investigation: from a tip about one account to the case file, and to what a person then decides."""

# %% [markdown]
# # From a tip to a case file
# Somebody writes: "look at this account". `FORENSICS_TIP` names it; without it the first account of the most urgent
# finding is taken, so that the notebook can be read as an example. `FORENSICS_HOME` names the state folder.

# %%
import os

import duckdb
import polars as pl

from forensics.charts.showing import show
from forensics.custody.manifest import policy
from forensics.errors import NotFoundError
from forensics.exports.case_files import case_file
from forensics.exports.case_files.facts import read_facts
from forensics.exports.case_files.pictures import activity_of, graph_of, mix_of
from forensics.home import Home
from forensics.settings import load_settings
from forensics.warehouse import read_frame

pl.Config.set_tbl_rows(60).set_tbl_hide_dataframe_shape(True).set_fmt_str_lengths(120)
home = Home.resolve(os.environ.get("FORENSICS_HOME", "warehouse/demo"))
warehouse = duckdb.connect(str(home.published), read_only=True)
settings = load_settings(home)
pictures = home.scratch / "notebooks"

# %%
tip = os.environ.get("FORENSICS_TIP")
if tip is None:
    first = read_frame(
        warehouse,
        "SELECT account_id FROM reports.finding_accounts JOIN reports.findings USING (finding_id)"
        " WHERE kind <> 'barred_ownership'"
        " ORDER BY score DESC, finding_id, role = 'core' DESC, membership DESC, account_id LIMIT 1",
    )
    tip = first["account_id"][0] if first.height else None
known = read_frame(warehouse, "SELECT * FROM features.accounts WHERE account_id = $tip", tip=tip)
if not known.height:
    raise NotFoundError(f"Account {tip} has no features.", next_step="It was not active enough, or its id is another.")
print(f"The tip: {tip}")

# %% [markdown]
# ## 1. What is it like?
# Each feature and the share of accounts with less. Far from the middle is unusual, and unusual is not guilty: the
# dictionary says beside each feature who else has it.

# %%
numbers = [name for name, kind in known.schema.items() if kind.is_numeric()]
everybody = read_frame(warehouse, f"SELECT account_id, {', '.join(numbers)} FROM features.accounts ORDER BY account_id")
below = everybody.select(((pl.col(name).rank("average") - 0.5) / pl.len()).alias(name) for name in numbers)
row = everybody["account_id"].to_list().index(tip)
standing = pl.DataFrame(
    {"feature": numbers, "value": known.select(numbers).row(0), "share_below": below.row(row)}, strict=False
)
print(standing.sort((pl.col("share_below") - 0.5).abs(), descending=True, nulls_last=True).head(12))

# %% [markdown]
# ## 2. What does it share, with how many, and how rare is that?
# A value that thousands share says nothing, whoever has it. `bits` is its rarity; hubs never link.

# %%
shared = read_frame(
    warehouse,
    """
    SELECT signal_kind, signal_value, family, account_count, round(bits, 1) AS bits, is_hub
    FROM links.account_signals JOIN links.signals USING (signal_kind, signal_value)
    WHERE account_id = $tip ORDER BY is_hub, bits DESC, signal_kind, signal_value
    """,
    tip=tip,
)
print(shared)

# %% [markdown]
# ## 3. Is it in a finding, and what speaks for and against?

# %%
findings = read_frame(
    warehouse,
    "SELECT finding_id, kind, confidence, finding_accounts.role, headline FROM reports.findings"
    " JOIN reports.finding_accounts USING (finding_id) WHERE account_id = $tip ORDER BY score DESC, finding_id",
    tip=tip,
)
if findings.height:
    print(findings)
else:
    beside = read_frame(warehouse, "SELECT * FROM reports.finding_bystanders WHERE account_id = $tip", tip=tip)
    print("In no finding.", "It stands beside one, which holds nothing against it." if beside.height else "")

# %%
run, cases = read_facts(warehouse, settings, policy(settings))
chosen = [case for case in cases if case.finding["finding_id"] in set(findings["finding_id"])]
for case in chosen[:1]:
    for stance, title in (("supports", "For"), ("contradicts", "Against")):
        print(f"{title}:")
        for said in case.said(stance):
            print(f"  - {said['statement']}")
    print("Innocent explanations that fit:")
    for rival in case["rivals"]:
        if rival["is_plausible"]:
            print(f"  - {rival['title']} To tell: {rival['check']}")

# %% [markdown]
# ## 4. Who is linked, when are they active, what do they ask for?
# The link graph shows which accounts carry which values: look for accounts that hang on one value alone. The heat map
# shows hours of activity: people sleep, at different times. The mix stands beside that of comparable accounts.

# %%
for case in chosen[:1]:
    for name, picture in (("links", graph_of(case)), ("activity", activity_of(case)), ("mix", mix_of(case))):
        if picture:
            show(picture, pictures, name)

# %% [markdown]
# ## 5. The case file, and a decision
# The page holds all of this and more, reads without the warehouse, and names the manifest it rests on. A person
# decides; the command writes it down in a log that no run touches:
#
#     forensics decide FINDING --verdict confirmed|cleared|unsure --by NAME --why TEXT

# %%
for case in chosen:
    file = case_file(home, run.run.as_of, case.finding["finding_id"])
    print(f"Case file: {file}{'' if file.is_file() else ' (not written: the warehouse is of an earlier version)'}")
if not chosen:
    print("No case file: nothing was found that holds this account. Missing data clears nobody:")
    print(read_frame(warehouse, "SELECT * FROM reports.evidence_availability ORDER BY source_table"))
warehouse.close()
