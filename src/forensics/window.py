"""The days that a looking-back step reads."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Window:
    """A run's as-of day and the days before it that count.

    Attributes:
        as_of: the last day, included.
        days: how many days count, the last one included.
    """

    as_of: date
    days: int

    @property
    def first(self) -> date:
        """The first day that counts."""
        return self.as_of - timedelta(days=self.days - 1)

    @property
    def bounds(self) -> tuple[date, date]:
        """First and last day, for `BETWEEN ? AND ?`."""
        return self.first, self.as_of
