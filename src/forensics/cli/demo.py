"""`forensics demo`: a week of a small simulated provider through the whole line, and what was found."""

import json
import shlex
import shutil
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import click

from forensics.cli.environment import launcher
from forensics.cli.findings import CONFIDENCES, LISTED, LISTED_HEADINGS, listed
from forensics.cli.options import home_options, package_version
from forensics.cli.progress import progress_display
from forensics.cli.run import run_days, sentence
from forensics.cli.terminal import print_table
from forensics.errors import SettingsError
from forensics.home import Home

SHOWN_FINDINGS = 12
"""Rows of the demo's table: what fits on a screen together with what is said below it."""

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
    days = days_of(world)
    summary = run_days(place, str(snapshots), days[0], days[-1])
    with open_published(place) as connection:
        found = listed(connection, None, CONFIDENCES)
    print_most_urgent(place, found)
    click.echo(sentence(summary))
    click.echo("\nTry next:")
    for command in next_commands(place, found[0]["finding_id"] if found else None):
        click.echo(f"  {command}")


def print_most_urgent(place: Home, found: list[dict[str, Any]]) -> None:
    """The first findings as a table, and how to list all when there are more."""
    print_table(LISTED_HEADINGS, [[finding[name] for name in LISTED] for finding in found[:SHOWN_FINDINGS]])
    if len(found) > SHOWN_FINDINGS:
        click.echo(f"… and {len(found) - SHOWN_FINDINGS:,} more: {launcher()} findings {home_option(place)}\n")


def provide_world(place: Home, world: World) -> Path:
    """The simulated world's folder; an older one of other settings is deleted with all that was made from it.

    Raises:
        SettingsError: when the folder holds something that is no demo's.
    """
    from forensics.simulate import simulate

    mark, folder = place.root / MARK, place.root / "world"
    snapshots = folder / "snapshots"
    if marked_world(mark) == asdict(world) and all(
        (snapshots / f"date={day}" / "_SUCCESS").is_file() for day in days_of(world)
    ):
        return snapshots
    if place.root.exists() and not mark.is_file() and any(place.root.iterdir()):
        raise SettingsError(
            f"{place.root} holds something else than a demo.",
            next_step="Move it away, or name another state folder with --home.",
        )
    empty_demo(place, mark)
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


def marked_world(mark: Path) -> Any:
    """What the mark says of the world; None when there is none or it was cut off."""
    try:
        return json.loads(mark.read_text("utf-8"))
    except (OSError, ValueError):
        return None


def empty_demo(place: Home, mark: Path) -> None:
    """Delete all but the mark, which describes no world from now on: killed in between, the next demo goes on here."""
    place.root.mkdir(parents=True, exist_ok=True)
    mark.write_text("{}", "utf-8")
    for entry in sorted(place.root.iterdir()):
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        elif entry != mark:
            entry.unlink()


def days_of(world: World) -> list[date]:
    """The days of a world."""
    first = date.fromisoformat(world.start)
    return [first + timedelta(days=number) for number in range(world.days)]


def next_commands(place: Home, finding: str | None) -> list[str]:
    """Three commands to try on a state folder."""
    start, home = launcher(), home_option(place)
    shared = "SELECT signal_kind, count(*) AS shared_values FROM links.signals GROUP BY ALL ORDER BY 2 DESC"
    return [
        f"{start} show {finding} {home}" if finding else f"{start} tables {home}",
        f'{start} query "{shared}" {home}',
        f"{start} ui {home}",
    ]


def home_option(place: Home) -> str:
    """The option that names a state folder, for a shell."""
    return f"--home {shlex.quote(str(place.root))}"
