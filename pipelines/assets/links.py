"""Assets of the step links: which accounts share what, how rare that is, and the groups that follow."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from pipelines.checks.look_back import link_check_specs, link_checks
from pipelines.partitions import SINGLE_RUN
from pipelines.progress import announce
from pipelines.reporting import materialised, row_count
from pipelines.resources import WarehouseResource, WindowResource
from pipelines.resuming import make_or_keep
from pipelines.specs import specs_of


@dg.multi_asset(name="links", specs=specs_of("links"), check_specs=link_check_specs(), backfill_policy=SINGLE_RUN)
def links(context: dg.AssetExecutionContext, warehouse: WarehouseResource, window: WindowResource) -> Iterator[Any]:
    """Link accounts, form groups and test them."""
    from forensics.links import build

    connection, settings, looked_back = warehouse.connection, warehouse.settings, window.resolve(context, warehouse)
    kept = make_or_keep(context, warehouse, looked_back, "links", lambda: build(connection, settings, looked_back))
    edges, groups = row_count(connection, "links.edges"), row_count(connection, "links.groups")
    announce(context, "links", 1, 1, f"{edges:,} links, {groups:,} groups{kept}")
    yield from materialised(warehouse.connection, "links")
    yield from link_checks(warehouse.connection)
