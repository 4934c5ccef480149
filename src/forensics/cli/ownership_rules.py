"""`forensics ownership-rules`: the rules that bar, and a copy of them to edit."""

from datetime import UTC, datetime
from pathlib import Path

import click

from forensics.cli.options import home_options, json_option
from forensics.cli.terminal import print_json, print_table
from forensics.errors import SettingsError
from forensics.home import Home


@click.command("ownership-rules")
@click.option("--copy", is_flag=True, help="Write the shipped rules into the state folder's ownership.toml, to edit.")
@home_options
@json_option
def ownership_rules(copy: bool, home: Home, as_json: bool) -> None:
    """Show the ownership rules: threshold, restricted regions, dates, version, fingerprint, and which one is applied.

    The file ownership.toml in the state folder counts, else the setting `ownership_rules`, else the shipped rules; the
    setting `ownership_profile` names the rule to apply. Every fault of the file is listed.
    """
    from forensics.links.ownership.profiles import SHIPPED, load_profiles
    from forensics.settings import load_settings

    if copy:
        _copy(SHIPPED, home.ownership_rules)
    settings = load_settings(home)
    path = Path(settings.ownership_rules) if settings.ownership_rules else None
    today = datetime.now(UTC).date()
    rows = [
        {
            "profile": profile.name,
            "applied": profile.name == settings.ownership_profile,
            "rule": ("more than " if profile.strict else "at least ") + f"{profile.threshold_percent.normalize():f} %",
            "version": profile.version,
            "in_force_today": profile.is_in_force(today),
            "regions": ", ".join(code for code, one in sorted(profile.restricted.items()) if one.holds(today)),
            "listed_organisations": len(profile.listed_organisations),
            "fingerprint": profile.fingerprint[:12],
        }
        for profile in load_profiles(path)
    ]
    if as_json:
        print_json(rows)
    else:
        print_table(list(rows[0]), [list(row.values()) for row in rows])
        click.echo(f"From {path or 'the package'}." + ("" if path else " --copy puts a copy into the state folder."))


def _copy(shipped: Path, target: Path) -> None:
    """Copy the shipped rules, unless there are rules already.

    Raises:
        SettingsError: if the file exists: what somebody edited is not overwritten.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("x", encoding="utf-8") as file:
            file.write(shipped.read_text("utf-8"))
    except FileExistsError as fault:
        raise SettingsError(
            f"{target} exists already.", next_step="Edit it, or move it away to start from the shipped rules again."
        ) from fault
