"""Everything that Dagster loads, in one place."""

import dagster as dg

from pipelines.assets.clusters import clusters
from pipelines.assets.core import core
from pipelines.assets.exports import published_warehouse
from pipelines.assets.features import features
from pipelines.assets.links import links
from pipelines.assets.raw import raw
from pipelines.assets.reports import reports
from pipelines.jobs import look_back, nightly, one_day
from pipelines.resources import SnapshotResource, WarehouseResource, WindowResource
from pipelines.schedules import every_night
from pipelines.sensors import complete_day

QUIET_CONSOLE = dg.colored_console_logger.configured(
    lambda config: {"log_level": config["log_level"]},
    config_schema={"log_level": dg.Field(str, default_value="WARNING")},
    description="Only warnings and errors on the terminal; everything is in the run's own log.",
)

defs = dg.Definitions(
    assets=[raw, core, features, clusters, links, reports, published_warehouse],
    jobs=[one_day, look_back, nightly],
    schedules=[every_night],
    sensors=[complete_day],
    resources={
        "warehouse": WarehouseResource(),
        "snapshots": SnapshotResource.configure_at_launch(),
        "window": WindowResource.configure_at_launch(),
    },
    loggers={"console": QUIET_CONSOLE},
    executor=dg.in_process_executor,
)
