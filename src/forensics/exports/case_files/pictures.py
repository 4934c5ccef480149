"""The pictures of a case file from its rows."""

import duckdb

from forensics.charts.activity_heat_map import Activity, activity_heat_map
from forensics.charts.capability_mix import Mix, capability_mix
from forensics.charts.link_graph import MOST_VALUES, Value, link_graph
from forensics.charts.ownership_chart import ownership_chart
from forensics.errors import NotFoundError
from forensics.exports.case_files.facts import CaseFacts
from forensics.reports.phrases import phrase


def graph_of(case: CaseFacts) -> str | None:
    """Which accounts carry which shared values; None where nothing is shared."""
    carriers = case["links"]
    # Owners are shared through organisations, not carried by an account: there is no line to draw to them.
    carried = {place for row in carriers for place in row["places"]}
    drawable = (row for row in case["signals"] if row["place"] < MOST_VALUES and row["place"] in carried)
    values = sorted(drawable, key=lambda row: row["place"])
    if not values or not carriers:
        return None
    place = {row["place"]: number for number, row in enumerate(values)}
    drawn = [
        Value(
            phrase("signal", row["signal_kind"]),
            row["signal_value"],
            row["family"] or "content",
            row["accounts_sharing"],
            row["accounts_sharing_outside"],
            row["is_hub"],
        )
        for row in values
    ]
    links = [(number, place[one]) for number, row in enumerate(carriers) for one in row["places"] if one in place]
    return link_graph([row["account_id"] for row in carriers], drawn, links)


def activity_of(case: CaseFacts) -> str | None:
    """When the accounts are active; None where none was."""
    if not case["activity"]:
        return None
    rows = [
        (row["account_id"], dict(zip(row["cells"], row["exchange_counts"], strict=True))) for row in case["activity"]
    ]
    run = case.run
    return activity_heat_map(
        Activity(run.picture_begins, run.column_hours, run.column_count, rows, case.sizes["account_count"])
    )


def mix_of(case: CaseFacts) -> str | None:
    """What is asked, beside the cohort; None where no account has enough activity."""
    rows = [
        Mix(phrase("capability", row["capability"]), row["group_share"], row["cohort_share"])
        for row in case["capabilities"]
    ]
    return capability_mix(rows) if rows else None


def owners_of(case: CaseFacts, connection: duckdb.DuckDBPyConnection) -> tuple[str, str] | None:
    """Who owns the foremost organisation: its id and the chart; None where no register names one."""
    if not case["organisations"]:
        return None
    organisation_id = str(case["organisations"][0]["organisation_id"])
    try:
        return organisation_id, ownership_chart(connection, organisation_id)
    except NotFoundError:
        return None
