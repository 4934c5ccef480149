"""Assets of the step features: what each account is like over the window."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from pipelines.checks.look_back import feature_check_specs, feature_checks
from pipelines.partitions import SINGLE_RUN
from pipelines.progress import announce
from pipelines.reporting import materialised, row_count
from pipelines.resources import WarehouseResource, WindowResource
from pipelines.resuming import make_or_keep
from pipelines.specs import specs_of


@dg.multi_asset(
    name="features", specs=specs_of("features"), check_specs=feature_check_specs(), backfill_policy=SINGLE_RUN
)
def features(context: dg.AssetExecutionContext, warehouse: WarehouseResource, window: WindowResource) -> Iterator[Any]:
    """Compute the features of every account with enough activity."""
    from forensics.core import bring_up_to_date
    from forensics.features import build

    looked_back = window.resolve(context, warehouse)
    # A run that ended between loading and summing up, and one that looks back alone, would else miss days in silence.
    bring_up_to_date(warehouse.connection, *looked_back.bounds, say=context.log.warning, settings=warehouse.settings)
    connection, settings = warehouse.connection, warehouse.settings
    kept = make_or_keep(context, warehouse, looked_back, "features", lambda: build(connection, settings, looked_back))
    announce(context, "features", 1, 1, f"{row_count(connection, 'features.accounts'):,} accounts{kept}")
    yield from materialised(warehouse.connection, "features")
    yield from feature_checks(warehouse.connection, warehouse.settings, looked_back)
