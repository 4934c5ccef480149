"""Every figure of a finding stands in the one row that its statement names, in whatever way the finding came about."""

import polars as pl
import pytest

from forensics.custody.sources import statement_differences
from forensics.reports.finding_counts import finding_counts
from forensics.reports.pool_campaigns import pool_campaigns, pool_statements
from forensics.reports.sources import evidence_row
from forensics.reports.statements import Statement
from tests.unit.reports.story import Story, Told, accounts
from tests.unit.reports.test_organisation_claim import claim
from tests.worlds.line import Line, put
from tests.worlds.traced import astray

MADE_UP = ("payment_coverage",)
"""What the stories hold against their groups without any table that says so."""


def state(line: Line, finding_id: str, statements: list[Statement]) -> None:
    """Make these the only statements."""
    rows = [evidence_row(finding_id, number, one, "group") for number, one in enumerate(statements, start=1)]
    put(line.connection, "reports.finding_evidence", rows)
    put(line.connection, "reports.finding_counts", finding_counts({finding_id: statements}).to_dicts())


def tell(story: Story, told: Told) -> set[str]:
    """Put the tables of a story's day where they are read, and give the measures that it states."""
    for name in ("finding_evidence", "finding_counts"):
        put(story.line.connection, f"reports.{name}", told.tables[f"reports.{name}"].to_dicts())
    evidence = told.tables["reports.finding_evidence"].filter(pl.col("value").is_not_null())
    return set(evidence["measure"]) - set(MADE_UP)


def test_every_figure_of_the_tiny_world_stands_where_its_statement_says(tiny_line: Line) -> None:
    assert astray(tiny_line.connection) == []
    count, faults = statement_differences(tiny_line.connection)
    assert count >= 12 and faults == []


def test_every_shared_value_of_a_finding_has_the_figures_of_its_group(tiny_line: Line) -> None:
    figures = "signal_kind, signal_value, accounts_sharing, accounts_sharing_outside, lift, p_value, q_value"
    query = f"""
        SELECT {figures} FROM reports.finding_signals WHERE signal_kind <> 'barred_owner'
        EXCEPT SELECT {figures} FROM links.group_signals"""
    assert tiny_line.connection.execute(query).fetchall() == []


def test_a_finding_of_two_pools_names_each(blank_line: Line) -> None:
    connection, common = blank_line.connection, {"value_count": 3, "hub_count": 0, "inside_share": 1.0}
    size = {"account_count": 8, "payer_count": 8, "inside_count": 8, "exchange_count": 800}
    families = {"pool-1": "network", "pool-2": "payment"}
    put(connection, "links.pools", [{"pool_id": one, "family": of, **common, **size} for one, of in families.items()])
    put(connection, "links.pool_accounts", [
        {"pool_id": pool, "account_id": f"a{number}", "is_inside": True, "value_count": 1,
         "exchange_count": 100 * (number + 1) if pool == "pool-1" else 100, "exchange_share": 0.5}
        for pool in families for number in range(8)
    ])  # fmt: skip
    rows = [("one", "relay", f"a{number}", 2000) for number in range(4)]
    members = pl.DataFrame(rows, schema=["finding_id", "kind", "account_id", "exchange_count"], orient="row")
    nobody = pl.DataFrame(schema={"finding_id": pl.String, "account_id": pl.String})
    campaigns = pool_campaigns(connection, members, nobody).with_columns(campaign_share=pl.lit(0.5))
    put(connection, "reports.pool_campaigns", campaigns.to_dicts())
    told = pool_statements(connection, campaigns)["one"]
    assert len({one.value for one in told}) == 2
    state(blank_line, "one", told)
    assert astray(connection) == [] and statement_differences(connection) == (2, [])


@pytest.mark.parametrize(("barred", "verdict"), [(6, "met_cascade"), (6, None)], ids=["barred", "none of them"])
def test_an_owners_share_is_found_whether_or_not_there_is_one(
    blank_line: Line, barred: int, verdict: str | None
) -> None:
    found, _ = claim(blank_line, barred=barred, owner="front" if verdict else "another")
    assert {one.measure for one in found.statements if one.value is not None} >= {"barred_owner_share"}
    state(blank_line, "one", found.statements)
    assert astray(blank_line.connection) == [] and statement_differences(blank_line.connection)[1] == []


def test_what_is_told_of_a_findings_past_is_found_too(blank_line: Line) -> None:
    story = Story(blank_line)
    first = story.day(0, {"g": accounts(0, 20), "other": accounts(50, 60)})
    story.decide(first, "g", "cleared")
    told = story.day(1, {"g": accounts(0, 30)})
    assert tell(story, told) == {"new_since_cleared", "not_found"}
    assert astray(blank_line.connection, left_out=MADE_UP) == []
    told = story.day(3, {"g": accounts(0, 30), "other": accounts(50, 60)})
    assert tell(story, told) == {"new_since_cleared", "lineage"}
    assert astray(blank_line.connection, left_out=MADE_UP) == []
    assert statement_differences(blank_line.connection)[1] == []


def test_a_number_that_is_not_its_sources_is_told(blank_line: Line) -> None:
    found, _ = claim(blank_line, barred=6)
    state(blank_line, "one", [found.statements[0]._replace(value=0.5)])
    put(blank_line.connection, "reports.finding_counts", finding_counts({"one": found.statements}).to_dicts())
    ((subject, text, weight),) = statement_differences(blank_line.connection)[1]
    assert subject == "one, statement 1" and "says 0.6" in text and weight == "differs"
