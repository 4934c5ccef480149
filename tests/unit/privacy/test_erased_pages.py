"""Case files of findings that an erased account was ever in are deleted; those of others stay."""

from datetime import date
from pathlib import Path

import polars as pl

from forensics.exports.case_files import account_map_file, case_file, case_files_index
from forensics.privacy.erased_files import rewrite_files
from tests.worlds.line import Line, put

WENT = ("f-was-in", "f-beside", "f-names", "f-long-ago")
NOW, EARLIER = date(2026, 3, 8), date(2026, 3, 1)


def test_pages_that_name_or_may_show_an_account_go_whatever_their_date(blank_line: Line) -> None:
    line, home = blank_line, blank_line.home
    put(
        line.connection,
        "reports.finding_history",
        [{"as_of": EARLIER, "finding_id": "f-was-in", "account_id": "acct-1", "role": "core", "membership": 1.0}],
    )
    put(
        line.connection,
        "reports.finding_bystanders",
        [{"finding_id": "f-beside", "account_id": "acct-1", "carried": "device", "reason": "unlike the others"}],
    )
    folder = home.reports / EARLIER.isoformat()
    folder.mkdir(parents=True)
    thinned = pl.DataFrame({"finding_id": ["f-long-ago", "f-else"], "account_id": ["acct-1", "acct-2"]})
    thinned.write_parquet(folder / "finding_accounts.parquet")
    pages = {
        case_file(home, day, name): text
        for day in (EARLIER, NOW)
        for name, text in (
            ("f-was-in", "a value of theirs"),
            ("f-long-ago", "of a day that the history no longer has"),
            ("f-beside", ""),
            ("f-names", "acct-1!"),
            ("f-else", "acct-10"),
        )
    }
    pages[case_files_index(home, NOW)] = "f-was-in"
    pages[account_map_file(home, EARLIER)] = "everybody, spelled in some way"
    for path, text in pages.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    removed = list(rewrite_files(line.connection, home, ["acct-1"]))
    left = {path.relative_to(home.cases).as_posix() for path in Path(home.cases).rglob("*.html")}
    assert left == {"2026-03-01/f-else.html", "2026-03-08/f-else.html", "2026-03-08/index.html"}
    gone = {(day, f"{name}.html") for day in (EARLIER, NOW) for name in WENT}
    gone.add((EARLIER, "account_map.html"))
    assert {(one.file, one.day, one.sha256_after) for one in removed if one.table_name == "reports"} == {
        (f"cases/{day}/{name}", day, None) for day, name in gone
    }
