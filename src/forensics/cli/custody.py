"""`forensics verify`, `forensics trace`, `forensics reproduce`: is the evidence what it was, and where is it from."""

import sys
from datetime import date
from pathlib import Path

import click

from forensics.cli.findings import finding_id
from forensics.cli.options import home_options, json_option
from forensics.cli.progress import progress_display
from forensics.cli.terminal import inert, print_json, print_table
from forensics.home import Home

DIFFERS = 8
"""Exit code when evidence is not what its manifest says."""


@click.command()
@click.option("--quick", is_flag=True, help="Compare only the sizes of event-sized files and snapshots.")
@click.option("--expect", "expected", metavar="SHA256", help="Hash of a manifest that was kept elsewhere.")
@home_options
@json_option
def verify(quick: bool, expected: str | None, home: Home, as_json: bool) -> None:
    """Hold the published results against their manifest; exit code 8 if any evidence differs.

    Looked at are the chain of manifests, every table, the Parquet files, the snapshots where they can be reached, and
    the rows that the findings' statements rest on.
    """
    from dataclasses import asdict

    from forensics.custody.verify import verify as verify_home
    from forensics.settings import load_settings

    with progress_display() as display:
        done = verify_home(home, load_settings(home), quick=quick, expected=expected, progress=display.update)
    entry = done.manifest
    if as_json:
        print_json(
            {
                "holds": done.holds,
                "manifest": entry and {"number": entry.number, "file": str(entry.path), "sha256": entry.sha256},
                "table_count": done.table_count,
                "file_count": done.file_count,
                "snapshot_file_count": done.snapshot_file_count,
                "statement_count": done.statement_count,
                "differences": [asdict(one) for one in done.differences],
            }
        )
    else:
        if done.differences:
            rows = [(one.weight, one.subject, one.text) for one in done.differences]
            print_table(("weight", "what", "what was found"), rows)
        if entry:
            click.echo(
                f"Manifest {entry.number} of run {entry.said['run_id']}, as of {entry.said['as_of']},"
                f" SHA-256 {entry.sha256}"
            )
        looked_at = (
            f"{done.table_count} tables, {done.file_count} files, {done.snapshot_file_count} snapshot files,"
            f" {done.statement_count} statements"
        )
        click.echo(f"{looked_at}: {'all as they were written.' if done.holds else 'EVIDENCE DIFFERS.'}")
    if not done.holds:
        sys.exit(DIFFERS)


@click.command()
@click.argument("finding")
@home_options
@json_option
def trace(finding: str, home: Home, as_json: bool) -> None:
    """Follow every figure of FINDING back to table, key, run and manifest."""
    from forensics.custody import newest_of_run
    from forensics.custody.sources import trace as trace_finding
    from forensics.exports.runs import read_run
    from forensics.warehouse import open_published

    with open_published(home) as connection:
        chosen = finding_id(connection, finding)
        run = read_run(connection)
        statements = trace_finding(connection, chosen)
    entry = newest_of_run(home, run.run_id)
    manifest = entry and {"number": entry.number, "sha256": entry.sha256}
    if as_json:
        print_json({"finding_id": chosen, "run_id": run.run_id, "manifest": manifest, "statements": statements})
        return
    click.echo(f"{chosen}, run {run.run_id}, manifest {entry.sha256 if entry else 'missing'}")
    for one in statements:
        click.echo(f"\n{one['statement_number']}. {inert(one['statement'])}")
        if not one.get("source_table"):
            click.echo("   No figure of its own.")
            continue
        click.echo(f"   {one['measure']} = {one['value']}, from {one['source_table']} {inert(one['source_key'])}")
        for row in one["rows"]:
            click.echo("   " + inert(", ".join(f"{name}={value}" for name, value in row.items()))[:400])


@click.command()
@click.argument("run")
@click.option("--to", "folder", type=click.Path(path_type=Path), help="New state folder for it. Default: scratch.")
@click.option("--snapshots", metavar="ROOT", help="Where the snapshots lie now, if they were moved.")
@home_options
@json_option
def reproduce(run: str, folder: Path | None, snapshots: str | None, home: Home, as_json: bool) -> None:
    """Make the results of RUN again from the snapshots, with its settings, and compare; exit code 8 if they differ.

    RUN is the number of a manifest, the beginning of a run's id, or latest. Code, packages and machine are those of
    today: what differs there is said first.
    """
    from dataclasses import asdict

    from forensics.cli.run import run_days
    from forensics.custody.reproduce import reproduce as make_again

    def line(place: Home, root: str, first: date, last: date) -> None:
        run_days(place, root, first, last, skip_missing=True)

    done = make_again(home, run, line, folder=folder, snapshots=snapshots, say=lambda text: click.echo(text, err=True))
    if as_json:
        print_json(asdict(done))
    else:
        for text in done.circumstances:
            click.echo(f"Note: {inert(text)}")
        if done.differences:
            print_table(("table", "what differs"), done.differences)
        outcome = "equal to the byte" if done.is_equal else f"{len(done.differences)} DIFFER"
        click.echo(f"Run {done.run_id}, as of {done.as_of}: {done.table_count} tables made again, {outcome}.")
    if not done.is_equal:
        sys.exit(DIFFERS)
