"""The compiled numbering of keys in the order of their coming: a table with open addressing that doubles."""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def _slot(key, keys, slots):  # type: ignore[no-untyped-def]
    """Where a key's number stands, or the free slot where it may."""
    slot = np.int64(key >> np.uint64(16)) & (len(slots) - 1)
    while slots[slot] >= 0 and keys[slots[slot]] != key:
        slot = (slot + 1) & (len(slots) - 1)
    return slot


@njit(cache=True, nogil=True)
def number_keys(wanted, keys, slots, count):  # type: ignore[no-untyped-def]
    """Number keys, those that were not seen before from `count` on.

    Args:
        wanted: the keys, hashes of 64 bits.
        keys: key of each number, with room for more.
        slots: number in each slot, −1 where it is free; a power of two of them, more than half of them free.
        count: how many numbers there are.

    Returns:
        The number of each key; whether it is the first with this number; `keys`, `slots` and `count` as they are now.
    """
    numbers, is_new = np.empty(len(wanted), dtype=np.int64), np.zeros(len(wanted), dtype=np.bool_)
    for row in range(len(wanted)):
        if count == len(keys):
            larger = np.zeros(2 * count, dtype=np.uint64)
            larger[:count] = keys
            keys, slots = larger, np.full(2 * len(slots), np.int32(-1))
            for number in range(count):
                slots[_slot(keys[number], keys, slots)] = number
        slot = _slot(wanted[row], keys, slots)
        if slots[slot] < 0:
            keys[count], slots[slot], is_new[row] = wanted[row], count, True
            count += 1
        numbers[row] = slots[slot]
    return numbers, is_new, keys, slots, count
