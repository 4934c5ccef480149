"""Which runs ended well: those that did every step, whatever their status says so far."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import dagster as dg
import pytest

from pipelines import resuming
from pipelines.runs import WRITER_TAG, close_dead_runs, ended_well

RUNNING = dg.DagsterRunStatus.STARTED


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    """One that remembers nothing after the test."""
    with dg.DagsterInstance.ephemeral() as made:
        yield made


def executed(instance: dg.DagsterInstance, *, succeeds: bool) -> dg.DagsterRun:
    """A run of two steps, of which the second one may fail; as it stood before its status was written."""

    @dg.op
    def begin() -> int:
        return 1

    @dg.op
    def finish(_begun: int) -> None:
        assert succeeds

    @dg.job
    def both() -> None:
        finish(begin())

    done = both.execute_in_process(instance=instance, raise_on_error=False, tags={WRITER_TAG: "true"})
    run = instance.get_run_by_id(done.run_id)
    assert run
    return run.with_status(RUNNING)


def test_a_run_that_did_all_its_steps_ended_well_before_its_status_says_so(instance: dg.DagsterInstance) -> None:
    assert ended_well(instance, executed(instance, succeeds=True))
    assert not ended_well(instance, executed(instance, succeeds=False))


def test_only_a_run_with_steps_left_is_closed_as_dead(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = [executed(instance, succeeds=succeeds) for succeeds in (True, False)]
    closed = []
    monkeypatch.setattr(instance, "get_runs", lambda _filter: runs)
    monkeypatch.setattr(instance, "report_run_failed", lambda run, _text: closed.append(run.run_id))
    close_dead_runs(instance, "another")
    assert closed == [runs[1].run_id]


@pytest.mark.parametrize("succeeds", [True, False])
def test_a_step_is_kept_after_a_run_that_left_steps_and_made_anew_after_one_that_did_not(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch, succeeds: bool
) -> None:
    before, now = (executed(instance, succeeds=succeeds) for _ in range(2))
    instance.add_run_tags(before.run_id, {resuming.MADE_FROM_TAG.format("links"): "2026-03-02 same"})
    known = instance.get_run_by_id(before.run_id)
    assert known
    monkeypatch.setattr(instance, "get_runs", lambda **_: [now, known.with_status(RUNNING)])
    monkeypatch.setattr(resuming, "_made_from", lambda *_: "same")
    made: list[str] = []
    context: Any = SimpleNamespace(instance=instance, run=now)
    warehouse: Any = None
    window: Any = None
    said = resuming.make_or_keep(context, warehouse, window, "links", lambda: made.append("links"))
    assert (made, "interrupted" in said) == ((["links"], False) if succeeds else ([], True))
