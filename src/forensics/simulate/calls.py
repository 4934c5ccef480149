"""The calls of a day, before they have content."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray


@dataclass
class Calls:
    """One row a call, arrays of equal length.

    Attributes:
        account: position of the calling account.
        work: position among the world's works.
        group: position of the group it works for, −1 for an account's own traffic.
        at: microseconds since 1970.
        session: key of the session.
        voice: key of the person (or machine) speaking.
        turn: place within the session, from 0.
        is_conversation: whether later turns carry the history.
        item: number of the item in the group's queue, or a random key.
        limited: whether it falls into a burst of rate limits.
    """

    account: NDArray[np.int64]
    work: NDArray[np.int64]
    group: NDArray[np.int64]
    at: NDArray[np.int64]
    session: NDArray[np.uint64]
    voice: NDArray[np.uint64]
    turn: NDArray[np.int64]
    is_conversation: NDArray[np.bool_]
    item: NDArray[np.uint64]
    limited: NDArray[np.bool_]

    def take(self, rows: NDArray[np.generic] | slice) -> "Calls":
        """Return the calls of these rows."""
        return Calls(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})
