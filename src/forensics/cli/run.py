"""`forensics run`: load a range of days, look back from its last one, publish."""

import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import click

from forensics.cli.environment import absolute_root, prepare
from forensics.cli.options import Day, home_options, is_verbose, json_option
from forensics.cli.progress import progress_display
from forensics.errors import SettingsError, SnapshotError
from forensics.exports.case_files import case_files_index
from forensics.home import Home


@click.command()
@click.option("--snapshots", required=True, metavar="ROOT", help="Folder or s3://, gs://, az:// URL of the days.")
@click.option("--from", "first", required=True, type=Day(), metavar="DAY", help="First day, YYYY-MM-DD.")
@click.option("--to", "last", required=True, type=Day(), metavar="DAY", help="Last day, and the as-of day.")
@click.option(
    "--reissued",
    multiple=True,
    type=Day(),
    metavar="DAY",
    help="Load this day anew though its files changed; repeatable.",
)
@click.option("--skip-missing", is_flag=True, help="Load the days that are there; default: refuse when one is missing.")
@home_options
@json_option
def run(
    snapshots: str, first: date, last: date, reissued: tuple[date, ...], skip_missing: bool, home: Home, as_json: bool
) -> None:
    """Load the days from --from to --to, look for findings as of the last one, and publish."""
    summary = run_days(home, snapshots, first, last, reissued=reissued, skip_missing=skip_missing)
    if as_json:
        click.echo(json.dumps(summary, indent=2))
    else:
        click.echo(sentence(summary))


def run_days(
    home: Home,
    snapshots: str,
    first: date,
    last: date,
    *,
    reissued: Sequence[date] = (),
    skip_missing: bool = False,
) -> dict[str, Any]:
    """Check the options, run the pipeline, and say what came of it.

    Raises:
        SettingsError: for options that contradict each other.
        SnapshotError: naming every day that is missing.
        EmbedderError: when the embedder of the settings cannot be loaded.
        ForensicsError: whatever stopped the run.
    """
    from forensics.settings import load_settings

    check_options(first, last, reissued)
    settings = load_settings(home)
    root = absolute_root(snapshots)
    days = days_to_load(root, first, last, skip_missing=skip_missing)
    prepare(home)
    with progress_display() as display:
        display.update("start", 0, 1, f"{len(days)} days of {root}")
        from forensics.core.embeddings import prompt_vectors

        # What cannot be loaded is said before hours of reading, not after them.
        prompt_vectors(settings.embedder)
        from pipelines.launch import RunRequest
        from pipelines.launch import run as launch

        display.update("start", 1, 1)
        request = RunRequest(root, days, last, reissued, verbose=is_verbose())
        runs = launch(home, request, lambda p: display.update(p.step, p.done, p.total, p.text))
    remember_root(home, root)
    return summarise(home, days, last, runs)


def check_options(first: date, last: date, reissued: Sequence[date]) -> None:
    """Refuse a range that is none and re-issued days outside it, all at once."""
    faults = []
    if first > last:
        faults.append(f"--from {first} is after --to {last}")
    faults += [f"--reissued {day} lies outside the range" for day in reissued if not first <= day <= last]
    if faults:
        raise SettingsError("The options contradict each other.", faults=faults, next_step="Correct the named options.")


def days_to_load(root: str, first: date, last: date, *, skip_missing: bool) -> list[date]:
    """The days of the range whose snapshot is complete.

    Raises:
        SnapshotError: when one is missing and shall not be skipped, or when none is there.
    """
    from forensics.raw import list_days
    from forensics.raw.days import read_layout
    from forensics.raw.sources import open_source

    complete = set(list_days(root, lambda day: first <= day <= last))
    wanted = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    present = [day for day in wanted if day in complete]
    missing = [day for day in wanted if day not in complete]
    if not present or (missing and not skip_missing):
        everything, source = list_days(root), open_source(root)
        known = f"{everything[0]} to {everything[-1]}" if everything else "no day at all"
        raise SnapshotError(
            f"{len(missing)} of {len(wanted)} days are not complete in {root}; complete there: {known}.",
            faults=[
                f"{day}: {next(iter(read_layout(source, day).faults), 'was completed just now')}" for day in missing
            ],
            next_step="Choose days that are complete, wait for the export, or add --skip-missing.",
        )
    return present


def remember_root(home: Home, root: str) -> None:
    """Write the snapshots' root into the settings of a state folder that has none yet."""
    if not home.settings.exists():
        # A path that is no UTF-8 cannot be written in TOML: it is left out, and each run names it.
        with suppress(UnicodeEncodeError):
            home.settings.write_bytes(f"snapshots = {toml_string(root)}\n".encode())


def toml_string(text: str) -> str:
    """Text as a TOML string: JSON's escapes are TOML's, but for pairs of surrogates and the raw delete character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def summarise(home: Home, days: Sequence[date], as_of: date, runs: Sequence[str]) -> dict[str, Any]:
    """What is in the published warehouse after a run."""
    from forensics.cli.run_notes import run_notes
    from forensics.settings import load_settings
    from forensics.warehouse import open_published, versions

    with open_published(home) as connection:
        exchanges, accounts = connection.execute(
            "SELECT coalesce(sum(exchange_count), 0)::BIGINT, count(DISTINCT account_id) FROM core.account_days"
            " WHERE list_contains($days::DATE[], snapshot_date)",
            {"days": list(days)},
        ).fetchall()[0]
        # Of a range, not of the last day: an account that was closed and is listed no more was known.
        unknown = connection.execute(
            "SELECT count(DISTINCT account_id) FROM core.account_days ANTI JOIN ("
            "FROM raw.accounts WHERE list_contains($days::DATE[], snapshot_date)) USING (account_id)"
            " WHERE list_contains($days::DATE[], snapshot_date)",
            {"days": list(days)},
        ).fetchall()[0][0]
        listed = connection.execute(
            "SELECT count(*) FROM raw.accounts WHERE snapshot_date = $day", {"day": days[-1]}
        ).fetchall()[0][0]
        findings = connection.execute("SELECT confidence, count(*) FROM reports.findings GROUP BY ALL").fetchall()
        # Of the loads in force; a row that breaks several rules is one row.
        quarantined = connection.execute(
            "SELECT coalesce(sum(quarantined_count), 0)::BIGINT FROM (FROM raw.loads"
            " WHERE list_contains($days::DATE[], snapshot_date)"
            " QUALIFY load_number = max(load_number) OVER (PARTITION BY snapshot_date))",
            {"days": list(days)},
        ).fetchall()[0][0]
        notes = run_notes(connection, days, load_settings(home).quarantine_share_max)
    return {
        "as_of": as_of.isoformat(),
        "days": [day.isoformat() for day in days],
        "exchange_count": exchanges,
        "account_count": accounts,
        "snapshot_account_count": listed,
        "unknown_account_count": unknown,
        "quarantined_count": quarantined,
        "findings": {level: dict(findings).get(level, 0) for level in ("high", "moderate", "low")},
        "runs": list(runs),
        "version": versions(home)[0].number,
        "warehouse": str(home.published),
        "reports": str(home.reports / as_of.isoformat()),
        "case_files": str(case_files_index(home, as_of)),
        "notes": notes,
    }


def sentence(summary: dict[str, Any]) -> str:
    """A summary as four lines for a person, and a line for each note."""
    from forensics.exports.documents import counted

    found, unknown = summary["findings"], summary["unknown_account_count"]
    named = f" ({counted(unknown, 'account')} unknown to the snapshots)" if unknown else ""
    return (
        f"{counted(len(summary['days']), 'day')}, {counted(summary['exchange_count'], 'exchange')} of"
        f" {counted(summary['account_count'], 'account')} in use, out of {summary['snapshot_account_count']:,} in the"
        f" snapshots{named}; {counted(summary['quarantined_count'], 'row')} in quarantine.\n"
        f"As of {summary['as_of']}: {counted(sum(found.values()), 'finding')}"
        f" ({found['high']} high, {found['moderate']} moderate, {found['low']} low).\n"
        f"Results: {summary['warehouse']} (version {summary['version']}) and {summary['reports']}/\n"
        f"Case files: {summary['case_files']}"
    ) + "".join(f"\n{note}" for note in summary["notes"])
