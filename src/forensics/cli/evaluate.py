"""`forensics evaluate`: findings scored against the truth of a simulated world."""

from pathlib import Path

import click

from forensics.cli.options import json_option
from forensics.cli.terminal import print_json, print_table


@click.command()
@click.argument("world", type=click.Path(path_type=Path))
@click.argument("reports", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Folder for the Parquet files. Default: evaluation/ of WORLD.",
)
@click.option(
    "--calibration",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Count also what bands of support were worth, and add that to FILE: one file for many worlds.",
)
@json_option
def evaluate(world: Path, reports: Path, out: Path | None, calibration: Path | None, as_json: bool) -> None:
    """Score REPORTS against the truth of the simulated WORLD they are about.

    WORLD is what `forensics simulate` wrote; REPORTS is the folder reports/ of a state folder, or one date of it.
    A calibration is adopted by naming its file as band_calibration in settings.toml.
    """
    from forensics.evaluate import evaluate as evaluate_world
    from forensics.evaluate.calibration import add_world, calibration_sheet
    from forensics.evaluate.files import write_evaluation
    from forensics.evaluate.tables import sheets

    evaluation = evaluate_world(world, reports)
    folder = out or world / "evaluation"
    write_evaluation(evaluation, folder)
    worlds = add_world(world, reports, calibration) if calibration else []
    if as_json:
        print_json(evaluation.measures.to_dicts())
        return
    for sheet in sheets(evaluation):
        print_table(sheet.headings, sheet.rows, title=sheet.title)
    if calibration:
        sheet = calibration_sheet(worlds)
        print_table(sheet.headings, sheet.rows, title=sheet.title)
        click.echo(f'To adopt it: band_calibration = "{calibration.resolve()}" in settings.toml')
    scenario, seed = evaluation.tallies.select("scenario", "seed").row(0)
    click.echo(f"World: scenario {scenario}, seed {seed}. In brackets: 95 % intervals over its groups.")
    click.echo(f"Every figure: {folder}/measures.parquet")
