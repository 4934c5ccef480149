"""Jobs: one day, a look back, and both."""

import dagster as dg

from pipelines.specs import DAILY_STEPS, GROUPS

DAILY_GROUPS = dg.AssetSelection.groups(*(GROUPS[step] for step in DAILY_STEPS))
LOOK_BACK_GROUPS = dg.AssetSelection.groups(*(group for step, group in GROUPS.items() if step not in DAILY_STEPS))

one_day = dg.define_asset_job(
    "one_day",
    selection=DAILY_GROUPS,
    executor_def=dg.in_process_executor,
    description="Load a day's snapshot, or a range of days, and sum it up per account. Publishes nothing.",
)

look_back = dg.define_asset_job(
    "look_back",
    selection=LOOK_BACK_GROUPS,
    executor_def=dg.in_process_executor,
    description="Features, clusters, links and reports over the window that ends on the as-of day, then publication."
    " The as-of day is the resource window's as_of; left out, it is the newest loaded day.",
)

nightly = dg.define_asset_job(
    "nightly",
    selection=DAILY_GROUPS | LOOK_BACK_GROUPS,
    executor_def=dg.in_process_executor,
    description="Everything: load the day, or a range of days, look back as of the last one, publish.",
)
