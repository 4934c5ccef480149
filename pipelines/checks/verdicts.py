"""From faults to a check's result: nothing found passes; the gravest fault decides; every fault is a sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dagster as dg

from pipelines.specs import asset_key

MAXIMUM_SENTENCES = 20
"""More sentences than a person reads; the rest is counted."""


@dataclass(frozen=True)
class Fault:
    """One thing that is not as it should be.

    Attributes:
        sentence: what is wrong, with its figures.
        grave: whether the run must stop; otherwise it is a warning.
    """

    sentence: str
    grave: bool = False


def verdict(
    full_name: str, check_name: str, faults: Sequence[Fault], *, good: str, measures: Mapping[str, Any] | None = None
) -> dg.AssetCheckResult:
    """The result of a check.

    Args:
        full_name: table that was checked.
        check_name: name of the check.
        faults: everything that was found.
        good: the sentence to show when nothing was found.
        measures: figures to keep beside the sentences.
    """
    grave = any(fault.grave for fault in faults)
    sentences = [fault.sentence for fault in sorted(faults, key=lambda fault: not fault.grave)]
    if len(sentences) > MAXIMUM_SENTENCES:
        sentences = [*sentences[:MAXIMUM_SENTENCES], f"… and {len(sentences) - MAXIMUM_SENTENCES} more."]
    return dg.AssetCheckResult(
        asset_key=asset_key(full_name),
        check_name=check_name,
        passed=not faults,
        severity=dg.AssetCheckSeverity.ERROR if grave else dg.AssetCheckSeverity.WARN,
        description=" ".join(sentences) or good,
        metadata=dict(measures or {}),
    )
