"""`forensics decide` and `forensics decisions`: what people hold of findings, kept apart from the facts."""

from typing import Any

import click

from forensics.cli.options import home_options, json_option
from forensics.cli.terminal import inert, print_json, print_table
from forensics.decisions.log import VERDICTS, Decision, in_force, read_decisions
from forensics.home import Home

CONSEQUENCES = {
    "confirmed": "It is shown with the finding, and with what the finding becomes.",
    "unsure": "It is shown with the finding, and with what the finding becomes.",
    "cleared": "From the next run on the group is left out of the findings, unless something is new: more than a fifth"
    " of its accounts, a kind of evidence, or the claim.",
}

SHOWN = ("number", "finding_id", "verdict", "by", "decided_at", "accounts", "state", "why")


@click.command()
@click.argument("finding")
@click.option("--verdict", required=True, type=click.Choice(VERDICTS), help="What you hold of it.")
@click.option("--by", required=True, metavar="NAME", help="Who decides.")
@click.option("--why", required=True, metavar="TEXT", help="The reason, on a page at most.")
@home_options
@json_option
def decide(finding: str, verdict: str, by: str, why: str, home: Home, as_json: bool) -> None:
    """Decide on FINDING; the start of its id is enough.

    Decisions are kept in the folder decisions/ of the state folder, one file each, and are never changed: a later
    decision on the same finding takes the place of an earlier one, and both stay on record.
    """
    from forensics.decisions.deciding import decide as decide_on

    decision = decide_on(home, finding, verdict, by=by, why=why)
    if as_json:
        print_json(as_row(decision, True))
    else:
        click.echo(sentence(decision))
        click.echo(CONSEQUENCES[verdict])


@click.command()
@click.argument("finding", default="")
@home_options
@json_option
def decisions(finding: str, home: Home, as_json: bool) -> None:
    """List the decisions, oldest first; of FINDING only, when the start of its id is given."""
    log = read_decisions(home)
    newest = {decision.number for decision in in_force(log).values()}
    rows = [as_row(one, one.number in newest) for one in log if one.finding_id.startswith(finding)]
    if as_json:
        print_json(rows)
    elif rows:
        print_table(SHOWN, [[row[name] for name in SHOWN] for row in rows])
    else:
        click.echo("Nothing was decided yet." if not finding else f"Nothing was decided on {inert(finding)}.")


def as_row(decision: Decision, is_in_force: bool) -> dict[str, Any]:
    """A decision for a list, with its accounts counted."""
    return {
        "number": decision.number,
        "finding_id": decision.finding_id,
        "verdict": decision.verdict,
        "by": decision.by,
        "decided_at": decision.decided_at,
        "as_of": decision.as_of,
        "kind": decision.kind,
        "confidence": decision.confidence,
        "accounts": len(decision.accounts),
        "state": "in force" if is_in_force else "replaced",
        "why": decision.why,
    }


def sentence(decision: Decision) -> str:
    """A decision as one line that no terminal obeys."""
    return (
        f"Decision {decision.number} on {inert(decision.finding_id)}: {decision.verdict} by {inert(decision.by)} on"
        f" {decision.decided_at:%Y-%m-%d %H:%M} UTC: {inert(decision.why)}"
    )
