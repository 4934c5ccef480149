"""Asset checks: what must be true of a table, said as a sentence, evaluated inside the step that makes it."""

from pipelines.checks.verdicts import Fault, verdict

__all__ = ["Fault", "verdict"]
