"""Assets of the step links: which accounts share what, how rare that is, and the groups that follow."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from pipelines.checks.look_back import link_check_specs, link_checks
from pipelines.partitions import SINGLE_RUN
from pipelines.progress import announce
from pipelines.reporting import materialised
from pipelines.resources import WarehouseResource, WindowResource
from pipelines.specs import specs_of


@dg.multi_asset(name="links", specs=specs_of("links"), check_specs=link_check_specs(), backfill_policy=SINGLE_RUN)
def links(context: dg.AssetExecutionContext, warehouse: WarehouseResource, window: WindowResource) -> Iterator[Any]:
    """Link accounts, form groups and test them."""
    from forensics.links import build

    rows = build(warehouse.connection, warehouse.settings, window.resolve(context, warehouse))
    announce(context, "links", 1, 1, f"{rows['links.edges']:,} links, {rows['links.groups']:,} groups")
    yield from materialised(warehouse.connection, "links")
    yield from link_checks(warehouse.connection)
