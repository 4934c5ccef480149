"""How errors reach a person: title, cause, all faults and the next step on stderr, and an exit code for scripts."""

import sys
import traceback
from typing import Any

import click

from forensics.errors import ForensicsError

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""

QUERY_INTERRUPTED = "Query interrupted"
"""What DuckDB's error says, a plain RuntimeError, where Ctrl-C reaches it within a query."""


class ErrorReportingGroup(click.Group):
    """A group whose commands may raise ForensicsError: it is shown without a traceback unless --verbose is given."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; turn an error into its text and its exit code."""
        ctx.ensure_object(dict)
        try:
            return super().invoke(ctx)
        except ForensicsError as error:
            report(error, verbose=bool(ctx.obj.get("verbose")))
            ctx.exit(error.exit_code)
        except (KeyboardInterrupt, RuntimeError) as error:
            if isinstance(error, RuntimeError) and str(error) != QUERY_INTERRUPTED:
                raise
            click.echo("\nInterrupted. What was finished is kept; start the command again to go on.", err=True)
            ctx.exit(INTERRUPTED)


def report(error: ForensicsError, *, verbose: bool) -> None:
    """Print an error for a person."""
    from forensics.cli.terminal import inert

    if verbose:
        traceback.print_exception(error, file=sys.stderr)
    # Indented, so that no line of a message looks like one of these.
    message = inert(error.message, keep_lines=error.keeps_lines).replace("\n", "\n  ")
    click.secho(f"{error.title}: {message}", fg="red", err=True)
    for fault in error.faults:
        click.echo(f"  - {inert(fault)}", err=True)
    click.echo(f"Next step: {inert(error.next_step)}", err=True)
