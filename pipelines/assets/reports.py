"""Assets of the step reports: findings with what speaks for and against each."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from forensics.exports.documents import counted
from pipelines.checks.look_back import report_check_specs, report_checks
from pipelines.digest import findings_table, listed_findings
from pipelines.partitions import SINGLE_RUN
from pipelines.progress import announce
from pipelines.reporting import materialised
from pipelines.resources import WarehouseResource, WindowResource
from pipelines.specs import specs_of


@dg.multi_asset(name="reports", specs=specs_of("reports"), check_specs=report_check_specs(), backfill_policy=SINGLE_RUN)
def reports(context: dg.AssetExecutionContext, warehouse: WarehouseResource, window: WindowResource) -> Iterator[Any]:
    """Judge the groups and write the findings."""
    from forensics.decisions import read_decisions
    from forensics.reports import build

    looked_back = window.resolve(context, warehouse)
    decisions = read_decisions(warehouse.home)
    rows = build(warehouse.connection, warehouse.settings, looked_back, run_id=context.run_id, decisions=decisions)
    announce(context, "reports", 1, 1, counted(rows["reports.findings"], "finding"))
    found = dg.MetadataValue.md(findings_table(listed_findings(warehouse.connection)))
    yield from materialised(warehouse.connection, "reports", {"reports.findings": {"findings": found}})
    yield from report_checks(warehouse.connection)
