"""`forensics doctor`: whether everything is as it should be, and if not, what to mend."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Literal

import click

from forensics.cli.options import home_options, json_option
from forensics.cli.terminal import print_json, print_table
from forensics.errors import ForensicsError
from forensics.home import Home

NEEDS_MENDING = 1
"""Exit code when something needs mending."""

State = Literal["good", "note", "mend"]


@dataclass(frozen=True)
class Finding:
    """What the doctor says about one subject.

    Attributes:
        subject: what was looked at.
        state: good; note (worth knowing); mend (something to do).
        text: what was found, with the next step if there is one.
    """

    subject: str
    state: State
    text: str


@click.command()
@home_options
@json_option
def doctor(home: Home, as_json: bool) -> None:
    """Look at installation, state folder, settings and data; exit code 1 if something needs mending."""
    from forensics.cli import health

    examinations: tuple[Callable[[Home], Iterator[Finding]], ...] = (
        health.installation,
        health.state_folder,
        health.settings,
        health.embedder,
        health.publication,
        health.days,
        health.exchange_files,
    )
    found = [finding for examine in examinations for finding in _examined(examine, home)]
    if as_json:
        print_json([asdict(finding) for finding in found])
    else:
        print_table(("subject", "state", "what was found"), [(one.subject, one.state, one.text) for one in found])
    to_mend = sum(finding.state == "mend" for finding in found)
    if to_mend:
        click.echo(f"{to_mend} {'things need' if to_mend > 1 else 'thing needs'} mending.", err=True)
        sys.exit(NEEDS_MENDING)


def _examined(examine: Callable[[Home], Iterator[Finding]], home: Home) -> Iterator[Finding]:
    """The examination's findings; an error in it is a finding as well."""
    try:
        yield from examine(home)
    except ForensicsError as error:
        faults = "; ".join(error.faults)
        text = f"{error.message}{' ' + faults if faults else ''} {error.next_step}"
        yield Finding(examine.__name__.replace("_", " "), "mend", text)
