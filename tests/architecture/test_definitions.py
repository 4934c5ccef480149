"""Conventions of the Dagster side: every table an asset, every asset described, every job as fat as it should be."""

import dagster as dg
import pytest

from forensics import contracts
from pipelines.definitions import defs
from pipelines.lineage import UPSTREAM
from pipelines.partitions import DAILY
from pipelines.specs import DAILY_STEPS, OWNERS, asset_key

STEPS = [*contracts.STEPS, "exports"]
SPECS = {
    spec.key: spec for asset in defs.assets or [] if isinstance(asset, dg.AssetsDefinition) for spec in asset.specs
}


def test_every_table_is_an_asset_and_the_published_warehouse_is_one_more() -> None:
    tables = {asset_key(table.full_name) for table in contracts.tables()}
    assert set(SPECS) == tables | {dg.AssetKey(["exports", "published_warehouse"])}


WRITTEN_BY_PEOPLE = {"reports.decisions"}
"""Tables whose rows come from a log that people add to."""


def test_the_lineage_names_every_table_and_only_earlier_ones() -> None:
    names = [table.full_name for table in contracts.tables()]
    assert sorted(UPSTREAM) == sorted(names)
    for name, upstream in UPSTREAM.items():
        step = contracts.STEPS.index(name.split(".")[0])
        assert step == 0 or upstream or name in WRITTEN_BY_PEOPLE, f"{name} is made from nothing"
        for source in upstream:
            assert source in names
            assert source != name
            assert contracts.STEPS.index(source.split(".")[0]) <= step


@pytest.mark.parametrize("spec", SPECS.values(), ids=lambda spec: spec.key.to_user_string())
def test_every_asset_is_described(spec: dg.AssetSpec) -> None:
    step = spec.key.path[0]
    assert spec.group_name == f"{STEPS.index(step) + 1}_{step}"
    assert spec.description and len(spec.description) > 20
    assert list(spec.owners) == OWNERS
    assert 1 <= len(spec.kinds) <= 3
    assert spec.metadata["dagster/code_references"].code_references
    assert (spec.partitions_def == DAILY) == (step in DAILY_STEPS)


@pytest.mark.parametrize("table", contracts.tables(), ids=lambda table: table.full_name)
def test_every_column_is_described(table: contracts.Table) -> None:
    schema = SPECS[asset_key(table.full_name)].metadata["dagster/column_schema"]
    assert [column.name for column in schema.columns] == list(table.columns)
    for column in schema.columns:
        assert column.description and column.type
        assert column.constraints.nullable == table.columns[column.name].nullable


def test_a_step_is_one_op_and_a_range_of_days_one_run() -> None:
    definitions = [asset for asset in defs.assets or [] if isinstance(asset, dg.AssetsDefinition)]
    assert [next(iter(one.keys)).path[0] for one in definitions] == STEPS
    for one in definitions:
        assert one.backfill_policy == dg.BackfillPolicy.single_run()


@pytest.mark.parametrize(
    ("job", "steps"),
    [
        ("one_day", ["raw", "core"]),
        ("look_back", ["features", "clusters", "links", "reports", "exports"]),
        ("nightly", STEPS),
    ],
)
def test_jobs_run_their_steps_in_one_process(job: str, steps: list[str]) -> None:
    definition = defs.resolve_job_def(job)
    assert definition.executor_def.name == "in_process"
    names = {"published_warehouse" if step == "exports" else step for step in steps}
    assert {node.name.split("__")[-1] for node in definition.nodes} == names
    assert (definition.partitions_def == DAILY) == (steps[0] == "raw")


def test_checks_are_sentences_and_stop_what_must_not_go_on() -> None:
    specs = [
        spec for asset in defs.assets or [] if isinstance(asset, dg.AssetsDefinition) for spec in asset.check_specs
    ]
    assert all(spec.description and spec.description.endswith(".") for spec in specs)
    blocking = {(spec.asset_key.to_user_string(), spec.name) for spec in specs if spec.blocking}
    assert ("raw/exchanges", "size_is_usual") in blocking
    assert ("core/account_days", "each_exchange_counted_once") in blocking
    assert {("reports/" + table.name, "keys_are_unique") for table in contracts.of_step("reports")} <= blocking
    for table in contracts.snapshot_tables():
        names = {spec.name for spec in specs if spec.asset_key == asset_key(table.full_name)}
        assert {"rows_keep_the_contract", "size_is_usual"} <= names
