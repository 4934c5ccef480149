"""Every notebook runs from its first cell to its last on a finished state folder, and shows its pictures."""

import json
import re
import runpy
import shutil
from pathlib import Path

import duckdb
import polars as pl
import pytest

from forensics.clusters.cluster_profiles import cluster_profiles
from forensics.home import Home
from forensics.warehouse.tables import append_rows, read_frame
from tests.integration.small_world import FIRST

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
PNG, SVG = b"\x89PNG\r\n", b"<svg"


def run(name: str, home: Home, monkeypatch: pytest.MonkeyPatch, **environment: str) -> None:
    """Run a notebook in this process."""
    monkeypatch.setenv("FORENSICS_HOME", str(home.root))
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    runpy.run_path(str(NOTEBOOKS / f"{name}.py"), run_name="__main__")


def pictures(home: Home, said: str) -> dict[str, bytes]:
    """The pictures a notebook says it has shown, by name."""
    paths = [Path(line[len("[picture: ") : -1]) for line in said.splitlines() if line.startswith("[picture: ")]
    assert all(path.is_relative_to(home.scratch) for path in paths)
    return {path.stem: path.read_bytes() for path in paths}


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory, world: Path) -> Path:
    """What the small world's writer knows: the ring is a campaign."""
    folder = tmp_path_factory.mktemp("known")
    (folder / "snapshots").symlink_to(world)
    (folder / "truth").mkdir()
    ids = pl.read_parquet(sorted(world.glob("date=*/accounts.parquet"))[-1]).select("account_id")
    ring = pl.when(pl.col("account_id").str.starts_with("ring"))
    about = {
        "label": "campaign",
        "mode": "template_harvest",
        "group_id": "ring",
        "expected_kind": "coordinated_extraction",
        "dilution_share": 1.0,
    }
    accounts = ids.with_columns(
        kind=pl.lit("person"), barred=pl.lit(False), **{name: ring.then(pl.lit(value)) for name, value in about.items()}
    ).with_columns(pl.col("label").fill_null("ordinary"))
    accounts.write_parquet(folder / "truth" / "accounts.parquet")
    pl.DataFrame([{**about, "kind": "template_harvest"}]).write_parquet(folder / "truth" / "groups.parquet")
    pl.DataFrame(schema={"organisation_id": pl.String, "verdict": pl.String}).write_parquet(
        folder / "truth" / "ownership.parquet"
    )
    facts = {"scenario": "small", "seed": 1, "scale": 1.0, "start": FIRST.isoformat(), "days": 2}
    (folder / "truth" / "world.json").write_text(json.dumps(facts), "utf-8")
    return folder


def test_the_tour_shows_what_was_found(
    finished: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run("tour", finished, monkeypatch)
    said = capsys.readouterr().out
    assert re.search(r"finding-[0-9a-f]{12} ", said), "an id that can be copied"
    assert {name: data[:5] for name, data in pictures(finished, said).items()} == {"account_map": PNG[:5]}


@pytest.fixture
def clustered(finished: Home, tmp_path: Path) -> Home:
    """A warehouse in which the ring is a cluster and everybody else another: the small world has only noise."""
    home = Home(tmp_path / "clustered").create()
    shutil.copyfile(finished.published, home.published)
    with duckdb.connect(str(home.published)) as connection:
        connection.execute(
            "UPDATE clusters.account_clusters SET membership = 0.5, cluster_id = if(account_id LIKE 'ring%', 1, 0)"
        )
        features = read_frame(connection, "SELECT * FROM features.accounts ORDER BY account_id")
        placed = read_frame(connection, "SELECT * FROM clusters.account_clusters ORDER BY account_id")
        connection.execute("DELETE FROM clusters.cluster_profiles")
        append_rows(connection, "clusters.cluster_profiles", cluster_profiles(features, placed))
    return home


def test_clusters_are_reviewed_with_their_pictures(
    clustered: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run("cluster_review", clustered, monkeypatch)
    said = capsys.readouterr().out
    shown = pictures(clustered, said)
    assert re.search(r"│ 1 +┆ 10 +┆", said)
    assert shown.keys() == {"account_map", "cluster_profiles"}
    assert all(picture.startswith(PNG) for picture in shown.values())
    assert "accused_share" in said and "payer_count" in said


def test_a_tip_leads_to_a_case_file(
    finished: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run("investigation", finished, monkeypatch, FORENSICS_TIP="ring-003")
    said = capsys.readouterr().out
    shown = pictures(finished, said)
    assert {"links", "activity"} <= shown.keys() and all(picture.startswith(SVG) for picture in shown.values())
    assert "card-ring-" in said and "For:" in said and "Against:" in said
    (files,) = {line.removeprefix("Case file: ") for line in said.splitlines() if line.startswith("Case file: ")}
    assert "ring-003" in Path(files).read_text("utf-8")


def test_a_tip_on_an_account_in_no_finding_says_what_could_not_be_seen(
    finished: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run("investigation", finished, monkeypatch, FORENSICS_TIP="acct-005")
    said = capsys.readouterr().out
    assert "In no finding." in said and "Missing data clears nobody" in said and not pictures(finished, said)


def test_thresholds_are_held_against_the_truth(
    finished: Home, truth: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run("thresholds", finished, monkeypatch, FORENSICS_WORLD=str(truth))
    said = capsys.readouterr().out
    assert pictures(finished, said)["reading_order"].startswith(PNG)
    with duckdb.connect(str(finished.published), read_only=True) as connection:
        found, ring = connection.execute(
            "SELECT count(DISTINCT account_id), count(DISTINCT account_id) FILTER (starts_with(account_id, 'ring'))"
            " FROM reports.finding_accounts JOIN reports.findings USING (finding_id) WHERE kind <> 'barred_ownership'"
        ).fetchall()[0]
    assert ring > 0
    (row,) = [line for line in said.splitlines() if line.startswith("│ any ")]
    cells = [cell.strip() for cell in row.strip("│").split("┆")]
    assert int(cells[2]) + int(cells[3]) == ring and int(cells[4]) == found - ring
