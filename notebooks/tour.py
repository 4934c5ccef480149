"""A tour of a published warehouse, from findings back to the exchanges they rest on."""

# %% [markdown]
# # A tour of the warehouse
# `make demo` fills `warehouse/demo`; set `FORENSICS_HOME` to look at another state folder.

# %%
import os

import polars as pl

from forensics.charts import account_map
from forensics.charts.showing import show
from forensics.home import Home
from forensics.warehouse import open_published, read_frame

# Ids stand on one line, to be copied.
pl.Config.set_tbl_rows(24).set_tbl_width_chars(160).set_fmt_str_lengths(70).set_tbl_hide_dataframe_shape(True)
home = Home.resolve(os.environ.get("FORENSICS_HOME", "warehouse/demo"))

# %% [markdown]
# ## What was found
# Findings in the order in which to read them. A finding of low confidence is a lead, not an accusation.

# %%
with open_published(home) as warehouse:
    findings = read_frame(
        warehouse,
        "SELECT finding_id, kind, confidence, account_count, exchange_count, headline FROM reports.findings"
        " ORDER BY score DESC, finding_id",
    )
print(findings)

# %% [markdown]
# ## Why: statements for and against the first one

# %%
if findings.height:
    with open_published(home) as warehouse:
        evidence = read_frame(
            warehouse,
            "SELECT stance, statement, value, baseline FROM reports.finding_evidence WHERE finding_id = $finding"
            " ORDER BY statement_number",
            finding=findings["finding_id"][0],
        )
    for stance, statement in evidence.select("stance", "statement").iter_rows():
        print(f"{stance:>12}: {statement}")

# %% [markdown]
# ## Where it lies among all accounts
# Each account where its behaviour puts it, those of findings ringed; then the classes of behaviour and what sets each
# apart from all other accounts. A class is no operator.

# %%
with open_published(home) as warehouse:
    show(account_map(warehouse), home.scratch / "notebooks", "account_map")
    print(read_frame(warehouse, "SELECT * FROM clusters.cluster_profiles ORDER BY cluster_id, abs(distance) DESC"))

# %% [markdown]
# ## What the run could not see
# Missing data clears nobody.

# %%
with open_published(home) as warehouse:
    print(read_frame(warehouse, "SELECT * FROM reports.evidence_availability ORDER BY source_table"))
