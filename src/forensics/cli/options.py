"""Options that several commands share."""

from collections.abc import Callable
from datetime import date, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import click

from forensics.home import Home

Command = Callable[..., Any]


def package_version() -> str:
    """Version of the installed package."""
    try:
        return version("forensics")
    except PackageNotFoundError:
        return "not installed"


class Day(click.ParamType[date]):
    """A UTC day, YYYY-MM-DD."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day as a date."""
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no day; write it as YYYY-MM-DD", param, ctx)


def _resolve_home(_ctx: click.Context, _param: click.Parameter, value: str | None) -> Home:
    return Home.resolve(value)


def _remember_verbose(ctx: click.Context, _param: click.Parameter, value: bool) -> bool:
    ctx.ensure_object(dict)["verbose"] = value
    return value


def home_options(command: Command) -> Command:
    """`--home` and `--verbose`, which every command that uses a state folder has."""
    command = click.option(
        "--verbose",
        is_flag=True,
        expose_value=False,
        callback=_remember_verbose,
        help="Show all there is: tracebacks of errors, and Dagster's own log.",
    )(command)
    return click.option(
        "--home",
        metavar="DIR",
        callback=_resolve_home,
        help="State folder. Default: FORENSICS_HOME, else warehouse/ of the project.",
    )(command)


def json_option(command: Command) -> Command:
    """`--json`, which every command whose output is data has."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")(command)


def is_verbose() -> bool:
    """Whether --verbose was given to the running command."""
    context = click.get_current_context(silent=True)
    return bool(context and context.ensure_object(dict).get("verbose"))
