"""`forensics simulate`: a small seeded world to the snapshot contract, with the truth in a separate folder."""

import shlex
from datetime import date, timedelta
from pathlib import Path

import click

from forensics.cli.environment import launcher
from forensics.cli.options import Day
from forensics.cli.progress import progress_display

DEFAULT_START = date(2026, 3, 2)
"""A Monday, so that the weekly rhythm starts where a reader expects it."""


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option(
    "--scale", type=float, default=0.01, show_default=True, help="1 is the published case of 324,000 accounts."
)
@click.option("--days", type=int, default=7, show_default=True, help="Days to simulate.")
@click.option("--seed", type=int, default=7, show_default=True, help="The same seed gives the same bytes.")
@click.option("--start", type=Day(), default=DEFAULT_START, show_default=True, help="First day.")
@click.option("--scenario", default="published", show_default=True, help="Which populations take part, by name.")
def simulate(out: Path, scale: float, days: int, seed: int, start: date, scenario: str) -> None:
    """Write a simulated provider's daily snapshots into the new folder OUT."""
    from forensics.simulate import simulate as simulate_world

    with progress_display() as display:
        summary = simulate_world(
            out, scale=scale, days=days, seed=seed, start=start, scenario=scenario, progress=display.update
        )
    last = start + timedelta(days=days - 1)
    click.echo(
        f"{summary.exchanges:,} exchanges of {summary.accounts:,} accounts on {days} days; {summary.groups} groups,"
        f" {summary.fraudulent_accounts:,} accounts of campaigns. The truth is in {summary.truth}"
    )
    snapshots = shlex.quote(str(summary.snapshots))
    click.echo(f"Next: {launcher()} run --snapshots {snapshots} --from {start} --to {last}")
