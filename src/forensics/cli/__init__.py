"""The command `forensics`: one module per command or small group; nothing that costs time is imported up here."""

import click

from forensics.cli.custody import reproduce, trace, verify
from forensics.cli.decide import decide, decisions
from forensics.cli.demo import demo
from forensics.cli.doctor import doctor
from forensics.cli.errors import ErrorReportingGroup
from forensics.cli.evaluate import evaluate
from forensics.cli.explain import explain
from forensics.cli.export import export
from forensics.cli.findings import findings, show
from forensics.cli.options import package_version
from forensics.cli.organisations import organisations, same_organisation
from forensics.cli.ownership import ownership
from forensics.cli.ownership_rules import ownership_rules
from forensics.cli.privacy import erase, resolve, retain
from forensics.cli.public_items import public_items
from forensics.cli.query import query, tables
from forensics.cli.registers import import_register
from forensics.cli.run import run
from forensics.cli.simulate import simulate
from forensics.cli.ui import ui
from forensics.cli.versions import restore, versions

__all__ = ["main"]


@click.group(cls=ErrorReportingGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_version(), prog_name="forensics")
def main() -> None:
    """Find coordinated extraction, relays and barred owners in a provider's daily log snapshots.

    Everything is read from local files or an object store and written into one state folder (--home).
    """


for command in (
    demo, simulate, evaluate, run, findings, show, decide, decisions, ownership, ownership_rules, organisations,
    same_organisation, import_register, public_items, query, tables, explain, export, ui, doctor, versions, restore,
    verify, trace, reproduce, resolve, retain, erase,
):  # fmt: skip
    main.add_command(command)
