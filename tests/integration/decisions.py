"""A decision as `forensics decide` writes it, for tests that need one and no finding."""

from datetime import date, datetime

from forensics.decisions import Decision

DECISION = Decision(
    number=1,
    decided_at=datetime(2026, 3, 4, 9),
    finding_id="finding-000000000001",
    verdict="cleared",
    by="R. Eader",
    why="A class of 2026.",
    as_of=date(2026, 3, 3),
    kind="relay",
    confidence="low",
    supports=("breadth",),
    accounts=("ring-001", "ring-002", "ring-0020"),
    signals=(("ip", "203.0.113.12", "network"),),
)
