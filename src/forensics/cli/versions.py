"""`forensics versions` and `forensics restore`: the published warehouses that are kept, and going back to one."""

import click

from forensics.cli.options import home_options, json_option
from forensics.cli.terminal import print_json, print_table
from forensics.home import Home


@click.command()
@home_options
@json_option
def versions(home: Home, as_json: bool) -> None:
    """List the published warehouses that are kept, newest first."""
    from forensics.warehouse import versions as kept_versions

    rows = [
        {
            "version": version.number,
            "published_at": version.published_at,
            "size_bytes": version.size_bytes,
            "in_force": version.in_force,
            "path": str(version.path),
        }
        for version in kept_versions(home)
    ]
    if as_json:
        print_json(rows)
    elif rows:
        print_table(list(rows[0]), [list(row.values()) for row in rows])
    else:
        click.echo(f"Nothing was published in {home.root} yet.")


@click.command()
@click.argument("number", type=int)
@home_options
def restore(number: int, home: Home) -> None:
    """Put version NUMBER in force again for readers, with its Parquet files in reports/ and its case files in cases/.

    Days that were loaded since stay loaded, and a file of theirs that changed is still refused: loads are evidence and
    are never forgotten. The next run computes all results anew from every loaded day and publishes them. To take back
    a day itself, load its earlier files with `forensics run --reissued DAY`.
    """
    from forensics.custody.publishing import rewrite_case_files
    from forensics.exports.publication import restore_with_reports
    from forensics.settings import load_settings
    from forensics.warehouse import writer_lock

    settings = load_settings(home)
    with writer_lock(
        home,
        purpose=f"restore of version {number}",
        wait_seconds=settings.lock_wait_seconds,
        say=lambda text: click.echo(text, err=True),
    ):
        version = restore_with_reports(home, number)
        index = rewrite_case_files(home, settings)
    click.echo(f"Version {version.number} of {version.published_at:%Y-%m-%d %H:%M} UTC is in force.")
    click.echo("The Parquet files in reports/ are its own; days loaded since stay loaded for the next run.")
    click.echo(f"Case files: {index or 'none; an earlier version of the pipeline made it'}")
