"""`forensics demo`: a week of a small simulated provider through the whole line, and what was found."""

import json
import shlex
import shutil
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path

import click

from forensics.cli.findings import CONFIDENCES, LISTED, LISTED_HEADINGS, listed
from forensics.cli.options import home_options, package_version
from forensics.cli.progress import progress_display
from forensics.cli.run import run_days, sentence
from forensics.cli.terminal import print_table
from forensics.errors import SettingsError
from forensics.home import Home

MARK = "demo.json"
"""File that says a folder is a demo's and which world it holds; only a folder with it is ever deleted."""


@dataclass(frozen=True)
class World:
    """The demo's world: some 3,000 accounts and 200,000 exchanges."""

    scale: float = 0.01
    days: int = 7
    seed: int = 7
    start: str = "2026-03-02"
    scenario: str = "published"
    version: str = package_version()


@click.command()
@home_options
def demo(home: Home) -> None:
    """Simulate a week of a small provider, run the whole line over it, and list the findings.

    Everything lies in the folder demo/ of the state folder. Started again, it uses the same world and runs again.
    """
    from forensics.warehouse import open_published

    world, place = World(), Home(home.root / "demo")
    snapshots = provide_world(place, world)
    first = date.fromisoformat(world.start)
    summary = run_days(place, str(snapshots), first, first + timedelta(days=world.days - 1))
    with open_published(place) as connection:
        found = listed(connection, None, CONFIDENCES)
    print_table(LISTED_HEADINGS, [[finding[name] for name in LISTED] for finding in found])
    click.echo(sentence(summary))
    click.echo("\nTry next:")
    for command in next_commands(place, found[0]["finding_id"] if found else None):
        click.echo(f"  {command}")


def provide_world(place: Home, world: World) -> Path:
    """The simulated world's folder; an older one of other settings is deleted with all that was made from it.

    Raises:
        SettingsError: when the folder holds something that is no demo's.
    """
    from forensics.simulate import simulate

    mark, folder = place.root / MARK, place.root / "world"
    snapshots = folder / "snapshots"
    if mark.is_file() and snapshots.is_dir() and json.loads(mark.read_text("utf-8")) == asdict(world):
        return snapshots
    if place.root.exists() and not mark.is_file() and any(place.root.iterdir()):
        raise SettingsError(
            f"{place.root} holds something else than a demo.",
            next_step="Move it away, or name another state folder with --home.",
        )
    if place.root.exists():
        shutil.rmtree(place.root)
    place.root.mkdir(parents=True)
    mark.write_text("{}", "utf-8")
    with progress_display() as display:
        simulate(
            folder,
            scale=world.scale,
            days=world.days,
            seed=world.seed,
            start=date.fromisoformat(world.start),
            scenario=world.scenario,
            progress=display.update,
        )
    mark.write_text(json.dumps(asdict(world), indent=2), "utf-8")
    return snapshots


def next_commands(place: Home, finding: str | None) -> list[str]:
    """Three commands to try on a state folder."""
    home = f"--home {shlex.quote(str(place.root))}"
    shared = "SELECT signal_kind, count(*) AS shared_values FROM links.signals GROUP BY ALL ORDER BY 2 DESC"
    return [
        f"forensics show {finding} {home}" if finding else f"forensics tables {home}",
        f'forensics query "{shared}" {home}',
        f"forensics ui {home}",
    ]
