"""`forensics findings` and `forensics show`: what was found, and one finding in full."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from forensics.cli.decide import as_row, sentence
from forensics.cli.environment import launcher
from forensics.cli.options import home_options, json_option
from forensics.cli.terminal import inert, print_json, print_table
from forensics.decisions.log import Decision, in_force, read_decisions
from forensics.errors import NotFoundError
from forensics.exports.case_files import case_file, case_files_index
from forensics.home import Home

if TYPE_CHECKING:
    import duckdb

CONFIDENCES = ("low", "moderate", "high")
"""Rising."""

KINDS = ("coordinated_extraction", "relay", "barred_ownership")

LISTED = ("finding_id", "kind", "confidence", "account_count", "exchange_count", "status", "headline")
LISTED_HEADINGS = ("finding", "kind", "confidence", "accounts", "exchanges", "status", "headline")

LISTED_DECIDED = (*LISTED[:-1], "decision", LISTED[-1])
HEADINGS_DECIDED = (*LISTED_HEADINGS[:-1], "decision", LISTED_HEADINGS[-1])
"""The same with what people decided, once somebody has."""

SHOWN_ACCOUNTS = 40
"""Accounts and signals shown in text; JSON holds all."""


@click.command()
@click.option("--kind", type=click.Choice(KINDS), help="Only findings of this kind.")
@click.option("--min-confidence", type=click.Choice(CONFIDENCES), default="low", help="Only this confidence or higher.")
@home_options
@json_option
def findings(kind: str | None, min_confidence: str, home: Home, as_json: bool) -> None:
    """List the findings, the most urgent first."""
    from forensics.warehouse import open_published

    with open_published(home) as connection:
        found = listed(connection, kind, CONFIDENCES[CONFIDENCES.index(min_confidence) :])
    log = read_decisions(home)
    for finding in found:
        finding.update(newest_decision(finding, log))
    if as_json:
        print_json(found)
    elif found:
        decided = any(finding.get("decision") for finding in found)
        names, headings = (LISTED, LISTED_HEADINGS) if not decided else (LISTED_DECIDED, HEADINGS_DECIDED)
        print_table(headings, [[finding.get(name) for name in names] for finding in found])
        click.echo(f"As of {found[0]['as_of']}. One in full: {launcher()} show {found[0]['finding_id']}")
        index = case_files_index(home, found[0]["as_of"])
        if index.is_file():
            click.echo(f"Case files: {inert(index)}")
    else:
        click.echo(f"No findings. What evidence there was: {launcher()} query 'FROM reports.evidence_availability'")


def listed(
    connection: "duckdb.DuckDBPyConnection", kind: str | None, confidences: tuple[str, ...]
) -> list[dict[str, Any]]:
    """Findings of a kind (None: any) and of these confidences, the highest score first."""
    return rows_of(
        connection,
        "SELECT * FROM reports.findings WHERE list_contains($confidences, confidence) AND kind = coalesce($kind, kind)"
        " ORDER BY score DESC, finding_id",
        {"confidences": list(confidences), "kind": kind},
    )


@click.command()
@click.argument("finding")
@home_options
@json_option
def show(finding: str, home: Home, as_json: bool) -> None:
    """Show FINDING in full: evidence for and against, shared signals, accounts. The start of its id is enough."""
    from forensics.warehouse import open_published

    log = read_decisions(home)
    with open_published(home) as connection:
        case = case_of(connection, finding_id(connection, finding, log))
    case["finding"].update(newest_decision(case["finding"], log))
    case["case_file"] = written_case_file(home, case["finding"])
    shown = {case["finding"]["finding_id"], case["finding"].get("decided_finding_id")}
    case["decisions"] = [as_row(one, one in in_force(log).values()) for one in log if one.finding_id in shown]
    if as_json:
        print_json(case)
    else:
        _print_case(case)


def written_case_file(home: Home, finding: dict[str, Any]) -> str | None:
    """The path of a finding's page; None where no run has written one."""
    path = case_file(home, finding["as_of"], finding["finding_id"])
    return str(path) if path.is_file() else None


def newest_decision(finding: dict[str, Any], log: Sequence[Decision]) -> dict[str, Any]:
    """The columns on decisions of a finding, of one that was made after the run; empty when there is none."""
    own = in_force(log).get(finding["finding_id"])
    if own is None or (finding.get("decided_at") and finding["decided_at"] > own.decided_at):
        return {}
    return {
        "decision": own.verdict,
        "decided_at": own.decided_at,
        "decided_by": own.by,
        "decided_finding_id": own.finding_id,
    }


def finding_id(connection: "duckdb.DuckDBPyConnection", start: str, log: Sequence[Decision] = ()) -> str:
    """The one finding whose id starts like this.

    Raises:
        NotFoundError: when there is none, or more than one; saying so when it was cleared.
    """
    ids = [row[0] for row in connection.execute("SELECT finding_id FROM reports.findings ORDER BY ALL").fetchall()]
    matching = [start] if start in ids else [one for one in ids if start and one.startswith(start)]
    cleared = [one for one in in_force(log).values() if start and one.finding_id.startswith(start)]
    if not matching and len(cleared) == 1 and cleared[0].verdict == "cleared":
        raise NotFoundError(
            f"{cleared[0].finding_id} is not among the findings. {sentence(cleared[0])}",
            next_step="A later decision (`forensics decide`) brings it back with the next run.",
        )
    if len(matching) != 1:
        raise NotFoundError(
            f"{len(matching) or 'No'} finding{'s start' if matching else ' starts'} with {start!r}.",
            faults=matching[:SHOWN_ACCOUNTS],
            next_step="`forensics findings` lists all of them.",
        )
    return str(matching[0])


def case_of(connection: "duckdb.DuckDBPyConnection", finding: str) -> dict[str, Any]:
    """Everything the report tables say of a finding."""
    chosen = {"finding": finding}
    return {
        "finding": rows_of(connection, "SELECT * FROM reports.findings WHERE finding_id = $finding", chosen)[0],
        "evidence": rows_of(
            connection,
            "SELECT * EXCLUDE (finding_id) FROM reports.finding_evidence WHERE finding_id = $finding"
            " ORDER BY statement_number",
            chosen,
        ),
        "signals": rows_of(
            connection,
            "SELECT * EXCLUDE (finding_id) FROM reports.finding_signals WHERE finding_id = $finding"
            " ORDER BY q_value, lift DESC, signal_kind, signal_value",
            chosen,
        ),
        "accounts": rows_of(
            connection,
            "SELECT * EXCLUDE (finding_id) FROM reports.finding_accounts WHERE finding_id = $finding"
            " ORDER BY role DESC, membership DESC, account_id",
            chosen,
        ),
        "not_available": rows_of(
            connection,
            "SELECT source_table, statement FROM reports.evidence_availability WHERE row_count = 0 ORDER BY ALL",
        ),
    }


def rows_of(connection: "duckdb.DuckDBPyConnection", query: str, values: Any = None) -> list[dict[str, Any]]:
    """A query's rows by column name."""
    cursor = connection.execute(query, values)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _print_case(case: dict[str, Any]) -> None:
    from forensics.exports.documents import counted

    facts = case["finding"]
    click.secho(inert(facts["headline"]), bold=True)
    click.echo(f"{facts['finding_id']}, {facts['kind']}, {facts['status']}, as of {facts['as_of']}")
    claims = [
        f"{claim} {facts[f'{claim}_confidence']}"
        for claim in ("control", "extraction", "organisation")
        if facts[f"{claim}_confidence"]
    ]
    click.echo(f"Confidence {facts['confidence']}; by claim: {', '.join(claims) or 'none graded'}")
    click.echo(
        f"{counted(facts['account_count'], 'account')}, {counted(facts['exchange_count'], 'exchange')},"
        f" {inert(facts['first_seen'])} to {inert(facts['last_seen'])}"
    )
    for one in case["decisions"]:
        click.echo(
            f"Decision {one['number']}, {one['state']}: {one['verdict']} by {inert(one['by'])} on"
            f" {one['decided_at']:%Y-%m-%d}: {inert(one['why'])}"
        )
    click.echo("Statements have the numbers by which `forensics trace` follows them.")
    for stance, heading in (("supports", "What speaks for it"), ("contradicts", "What speaks against it")):
        click.secho(f"\n{heading}", bold=True)
        statements = [one for one in case["evidence"] if one["stance"] == stance]
        for one in statements:
            click.echo(f"  {one['statement_number']}. {inert(one['statement'])}{_figures(one)}")
        if not statements:
            click.echo("  Nothing on record.")
    _print_rows("Shared signals", case["signals"])
    _print_rows("Accounts", case["accounts"])
    if case["case_file"]:
        click.echo(f"\nCase file: {inert(case['case_file'])}")
    if case["not_available"]:
        click.secho("\nEvidence that was not available", bold=True)
        for one in case["not_available"]:
            click.echo(f"  {inert(one['source_table'])}: {inert(one['statement'])}")


def _figures(evidence: dict[str, Any]) -> str:
    if evidence["value"] is None:
        return ""
    baseline = "" if evidence["baseline"] is None else f", baseline {evidence['baseline']:.4g}"
    return f" [{inert(evidence['measure'])} {evidence['value']:.4g}{baseline}]"


def _print_rows(heading: str, rows: list[dict[str, Any]]) -> None:
    click.secho(f"\n{heading}", bold=True)
    if not rows:
        click.echo("  None.")
        return
    print_table(list(rows[0]), [list(row.values()) for row in rows[:SHOWN_ACCOUNTS]])
    if len(rows) > SHOWN_ACCOUNTS:
        click.echo(f"  … and {len(rows) - SHOWN_ACCOUNTS:,} more; --json shows all.")
