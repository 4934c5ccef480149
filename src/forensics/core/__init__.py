"""The step core: one day's exchanges become sums per account, hour, signal value and template."""

from forensics.core.currency import bring_up_to_date, forget_days, stale_days
from forensics.core.day import build_day

__all__ = ["bring_up_to_date", "build_day", "forget_days", "stale_days"]
