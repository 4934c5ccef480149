"""The step core: one day's exchanges become sums per account, hour, signal value and template."""

from forensics.core.day import build_day

__all__ = ["build_day"]
