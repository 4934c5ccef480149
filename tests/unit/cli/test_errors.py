"""What a command raises becomes an exit code: Ctrl-C is told as one wherever it strikes, and defects stay defects."""

import click
import duckdb
import pytest
from click.testing import CliRunner

from forensics.cli.errors import INTERRUPTED, ErrorReportingGroup


def _invoked(error: BaseException) -> tuple[int, str, BaseException | None]:
    @click.group(cls=ErrorReportingGroup)
    def group() -> None:
        pass

    @group.command()
    def fails() -> None:
        raise error

    done = CliRunner().invoke(group, ["fails"])
    return done.exit_code, done.stderr, done.exception


@pytest.mark.parametrize("error", [KeyboardInterrupt(), RuntimeError("Query interrupted")])
def test_ctrl_c_is_told_as_one_within_a_query_too(error: BaseException) -> None:
    code, said, _ = _invoked(error)
    assert code == INTERRUPTED and "Interrupted" in said


@pytest.mark.parametrize("error", [RuntimeError("a defect"), duckdb.Error("Query interrupted by a defect")])
def test_other_errors_are_no_ctrl_c(error: Exception) -> None:
    code, said, raised = _invoked(error)
    assert code == 1 and raised is error and "Interrupted" not in said
