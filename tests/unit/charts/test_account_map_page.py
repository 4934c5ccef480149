"""The map to explore: what it holds is what the tables say, what strangers wrote stays text, and a browser shows it."""

import base64
import hashlib
import html
import json
import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pytest

from forensics import contracts
from forensics.charts import account_map_page
from forensics.charts.account_map_page.points import SHOWN_FEATURES, read_points
from forensics.reports.phrases import phrase
from forensics.warehouse.tables import append_rows
from tests.accessibility import FAULTS
from tests.browser import open_page
from tests.worlds.line import Line, open_line

AS_OF = date(2026, 3, 8)
HOSTILE = "</script><script>document.title='taken'</script><img src=http://evil.example/x onerror=alert(1)>"
HEADLINE = f"--> {HOSTILE} \u202e ${{script}} \\u003c"
MEMBERS = [HOSTILE, "acct-2"]
COUNT = 40


@pytest.fixture(scope="module")
def line(blank_building: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """Forty accounts in a row, two of them in a finding that accuses, one in a lead."""
    folder = tmp_path_factory.mktemp("forty")
    shutil.copyfile(blank_building, folder / blank_building.name)
    with open_line(folder, AS_OF) as opened:
        fill(opened.connection)
        yield opened


def fill(connection: duckdb.DuckDBPyConnection) -> None:
    """The rows of the forty."""
    ids = [HOSTILE if number == 1 else f"acct-{number}" for number in range(COUNT)]
    generator = np.random.default_rng(1)
    values = {
        name: generator.integers(1, 90, COUNT)
        if column.dtype == pl.Int64
        else generator.uniform(low := column.min or 0, low + 1, COUNT)
        for name, column in contracts.get("features.accounts").columns.items()
        if column.dtype != pl.String
    }
    append_rows(connection, "features.accounts", pl.DataFrame({"account_id": ids, "payer_id": ids, **values}))
    places = {"account_id": ids, "map_x": np.arange(COUNT) / 3, "map_y": np.arange(COUNT) % 5 / 2}
    clusters = {"cluster_id": [number % 3 - 1 for number in range(COUNT)], "membership": [1.0] * COUNT}
    append_rows(connection, "clusters.account_clusters", pl.DataFrame({**places, **clusters}))
    for finding, confidence, members in (("finding-1", "high", MEMBERS), ("finding-2", "low", ["acct-9"])):
        row = {
            "finding_id": finding,
            "as_of": AS_OF,
            "kind": "coordinated_extraction",
            "confidence": confidence,
            "score": 1.0 if confidence == "high" else 0.0,
            "account_count": len(members),
            "exchange_count": 9,
            "headline": HEADLINE,
            "status": "new",
        }
        append_rows(connection, "reports.findings", _whole("reports.findings", [row]))
        rows = [{"finding_id": finding, "account_id": one, "role": "core", "membership": 1.0} for one in members]
        rows = [{**one, "exchange_count": 3} for one in rows]
        append_rows(connection, "reports.finding_accounts", _whole("reports.finding_accounts", rows))


def _whole(table: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={name: column.dtype for name, column in contracts.get(table).columns.items()})


@pytest.fixture(scope="module")
def page(line: Line) -> str:
    """The page of the forty accounts."""
    return account_map_page(line.connection, AS_OF, case_file=lambda one: f"{one}.html", index="i.html")


def data_of(page: str) -> dict[str, Any]:
    """The page's data as a browser reads it."""
    (found,) = re.findall(r'<script type="application/json" id="data">([^<]*)</script>', page)
    said: dict[str, Any] = json.loads(found)
    return said


def test_the_page_says_what_the_tables_say(page: str, line: Line) -> None:
    data = data_of(page)
    assert (data["as_of"], data["account_count"], len(data["accounts"])) == (AS_OF.isoformat(), COUNT, COUNT)
    assert data["accounts"] == sorted(data["accounts"]) and HOSTILE in data["accounts"]
    assert [one["name"] for one in data["features"]] == [phrase("feature", name) for name in SHOWN_FEATURES]
    shown = line.frame("SELECT * FROM features.accounts ORDER BY account_id")
    for name, feature in zip(SHOWN_FEATURES, data["features"], strict=True):
        values = shown[name].to_numpy()
        assert np.allclose(feature["values"], values, rtol=0.005)
        below = [(values < one).mean() + ((values == one).sum()) / 2 / COUNT for one in values]
        ranks = np.frombuffer(base64.b64decode(feature["ranks"]), np.uint8)
        assert np.abs(ranks - 100 * np.array(below)).max() <= 0.5 + 1e-9
    first = data["findings"][0]
    assert [data["accounts"][one] for one in first["members"]] == sorted(MEMBERS)
    assert (first["headline"], first["page"]) == (HEADLINE, "finding-1.html")
    assert [one["id"] for one in data["cluster_names"]] == [0, 1, -1]


def test_the_page_says_who_may_read_it_and_what_it_does_not_prove(page: str) -> None:
    assert "TLP:AMBER+STRICT" in page and "Decision support: needs human review." in page
    assert "how far apart two islands lie says nothing" in page
    said = json.dumps([{**one, "headline": "", "finding_id": ""} for one in data_of(page)["findings"]])
    names = [one["name"] for one in (*data_of(page)["features"], *data_of(page)["cluster_names"])]
    assert "_" not in said.replace("finding_id", "").replace("is_on_behaviour", "").replace("account_count", "")
    assert not [name for name in names if "_" in name]


def test_the_policy_allows_the_pages_own_script_and_no_request(page: str) -> None:
    policy = html.unescape(re.findall(r'Content-Security-Policy" content="([^"]*)"', page)[0])
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    hashed = {
        name: base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        for name, text in (("script", script), ("style", style))
    }
    assert policy == (
        f"default-src 'none'; script-src 'sha256-{hashed['script']}'; style-src 'sha256-{hashed['style']}';"
        " base-uri 'none'; form-action 'none'"
    )
    assert page.count("<script") == 2
    assert not re.search(r"innerHTML|insertAdjacent|document\.write|eval\(|https?:", script)


def test_a_crowd_is_thinned_and_findings_stay(line: Line) -> None:
    thinned, whole = read_points(line.connection, most=10), read_points(line.connection)
    assert thinned["account_count"] == COUNT and len(thinned["accounts"]) == 10
    assert {*MEMBERS, "acct-9"} < set(thinned["accounts"])
    assert thinned == read_points(line.connection, most=10)
    places = dict(zip(whole["accounts"], zip(whole["x"], whole["y"], strict=True), strict=True))
    kept = zip(thinned["accounts"], thinned["x"], thinned["y"], strict=True)
    assert all(places[account] == (x, y) for account, x, y in kept)


def test_a_provider_without_accounts_gets_an_empty_map(blank_line: Line) -> None:
    data = data_of(account_map_page(blank_line.connection, AS_OF))
    assert (data["account_count"], data["accounts"], data["findings"]) == (0, [], [])


IS_RED = """
window.isRed = (i) => {
  const [x, y] = [Math.round(across(i)), Math.round(down(i))];
  const around = canvas.getContext("2d").getImageData(x - 12, y - 12, 24, 24).data;
  let reds = 0;
  for (let at = 0; at < around.length; at += 4) {
    if (around[at] > 150 && around[at + 1] < 90 && around[at + 2] < 90 && around[at + 3] > 200) reds += 1;
  }
  return reds > 10;
}
"""
"""Whether an account has a red ring."""


def test_a_browser_shows_searches_and_runs_nothing_of_strangers(page: str, tmp_path: Path) -> None:
    file = tmp_path / "account_map.html"
    file.write_text(page, "utf-8")
    (tmp_path / "profile").mkdir()
    with open_page(tmp_path / "profile") as browser:
        browser.goto(file.as_uri(), "document.getElementById('summary').textContent.startsWith('40 accounts')")
        member = browser.evaluate(f"data.accounts.indexOf({json.dumps(HOSTILE)})")
        top, left, x, y = browser.evaluate(
            "(() => { const { top, left } = canvas.getBoundingClientRect();"
            f" return [top, left, across({member}), down({member})] }})()"
        )
        browser.move(left + x + 1, top + y)
        browser.wait_for("!tip.hidden")
        said = browser.evaluate("tip.innerText")
        assert said.startswith(HOSTILE[:60]) and "high: coordinated extraction" in said
        assert len(re.findall(r"· above \d+ %", said)) == 4
        assert browser.evaluate(FAULTS) == []
        browser.call("Input.dispatchKeyEvent", type="keyDown", key="Escape", windowsVirtualKeyCode=27)
        assert browser.evaluate("tip.hidden")

        browser.evaluate("document.getElementById('wanted').focus()")
        browser.type("acct-9")
        browser.call("Input.dispatchKeyEvent", type="rawKeyDown", key="Enter", windowsVirtualKeyCode=13)
        browser.call("Input.dispatchKeyEvent", type="char", text="\r")
        browser.wait_for("panel.querySelector('h2')?.textContent === 'acct-9'")
        assert "low coordinated extraction" in browser.evaluate("panel.innerText")
        assert browser.evaluate("panel.querySelector('a').getAttribute('href')") == "finding-2.html"
        assert abs(browser.evaluate("across(state.pinned) - size.wide / 2")) < 1
        for width, scheme in ((320, "dark"), (390, "light"), (1280, "dark"), (1280, "light")):
            features = [{"name": "prefers-color-scheme", "value": scheme}]
            browser.call("Emulation.setEmulatedMedia", features=features)
            browser.call(
                "Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False
            )
            assert browser.evaluate(FAULTS) == [], (width, scheme)

        assert browser.complaints == []
        browser.evaluate("showWhole(); hover(nowhere); pin(nowhere); paint()")
        browser.evaluate(IS_RED)
        assert browser.evaluate(f"isRed({member})") and not browser.evaluate("isRed(data.accounts.indexOf('acct-20'))")
        assert browser.evaluate("document.title") == f"Account map as of {AS_OF}"
        assert not browser.evaluate("document.querySelectorAll('img, main script').length")
        assert browser.requests == [file.as_uri()]
