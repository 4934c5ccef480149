"""Case files of a real run: what stands on a page is what the tables hold."""

import html
import re
from collections.abc import Iterator
from contextlib import closing

import duckdb
import pytest

from forensics.exports.case_files import case_file
from forensics.exports.case_files.facts import CaseFacts, read_facts
from forensics.home import Home
from forensics.settings import Settings

POLICY = {"profile": "p", "version": "v", "profile_sha256": "s"}


@pytest.fixture(scope="module")
def connection(finished: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    with closing(duckdb.connect(str(finished.published), read_only=True)) as opened:
        yield opened


@pytest.fixture(scope="module")
def cases(connection: duckdb.DuckDBPyConnection) -> list[CaseFacts]:
    return read_facts(connection, Settings(), POLICY)[1]


def rows(connection: duckdb.DuckDBPyConnection, query: str, *values: object) -> list[tuple[object, ...]]:
    return connection.execute(query, values).fetchall()


def test_every_finding_has_a_page_that_says_what_the_tables_say(
    finished: Home, connection: duckdb.DuckDBPyConnection
) -> None:
    found = rows(connection, "SELECT finding_id, as_of, headline, exchange_count FROM reports.findings")
    assert found
    for finding_id, as_of, headline, exchanges in found:
        page = html.unescape(case_file(finished, as_of, str(finding_id)).read_text("utf-8"))  # type: ignore[arg-type]
        assert str(headline).partition(";")[0].removesuffix(".") in page
        assert f"<dd>{exchanges:,}</dd>" in page
        for (statement,) in rows(
            connection, "SELECT statement FROM reports.finding_evidence WHERE finding_id = ?", finding_id
        ):
            assert str(statement)[:200] in page
        for account, count in rows(
            connection,
            "SELECT account_id, exchange_count FROM reports.finding_accounts WHERE finding_id = ? LIMIT 25",
            finding_id,
        ):
            assert re.search(f"{account}</bdi>.*>{count:,}</span></td>", page)


def test_no_sentence_of_a_run_holds_a_code(connection: duckdb.DuckDBPyConnection) -> None:
    names = {one for (one,) in rows(connection, "SELECT DISTINCT organisation_id FROM raw.organisations")}
    names |= {
        str(one).split()[0] for (one,) in rows(connection, "SELECT DISTINCT rule FROM reports.barred_organisations")
    }
    said = rows(
        connection,
        "SELECT headline FROM reports.findings UNION ALL SELECT statement FROM reports.finding_evidence"
        " UNION ALL SELECT concat_ws(' ', title, needs, \"check\") FROM reports.finding_rivals",
    )
    codes = {code for (text,) in said for code in re.findall(r"\b[a-z0-9]+(?:_[a-z0-9]+)+\b", str(text))}
    assert said and codes <= names


def test_core_accounts_are_listed_first_and_the_firmest_of_them(cases: list[CaseFacts]) -> None:
    for case in cases:
        order = [(row["role"] != "core", -row["membership"]) for row in case["accounts"]]
        assert order == sorted(order)


def test_pools_and_what_the_finding_rests_on_are_those_of_the_tables(
    connection: duckdb.DuckDBPyConnection, cases: list[CaseFacts]
) -> None:
    listed = 0
    for case in cases:
        own = [row for row in case["pools"] if row["is_own"]]
        for row in own:
            shares = rows(
                connection,
                "SELECT pool_share, pool_share_low, pool_share_high, other_account_count FROM reports.pool_campaigns"
                " WHERE pool_id = ? AND finding_id = ?",
                row["pool_id"],
                case.finding["finding_id"],
            )
            names = ("pool_share", "pool_share_low", "pool_share_high", "other_account_count")
            assert shares == [tuple(row[name] for name in names)]
        left_out = rows(
            connection,
            "SELECT count(*) FROM reports.finding_robustness WHERE finding_id = ?",
            case.finding["finding_id"],
        )
        assert left_out == [(len(case["robustness"]),)]
        listed += len(own) + len(case["robustness"])
    assert listed


def test_sizes_signals_and_activity_are_those_of_the_tables(
    connection: duckdb.DuckDBPyConnection, cases: list[CaseFacts]
) -> None:
    for case in cases:
        finding_id = case.finding["finding_id"]
        assert case.sizes["account_count"] == case.finding["account_count"]
        kinds = rows(
            connection,
            "SELECT signal_kind, count(*) FROM reports.finding_signals WHERE finding_id = ? GROUP BY ALL",
            finding_id,
        )
        assert dict(kinds) == {row["signal_kind"]: row["kind_count"] for row in case["signals"]}  # type: ignore[arg-type]
        for row in case["activity"]:
            hours = rows(
                connection,
                "SELECT date_diff('day', ?, snapshot_date) * 24 + hour, exchange_count FROM core.account_hours"
                " WHERE account_id = ? ORDER BY 1",
                case.run.first_shown,
                row["account_id"],
            )
            assert case.run.column_hours == 1
            assert hours == list(zip(row["cells"], row["exchange_counts"], strict=True))


def test_a_link_is_drawn_only_where_an_account_has_the_value(
    connection: duckdb.DuckDBPyConnection, cases: list[CaseFacts]
) -> None:
    carried = set(rows(connection, "SELECT account_id, signal_kind, signal_value FROM links.account_signals"))
    drawn = 0
    beside = set(rows(connection, "SELECT finding_id, account_id FROM reports.finding_bystanders"))
    for case in cases:
        values = {row["place"]: (row["signal_kind"], row["signal_value"]) for row in case["signals"]}
        for row in case["links"]:
            assert {(row["account_id"], *values[place]) for place in row["places"]} <= carried
            drawn += len(row["places"])
        for place in {place for row in case["links"] for place in row["places"]}:
            (shared,) = [row["accounts_sharing"] for row in case["signals"] if row["place"] == place]
            passers = sum(
                (account, *values[place]) in carried for one, account in beside if one == case.finding["finding_id"]
            )
            assert shared == sum(place in row["places"] for row in case["links"]) + passers
    assert drawn > 20


def test_the_mix_is_the_mean_over_accounts_with_nothing_asked_as_zero(
    connection: duckdb.DuckDBPyConnection, cases: list[CaseFacts]
) -> None:
    shares: dict[str, dict[str, float]] = {}
    for account, capability, share in rows(
        connection, "SELECT account_id, capability, share_of_exchanges FROM features.account_capabilities"
    ):
        shares.setdefault(str(account), {})[str(capability)] = float(share)  # type: ignore[arg-type]
    compared = 0
    for case in cases:
        members = rows(
            connection,
            "SELECT account_id FROM reports.finding_accounts WHERE finding_id = ?",
            case.finding["finding_id"],
        )
        known = [shares[str(account)] for (account,) in members if account in shares]
        for row in case["capabilities"]:
            mean = sum(one.get(row["capability"], 0.0) for one in known) / len(known)
            assert row["group_share"] == pytest.approx(mean)
            assert 0 <= row["cohort_share"] <= 1
            compared += 1
    assert compared
