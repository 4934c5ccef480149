"""Assets of the step clusters: accounts that behave alike, and a map of them."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from pipelines.checks.look_back import cluster_check_specs, cluster_checks
from pipelines.partitions import SINGLE_RUN
from pipelines.pictures import account_map
from pipelines.progress import announce
from pipelines.reporting import materialised, row_count
from pipelines.resources import WarehouseResource, WindowResource
from pipelines.resuming import make_or_keep
from pipelines.specs import specs_of


@dg.multi_asset(
    name="clusters", specs=specs_of("clusters"), check_specs=cluster_check_specs(), backfill_policy=SINGLE_RUN
)
def clusters(context: dg.AssetExecutionContext, warehouse: WarehouseResource, window: WindowResource) -> Iterator[Any]:
    """Lay out the map and cluster it."""
    from forensics.clusters import build

    connection, settings, looked_back = warehouse.connection, warehouse.settings, window.resolve(context, warehouse)
    kept = make_or_keep(context, warehouse, looked_back, "clusters", lambda: build(connection, settings, looked_back))
    mapped = row_count(connection, "clusters.account_clusters")
    announce(context, "clusters", 1, 1, f"{mapped:,} accounts on the map{kept}")
    picture = {"clusters.account_clusters": {"account_map": account_map(connection, ring_findings=False)}}
    yield from materialised(warehouse.connection, "clusters", picture)
    yield from cluster_checks(warehouse.connection)
