"""The asset graph says what the code reads: every table a table's own module selects from is upstream of it."""

import re
from pathlib import Path

import pytest

import forensics
from forensics import contracts
from pipelines.lineage import UPSTREAM, in_dependency_order

SOURCE = Path(forensics.__file__).parent
READ = re.compile(r"\b(?:FROM|JOIN)\s+((?:raw|core|features|clusters|links|reports)\.\w+)")
MODULES = {
    table.full_name: [path for path in (SOURCE / table.step).glob(f"{table.name}.*") if path.suffix in (".py", ".sql")]
    for table in contracts.tables()
}
OWN_MODULE = sorted(name for name, paths in MODULES.items() if paths)


def test_most_tables_have_a_module_of_their_name() -> None:
    assert len(OWN_MODULE) >= 15


@pytest.mark.parametrize("name", OWN_MODULE)
def test_what_a_table_reads_is_upstream_of_it(name: str) -> None:
    read = {found for path in MODULES[name] for found in READ.findall(path.read_text("utf-8"))}
    # The text of a day is read once, into the temporary table that the day's queries share.
    text = "".join(path.read_text("utf-8") for path in MODULES[name])
    read |= {"raw.exchanges"} if "day_exchanges" in text else set()
    step_tables = {table.full_name for table in contracts.of_step("reports")} if name.startswith("reports.") else set()
    assert read - step_tables - {name} <= set(UPSTREAM[name])


def test_upstream_tables_exist_and_the_line_never_turns_back() -> None:
    known = [table.full_name for table in contracts.tables()]
    assert sorted(UPSTREAM) == sorted(known)
    for name, upstream in UPSTREAM.items():
        for source in upstream:
            assert contracts.STEPS.index(source.split(".")[0]) <= contracts.STEPS.index(name.split(".")[0])


@pytest.mark.parametrize("step", contracts.STEPS)
def test_a_table_comes_after_those_it_is_made_from(step: str) -> None:
    order = [table.full_name for table in in_dependency_order(step)]
    assert sorted(order) == sorted(table.full_name for table in contracts.of_step(step))
    for place, name in enumerate(order):
        assert not set(UPSTREAM[name]) & set(order[place:])
