"""`forensics organisations` and `forensics same-organisation`: records that may be one, and a person's decision."""

from pathlib import Path

import click

from forensics.cli.environment import launcher
from forensics.cli.findings import rows_of
from forensics.cli.options import home_options, json_option
from forensics.cli.terminal import inert, print_json, print_table
from forensics.errors import NotFoundError
from forensics.home import Home

SHOWN_ROWS = 100
"""Candidates shown as text; a person decides no more in a day, and --json gives all."""

DECISIONS = ("same", "different", "undecided")


@click.command()
@click.option("--decided", is_flag=True, help="Show also pairs that were decided.")
@home_options
@json_option
def organisations(decided: bool, home: Home, as_json: bool) -> None:
    """List pairs of organisations that may be one, those with the most accounts first.

    Records with one register entry are merged by themselves (features.organisation_identities says which and why).
    The pairs here are alike only: they have no effect until somebody decides.
    """
    from forensics.warehouse import open_published

    with open_published(home) as connection:
        rows = rows_of(
            connection,
            "SELECT * FROM links.organisation_candidates WHERE $decided OR decision IS NULL OR decision = 'undecided'"
            " ORDER BY account_count DESC, contradicting, organisation_a, organisation_b",
            {"decided": decided},
        )
    if as_json:
        print_json(rows)
    elif rows:
        print_table(list(rows[0]), [list(row.values()) for row in rows[:SHOWN_ROWS]])
        if len(rows) > SHOWN_ROWS:
            click.echo(f"The first {SHOWN_ROWS} of {len(rows):,}; --json gives all.")
        click.echo(f'Decide: {launcher()} same-organisation A B --verdict same --by YOU --why "…"')
    else:
        click.echo("No pairs to decide on.")


@click.command("same-organisation")
@click.argument("a")
@click.argument("b")
@click.option("--verdict", type=click.Choice(DECISIONS), required=True, help="Whether A and B are one organisation.")
@click.option("--by", required=True, metavar="NAME", help="Who decides.")
@click.option("--why", required=True, metavar="TEXT", help="The reason.")
@home_options
def same_organisation(a: str, b: str, verdict: str, by: str, why: str, home: Home) -> None:
    """Record whether the organisations A and B (ids) are one; the next run acts on it.

    If they are, their accounts have one payer and their stakes one holder; where their records disagree, A's facts
    count. `different` keeps them apart whatever else agrees, `undecided` takes a decision back. The log is only ever
    added to and survives every rebuild.
    """
    from forensics.features.organisations.decisions import add_decision, read_decisions
    from forensics.settings import load_settings

    _known(home, [a, b])
    path = Path(load_settings(home).organisation_decisions or home.organisation_decisions)
    read_decisions(path)
    add_decision(path, a, b, verdict, by=by, why=why)
    click.echo(f"Recorded in {path}: {inert(a)} and {inert(b)}: {verdict}. The next run acts on it.")


def _known(home: Home, ids: list[str]) -> None:
    """Refuse ids that no register names: a slip would be a decision on nobody.

    Raises:
        NotFoundError: naming the unknown ids.
    """
    from forensics.warehouse import open_published

    with open_published(home) as connection:
        found = connection.execute(
            "SELECT organisation_id FROM features.organisation_identities WHERE list_contains($ids, organisation_id)",
            {"ids": ids},
        ).fetchall()
    unknown = sorted(set(ids) - {row[0] for row in found})
    if unknown:
        raise NotFoundError(
            "No register of the published run names " + " and ".join(map(repr, unknown)) + ".",
            next_step="`forensics organisations` lists pairs; `forensics query 'FROM features.organisation_identities'`"
            " lists all organisations.",
        )
