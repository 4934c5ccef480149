"""`forensics ownership`: what the ownership rule says of one organisation, why, and the chart."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from forensics.cli.findings import rows_of
from forensics.cli.options import home_options, json_option
from forensics.cli.terminal import inert, print_json, print_table
from forensics.errors import SettingsError
from forensics.home import Home

if TYPE_CHECKING:
    import duckdb

FLAGS = {
    "control_indicated": "Restricted organisations have votes, seats or contracts in it: refer to counsel.",
    "headquarters_missing": "No headquarters on record: the place of incorporation stands in for them, if known.",
    "undated": "It rests on stakes without dates.",
    "indirect_unexplained": "Somebody declares to hold more indirectly than the direct stakes on record explain.",
    "near_threshold_unresolved": "It lies too close to the threshold, in too large a ring, to be decided.",
    "interval_is_minimum": "It may hold longer than shown: more changes are on record than were followed.",
}

PATH_COLUMNS = ("step", "role", "owner", "share", "owned", "attributed", "effective", "decides", "source")


@click.command()
@click.argument("organisation")
@click.option("--svg", metavar="FILE", type=click.Path(dir_okay=False), help="Write the ownership chart into FILE.")
@home_options
@json_option
def ownership(organisation: str, svg: str | None, home: Home, as_json: bool) -> None:
    """Say what the ownership rule finds of ORGANISATION (its id), with bounds, path and deciding stakes."""
    from forensics.warehouse import open_published

    with open_published(home) as connection:
        told = account_of(connection, organisation)
        if svg:
            from forensics.charts.ownership_chart import ownership_chart

            _write(Path(svg), ownership_chart(connection, organisation))
    if as_json:
        print_json(told)
    else:
        _print(told)
        if svg:
            click.echo(f"\nChart: {svg}")


def account_of(connection: "duckdb.DuckDBPyConnection", organisation: str) -> dict[str, Any]:
    """Everything the ownership tables say of an organisation.

    Raises:
        NotFoundError: if neither a register nor a stake names it.
    """
    from forensics.links.ownership.picture import read_picture

    picture = read_picture(connection, organisation)
    chosen = {"id": organisation}
    asked = picture.parties[picture.organisation_id]
    records = rows_of(
        connection,
        "SELECT organisation_id, name, kind, headquarters, jurisdiction, basis FROM features.organisation_identities"
        " WHERE identity_id = $id ORDER BY organisation_id",
        {"id": picture.organisation_id},
    )
    verdicts = rows_of(connection, "SELECT * FROM links.ownership_verdicts WHERE organisation_id = $id", chosen)
    barred = rows_of(connection, "SELECT * FROM links.barred_organisations WHERE organisation_id = $id", chosen)
    return {
        "organisation_id": organisation,
        "name": asked.name,
        "as_of": picture.as_of,
        "verdict": verdicts[0] if verdicts else None,
        "barred": barred[0] if barred else None,
        "path": rows_of(
            connection,
            "SELECT * EXCLUDE (organisation_id) FROM links.ownership_paths WHERE organisation_id = $id"
            " ORDER BY step, role DESC, percent_min DESC, owner_id",
            chosen,
        ),
        "deciding_stakes": rows_of(
            connection,
            "SELECT owner_id, owned_id FROM links.ownership_deciding_stakes WHERE organisation_id = $id ORDER BY ALL",
            chosen,
        ),
        "stakes": rows_of(
            connection,
            "SELECT * FROM links.ownership_stakes WHERE owned_id = $id ORDER BY percent_max DESC, owner_id",
            {"id": picture.organisation_id},
        ),
        "faults": rows_of(
            connection,
            "SELECT * FROM links.ownership_faults WHERE owned_id = $id OR owner_id = $id ORDER BY ALL",
            chosen,
        ),
        "records": records,
    }


def _print(told: dict[str, Any]) -> None:
    verdict, barred = told["verdict"], told["barred"]
    said = verdict["verdict"] if verdict else barred["verdict"] if barred else "no owner on record, and no seed"
    click.secho(f"{inert(told['name'] or told['organisation_id'])}: {said}", bold=True)
    click.echo(f"{inert(told['organisation_id'])}, as of {told['as_of'] or 'an unfinished run'}")
    if verdict:
        _print_figures(verdict)
    if barred:
        click.echo(f"Barred under {inert(barred['rule'])}.")
        click.echo(f"Path: {inert(barred['path'])}")
    if told["path"]:
        click.secho("\nThe path that carries it", bold=True)
        print_table(PATH_COLUMNS, [_step(row) for row in told["path"]])
    if told["deciding_stakes"]:
        whole = "" if verdict and verdict["deciding_complete"] else " (only direct stakes were tried)"
        click.secho(f"\nWithout any one of these stakes the rule would not be met{whole}", bold=True)
        for row in told["deciding_stakes"]:
            click.echo(f"  {inert(row['owner_id'])} in {inert(row['owned_id'])}")
    for heading, name in (("Owners on record", "stakes"), ("Faulty rows", "faults")):
        if told[name]:
            click.secho(f"\n{heading}", bold=True)
            print_table(list(told[name][0]), [list(row.values()) for row in told[name]])
    if len(told["records"]) > 1:
        click.secho("\nRecords of this organisation", bold=True)
        print_table(list(told["records"][0]), [list(row.values()) for row in told["records"]])


def _print_figures(verdict: dict[str, Any]) -> None:
    for reading, name in (("Cascade", "attributed"), ("Look-through", "effective")):
        low, high = verdict[f"{name}_percent_min"], verdict[f"{name}_percent_max"]
        click.echo(f"  {reading + ':':<14}{low:.6g} %" + ("" if low == high else f" to {high:.6g} %"))
    margin = "none" if verdict["margin_percent"] is None else f"{verdict['margin_percent']:+.6g} points"
    click.echo(f"  {'Unknown:':<14}{verdict['unknown_percent']:.6g} %; margin to the threshold: {margin}")
    first, last = verdict["valid_from"] or "ever", verdict["valid_to"] or "further notice"
    click.echo(f"  {'Holds:':<14}from {first} until {last}")
    click.echo(
        f"  {'Rule:':<14}{inert(verdict['profile'])} {inert(verdict['profile_version'])},"
        f" fingerprint {verdict['profile_fingerprint'][:12]}"
        + ("" if verdict["rule_in_force"] else "; not in force on this day")
    )
    if verdict["controlling_organisation_id"]:
        click.echo(
            f"  {'Head:':<14}{inert(verdict['controlling_organisation_id'])}, restricted by {verdict['seed_basis']}"
        )
    for name, sentence in FLAGS.items():
        if verdict[name]:
            click.echo(f"  Note: {sentence}")


def _step(row: dict[str, Any]) -> list[Any]:
    low, high = row["percent_min"], row["percent_max"]
    share = f"{low:.6g} %" if low == high else f"{low:.6g}–{high:.6g} %"
    return [
        row["step"], row["role"], row["owner_id"], share, row["owned_id"], f"{row['attributed_percent']:.6g} %",
        f"{row['effective_percent']:.6g} %", row["is_deciding"], row["source"],
    ]  # fmt: skip


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text + "\n", "utf-8")
    except OSError as fault:
        raise SettingsError(
            f"The chart cannot be written: {fault}", next_step="Name a file in a folder that you may write to."
        ) from fault
