"""`forensics run` and `simulate` as users start them: processes of their own, exit codes, and no file elsewhere."""

import json
import os
import shutil
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result

from forensics.cli import main
from forensics.cli.environment import launcher
from forensics.cli.run import remember_root
from forensics.home import Home
from forensics.settings import load_settings
from forensics.warehouse import writer_lock
from tests.integration.dagster_runs import digest
from tests.integration.small_world import DAYS, EXCHANGE_COUNT, FIRST, SECOND, accounts, write_day

FORENSICS = [sys.executable, "-c", "from forensics.cli import main; main(prog_name='forensics')"]


def forensics(*arguments: str) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(main, list(arguments), prog_name="forensics")


def days(first: object, last: object) -> list[str]:
    return ["--from", str(first), "--to", str(last)]


def test_a_run_of_its_own_process_equals_one_in_this_and_leaves_nothing_elsewhere(
    tmp_path: Path, world: Path, finished: Home
) -> None:
    user, work, home = tmp_path / "user", tmp_path / "work", tmp_path / "state folder"
    for folder in (user, work):
        folder.mkdir()
    kept = ("PATH", "PYTHONPATH", "LANG", "VIRTUAL_ENV", "NUMBA_CACHE_DIR")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    environment.update(HOME=str(user), TMPDIR=str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    done = subprocess.run(
        [*FORENSICS, "run", "--snapshots", str(world), *days(FIRST, SECOND), "--home", str(home), "--json"],
        cwd=work,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert summary["exchange_count"] == 2 * EXCHANGE_COUNT
    assert summary["days"] == [day.isoformat() for day in DAYS]
    assert sum(summary["findings"].values()) > 0
    assert Path(summary["warehouse"]).is_file()
    assert (Path(summary["reports"]) / "findings.parquet").is_file()
    assert Path(summary["case_files"]).is_file()
    assert digest(Path(summary["warehouse"])) == digest(finished.published)
    lines = done.stderr.splitlines()
    assert [
        line.split(" ", 2)[2].split(", manifest ")[0] for line in lines if " raw " in line or " published" in line
    ] == [
        "raw 1/2 2026-03-02: loaded",
        "raw 2/2 2026-03-03: loaded",
        "published_warehouse 1/1 version 1",
    ]
    assert len(lines) < 20
    for elsewhere in (user, work, tmp_path / "temporary"):
        assert not list(elsewhere.rglob("*")), elsewhere
    assert (home / "settings.toml").read_text("utf-8") == f"snapshots = {json.dumps(str(world))}\n"


def test_ctrl_c_ends_a_run_at_once_and_leaves_nothing_locked(tmp_path: Path, world: Path) -> None:
    home = Home(tmp_path / "home")
    process = subprocess.Popen(
        [*FORENSICS, "run", "--snapshots", str(world), *days(FIRST, SECOND), "--home", str(home.root)],
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert process.stderr
    said = ""
    for line in process.stderr:
        said += line
        if " raw 1/2" in line:
            process.send_signal(signal.SIGINT)
    assert process.wait(60) == 130, said
    assert "Interrupted" in said and "Traceback" not in said
    assert not home.published.exists()
    with writer_lock(home, purpose="a test"):
        assert not list(home.root.glob("*.publishing*"))


def test_all_missing_days_are_listed_at_once(tmp_path: Path, world: Path) -> None:
    later = SECOND + timedelta(days=2)
    done = forensics("run", "--snapshots", str(world), *days(FIRST, later), "--home", str(tmp_path / "home"))
    assert done.exit_code == 3
    assert "2 of 4 days are not complete" in done.stderr
    assert "2026-03-04: there is no folder date=2026-03-04" in done.stderr and "2026-03-05: there is" in done.stderr
    assert "--skip-missing" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "home").exists()


def test_a_day_that_is_still_written_is_told_from_one_that_is_not_there(tmp_path: Path) -> None:
    (write_day(tmp_path / "root", FIRST) / "_SUCCESS").unlink()
    done = forensics("run", "--snapshots", str(tmp_path / "root"), *days(FIRST, SECOND), "--home", str(tmp_path / "h"))
    assert done.exit_code == 3
    assert f"{FIRST}: date={FIRST} has no _SUCCESS" in done.stderr
    assert f"{SECOND}: there is no folder date={SECOND}" in done.stderr


def break_one_row(path: Path) -> None:
    """Make the first row of a file of exchanges break two rules."""
    first = pl.int_range(pl.len()) == 0
    pl.read_parquet(path).with_columns(
        outcome=pl.when(first).then(pl.lit("bogus")).otherwise("outcome"),
        input_tokens=pl.when(first).then(-1).otherwise("input_tokens"),
    ).write_parquet(path)


def test_missing_days_can_be_skipped_and_a_changed_day_is_refused_until_asked_for(tmp_path: Path) -> None:
    root, late = tmp_path / "root", SECOND + timedelta(days=1)
    for day in (FIRST, late):
        write_day(root, day)
    break_one_row(root / f"date={FIRST}" / "exchanges.parquet")
    start = ["run", "--snapshots", str(root), "--home", str(tmp_path / "home")]
    done = forensics(*start, *days(FIRST, late), "--skip-missing", "--json")
    assert done.exit_code == 0, done.stderr
    summary = json.loads(done.stdout)
    assert summary["days"] == [FIRST.isoformat(), late.isoformat()]
    assert summary["as_of"] == late.isoformat()
    assert len(summary["runs"]) == 2
    assert summary["quarantined_count"] == 1, "a row that breaks two rules is one row"
    assert summary["notes"] == [
        "In quarantine most often: input_tokens|min of exchanges (1 row);"
        ' `forensics query "FROM raw.quarantine"` lists all.'
    ]
    assert summary["snapshot_account_count"] == accounts(late).height >= summary["account_count"]

    shutil.rmtree(root / f"date={FIRST}")
    write_day(root, FIRST, shift=1)
    refused = forensics(*start, *days(FIRST, FIRST))
    assert refused.exit_code == 3
    assert "exchanges.parquet changed" in refused.stderr
    done = forensics(*start, *days(FIRST, FIRST), "--reissued", str(FIRST), "--json")
    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout)["as_of"] == FIRST.isoformat()
    assert json.loads(done.stdout)["quarantined_count"] == 0, "only the load in force counts"
    (note,) = json.loads(done.stdout)["notes"]
    assert f"results are as of {FIRST}" in note and f"--from {late} --to {late}" in note


def test_a_run_tells_of_unknown_accounts_and_of_too_many_broken_rows(tmp_path: Path) -> None:
    folder = write_day(tmp_path / "root", FIRST)
    break_one_row(folder / "exchanges.parquet")
    (folder / "notes.txt").touch()
    accounts(FIRST).filter(pl.col("account_id") != "ring-000").write_parquet(folder / "accounts.parquet")
    home = tmp_path / "home"
    home.mkdir()
    (home / "settings.toml").write_text("quarantine_share_max = 0.0001\n", "utf-8")
    done = forensics("run", "--snapshots", str(tmp_path / "root"), *days(FIRST, FIRST), "--home", str(home))
    assert done.exit_code == 0, done.stderr
    assert "loaded; files of no table: 1, such as 'notes.txt'" in done.stderr
    assert "in the snapshots (1 account unknown to the snapshots); 1 row in quarantine." in done.stdout
    assert f"(quarantine_share_max) are in quarantine on 1 day, the most on {FIRST}" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (days(SECOND, FIRST), "is after"),
        ([*days(FIRST, SECOND), "--reissued", "2026-04-01"], "outside the range"),
        (days("2026-02-30", SECOND), "is no day"),
        (["--from", "2026-03-02"], "--to"),
    ],
)
def test_options_that_make_no_sense_are_usage_errors(
    tmp_path: Path, world: Path, arguments: list[str], text: str
) -> None:
    done = forensics("run", "--snapshots", str(world), *arguments, "--home", str(tmp_path))
    assert done.exit_code == 2
    assert text in done.stderr


def test_a_root_that_is_not_there_is_named(tmp_path: Path) -> None:
    done = forensics("run", "--snapshots", str(tmp_path / "x"), *days(FIRST, SECOND), "--home", str(tmp_path / "h"))
    assert done.exit_code == 3
    assert str(tmp_path / "x") in done.stderr


def test_an_embedder_that_cannot_be_loaded_is_refused_before_anything_is_read(tmp_path: Path, world: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "settings.toml").write_text('embedder = "onnx:nowhere"', "utf-8")
    done = forensics("run", "--snapshots", str(world), *days(FIRST, SECOND), "--home", str(home))
    assert done.exit_code == 7
    assert "nowhere holds no embedding model" in done.stderr and "static-words" in done.stderr
    assert not list((home / "raw").rglob("*.parquet"))


def test_simulate_writes_days_that_run_accepts(tmp_path: Path) -> None:
    out = tmp_path / "world"
    done = forensics("simulate", str(out), "--scale", "0.001", "--days", "2", "--seed", "3")
    assert done.exit_code == 0, done.stderr
    assert sorted(path.name for path in (out / "snapshots").iterdir()) == [f"date={day}" for day in DAYS]
    assert f"Next: {launcher()} run --snapshots {out}/snapshots --from {FIRST} --to {SECOND}" in done.stdout
    again = forensics("simulate", str(out), "--scale", "0.001", "--days", "2")
    assert again.exit_code == 2
    assert "not empty" in again.stderr


@pytest.mark.parametrize(
    "root", ["/données/🕵️ logs", '/a "b"\\c', "/line\nend\ttab\x01\x1f\x7f\x85", "s3://bucket/x?region=eu-west-1"]
)
def test_any_path_comes_back_from_the_settings(tmp_path: Path, root: str) -> None:
    remember_root(Home(tmp_path), root)
    assert load_settings(Home(tmp_path)).snapshots == root


def test_a_path_that_toml_cannot_hold_is_not_written(tmp_path: Path) -> None:
    remember_root(Home(tmp_path), "/\udcff")
    assert load_settings(Home(tmp_path)).snapshots is None


@pytest.mark.parametrize(
    "url",
    [
        "s3://key:hunter2@bucket/logs",
        "s3://key:hunt/er2@bucket",
        "s3://hunter2@bucket",
        "s3://bucket/logs?secret_key=hunter2",
        "s3://bucket/logs?region=eu&AccessKey=hunter2",
        "s3://bucket?endpoint_override=http://key:hunter2@store",
    ],
)
def test_credentials_in_a_url_are_refused_and_not_repeated(tmp_path: Path, url: str) -> None:
    done = forensics("run", "--snapshots", url, *days(FIRST, SECOND), "--home", str(tmp_path / "home"))
    assert done.exit_code == 2
    assert "AWS_SECRET_ACCESS_KEY" in done.stderr
    assert "hunt" not in done.output and "er2" not in done.output
    assert not (tmp_path / "home").exists()
