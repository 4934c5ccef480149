"""`forensics doctor`: whether everything is as it should be, and if not, what to mend."""

import sys
from dataclasses import asdict

import click

from forensics.cli.options import home_options, json_option
from forensics.cli.terminal import print_json, print_table
from forensics.home import Home

NEEDS_MENDING = 1
"""Exit code when something needs mending."""


@click.command()
@home_options
@json_option
def doctor(home: Home, as_json: bool) -> None:
    """Look at installation, state folder, settings and data; exit code 1 if something needs mending."""
    from forensics.cli.health import examined

    found = examined(home)
    if as_json:
        print_json([asdict(finding) for finding in found])
    else:
        print_table(("subject", "state", "what was found"), [(one.subject, one.state, one.text) for one in found])
    to_mend = sum(finding.state == "mend" for finding in found)
    if to_mend:
        click.echo(f"{to_mend} {'things need' if to_mend > 1 else 'thing needs'} mending.", err=True)
        sys.exit(NEEDS_MENDING)
