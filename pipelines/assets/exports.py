"""Assets of the step exports: the report tables as Parquet, and the warehouse that everybody may open."""

from datetime import UTC
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb

import forensics
from forensics import contracts
from forensics.errors import ForensicsError
from pipelines.digest import findings_table, listed_findings, told_findings
from pipelines.partitions import SINGLE_RUN, days_of_run
from pipelines.pictures import account_map
from pipelines.progress import announce
from pipelines.resources import WarehouseResource, WindowResource
from pipelines.runs import mark_run
from pipelines.specs import GROUPS, OWNERS, asset_key

LOOKING_BACK = ["features", "clusters", "links", "reports"]
"""Steps that replace their tables as a whole, each for the one after it."""


@dg.asset(
    key=dg.AssetKey(["exports", "published_warehouse"]),
    deps=[asset_key(table.full_name) for table in contracts.of_step("reports")],
    group_name=GROUPS["exports"],
    description="What was found: `case_files` below opens the list of findings with a case file each, `reasons` says"
    " what speaks for and against the first ones, `account_map_page` is the map to explore. Made anew as a whole when a"
    " run ends well, with the warehouse that analysts open and the report tables as Parquet.",
    owners=OWNERS,
    kinds={"duckdb", "parquet", "html"},
    backfill_policy=SINGLE_RUN,
    metadata={
        "dagster/code_references": dg.CodeReferencesMetadataValue(
            code_references=[
                dg.LocalFileCodeReference(
                    file_path=str(Path(forensics.__file__).parent / "warehouse" / "publication.py"), label="publication"
                )
            ]
        )
    },
)
def published_warehouse(
    context: dg.AssetExecutionContext, warehouse: WarehouseResource, window: WindowResource
) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Publish the warehouse, the Parquet files and the case files of one run, never a mixture of two."""
    from forensics.custody.publishing import publish_run
    from forensics.exports.case_files.folders import ACCOUNT_MAP, INDEX, page_name
    from forensics.exports.case_links import case_link
    from forensics.warehouse.emptied import refuse_emptied

    as_of = window.resolve(context, warehouse).as_of
    refuse_emptied(warehouse.connection)
    refuse_mixture(context, warehouse.connection)
    findings = listed_findings(warehouse.connection)

    def link(page: str) -> str:
        return case_link(warehouse.home, warehouse.settings, as_of, page)

    def link_of(finding_id: str) -> str:
        return link(page_name(finding_id))

    told = told_findings(warehouse.connection, findings, link_of)
    map_ = account_map(warehouse.connection)
    published = publish_run(
        warehouse.connection,
        warehouse.home,
        warehouse.settings,
        as_of,
        days=days_of_run(dict(context.run.tags)),
        checks=checks_of_run(context),
    )
    version, manifest = published.version, published.manifest
    mark_run(context, as_of, [finding[1:3] for finding in findings])
    announce(context, "published_warehouse", 1, 1, f"version {version.number}, manifest {manifest.sha256}")
    return dg.MaterializeResult(
        metadata={
            "as_of": as_of.isoformat(),
            "version": version.number,
            "dagster/row_count": len(findings),
            "case_files": dg.MetadataValue.url(link(INDEX)),
            "findings": dg.MetadataValue.md(findings_table(findings, link_of)),
            "reasons": dg.MetadataValue.md(told),
            "account_map": map_,
            "account_map_page": dg.MetadataValue.url(link(ACCOUNT_MAP)),
            "warehouse": dg.MetadataValue.path(warehouse.home.published),
            "reports": dg.MetadataValue.path(published.report_files[0].parent),
            "case_files_folder": dg.MetadataValue.path(published.index),
            "size_bytes": version.size_bytes,
            "manifest": dg.MetadataValue.path(manifest.path),
            "manifest_sha256": manifest.sha256,
        }
    )


def checks_of_run(context: dg.AssetExecutionContext) -> list[dict[str, Any]]:
    """What the run's checks said, in the order of tables and names."""
    records = context.instance.get_records_for_run(
        context.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION
    ).records
    said = [
        record.event_log_entry.dagster_event.asset_check_evaluation_data
        for record in records
        if record.event_log_entry.dagster_event
    ]
    return sorted(
        (
            {
                "table": ".".join(one.asset_key.path),
                "check": one.check_name,
                "passed": one.passed,
                "severity": one.severity.value,
                "text": one.description,
            }
            for one in said
        ),
        key=lambda one: (one["table"], one["check"]),
    )


def refuse_mixture(context: dg.AssetExecutionContext, connection: duckdb.DuckDBPyConnection) -> None:
    """Refuse to publish when a step began to replace its tables after the reports of the last whole run were complete.

    Raises:
        ForensicsError: naming the runs and steps.
    """
    from forensics.exports.publication import reported_run

    run = reported_run(connection)
    if run is None:
        return
    finished_at = run.finished_at.replace(tzinfo=UTC)
    since = dg.RunsFilter(updated_after=finished_at)
    faults = [
        f"run {run_id[:8]} began {step.step_key} after that"
        for run_id in (record.dagster_run.run_id for record in context.instance.get_run_records(since))
        for step in context.instance.get_run_step_stats(run_id, LOOKING_BACK)
        if step.start_time and step.start_time > finished_at.timestamp()
    ]
    if faults:
        raise ForensicsError(
            f"The tables are no longer those of run {run.run_id[:8]}, whose reports were complete at"
            f" {finished_at:%Y-%m-%d %H:%M:%S} UTC.",
            faults=faults,
            next_step="Materialise features, clusters, links and reports together with the publication.",
        )
