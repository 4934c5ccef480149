"""`forensics import-register`: registers of companies and owners as tables of a snapshot day."""

from dataclasses import asdict
from pathlib import Path

import click

from forensics.cli.options import json_option
from forensics.cli.terminal import inert, print_json

FORMATS = ("gleif", "bods")


@click.command("import-register")
@click.argument("register", metavar="FORMAT", type=click.Choice(FORMATS))
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.argument("out", type=click.Path(file_okay=False, path_type=Path))
@json_option
def import_register(register: str, files: tuple[Path, ...], out: Path, as_json: bool) -> None:
    """Write the register FILES as tables organisations and ownership into OUT, a snapshot day's folder.

    FORMAT gleif reads level 1 and level 2 (golden copy or concatenated; .csv, .json, .jsonl), bods Open Ownership's
    BODS 0.4 (.jsonl, .json); each plain or packed as .gz, .zst or .zip. OUT must not be complete (_SUCCESS) yet. Sizes
    that a register does not state stay unknown. Records of your own customers are tied to the register's by LEI,
    registration number or domain when the day is run.
    """
    from forensics.raw.registers import import_register as write

    report = write(register, files, out, say=lambda text: click.echo(inert(text), err=True))
    if as_json:
        print_json({**asdict(report), "written": [str(path) for path in report.written]})
        return
    click.echo(f"{report.organisation_count:,} organisations and {report.stake_count:,} stakes written into {out}.")
    if report.quarantined_count:
        click.echo(f"{report.quarantined_count:,} rows could not be used:")
        for reason, count in report.reasons.items():
            click.echo(f"  {count:>10,}  {inert(reason)}")
