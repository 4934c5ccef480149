"""The findings as Markdown: all is told that is there, bounded, and what strangers wrote means nothing."""

import html
import re

import duckdb

from pipelines.digest import LISTED_FINDINGS, TOLD_FINDINGS, findings_table, listed_findings, told_findings

LINK = r"\[(?:open|Open its case file)\]\(at/finding-\d\.html\)"
HOSTILE = "<img src=x onerror=alert(1)> [go](http://evil.example) | **now** \n# head"


def link(finding_id: str) -> str:
    """Where a finding's page lies, as far as this test is concerned."""
    return f"at/{finding_id}.html"


def filled(count: int) -> duckdb.DuckDBPyConnection:
    """So many findings, each with a statement for it, six against, a rival that fits and one that does not."""
    connection = duckdb.connect()
    connection.execute("CREATE SCHEMA reports")
    connection.execute(
        "CREATE TABLE reports.findings AS SELECT 'finding-' || n AS finding_id, 'relay' AS kind, 'high' AS confidence,"
        " 7 AS account_count, 1234 AS exchange_count, 'new' AS status, $text || n AS headline, -n AS score"
        " FROM range($count) AS numbers(n)",
        {"text": HOSTILE, "count": count},
    )
    connection.execute(
        "CREATE TABLE reports.finding_evidence AS SELECT finding_id, n AS statement_number,"
        " if(n = 0, 'supports', 'contradicts') AS stance, $text || ' statement ' || n AS statement"
        " FROM reports.findings, range(7) AS numbers(n)",
        {"text": HOSTILE},
    )
    connection.execute(
        "CREATE TABLE reports.finding_rivals AS SELECT finding_id, 'A class.' AS title, n = 0 AS is_plausible,"
        " 'Ask the teacher ' || n AS \"check\" FROM reports.findings, range(2) AS numbers(n)"
    )
    return connection


def test_findings_are_told_with_what_speaks_against_them() -> None:
    connection = filled(TOLD_FINDINGS + 2)
    told = told_findings(connection, listed_findings(connection), link)
    seen = html.unescape(told)
    assert seen.count("### high: relay of other people's traffic, 7 accounts, 1,234 exchanges, new") == TOLD_FINDINGS
    assert "and 2 more in the case files" in seen and "a person must review each finding" in seen
    assert "statement 0" in seen and "statement 5" in seen and "statement 6" not in seen and "- and 1 more" in seen
    assert "Ask the teacher 0" in seen and "Ask the teacher 1" not in seen
    assert "[Open its case file](at/finding-0.html)" in told


def test_what_strangers_wrote_means_nothing() -> None:
    connection = filled(3)
    findings = listed_findings(connection)
    for linked in (findings_table(findings, link), told_findings(connection, findings, link)):
        assert len(re.findall(LINK, linked)) == 3
        markdown = re.sub(LINK, "", linked)
        assert not re.search(r"[<>\[\]`]|http://|\n# ", markdown)
        assert "onerror" in html.unescape(markdown)


def test_no_findings_are_said_and_many_are_counted() -> None:
    assert findings_table([]).startswith("No findings.")
    connection = filled(LISTED_FINDINGS + 3)
    table = findings_table(listed_findings(connection), link)
    assert all(row.count("|") == 9 for row in table.split("\n") if row.startswith("|"))
    assert table.count("\n|") == LISTED_FINDINGS + 1 and "and 3 more" in table
