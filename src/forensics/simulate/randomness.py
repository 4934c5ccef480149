"""Random numbers that depend on names, not on the order of calls, and ids made from them.

Every concern draws from a stream of its own, named by the seed and the concern, so that adding a draw in one
place leaves every other place as it was. Values for single rows are derived by mixing integers (splitmix64's
finaliser), which needs no state: the same key gives the same value in any chunk and any order.
"""

import hashlib

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

Keys = NDArray[np.uint64]

_HEX_PAIRS = np.frombuffer("".join(f"{value:02x}" for value in range(256)).encode(), dtype=np.uint8).reshape(256, 2)


def derive(seed: int, *names: object) -> int:
    """Return a 64-bit number that stands for these names under this seed."""
    text = "\x1f".join([str(seed), *(str(name) for name in names)])
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


def stream(seed: int, *names: object) -> np.random.Generator:
    """Return the random stream of one concern."""
    return np.random.Generator(np.random.PCG64(derive(seed, *names)))


def mix(values: NDArray[np.generic] | int, salt: int = 0) -> Keys:
    """Scramble integers into evenly spread 64-bit keys (the finaliser of splitmix64).

    Args:
        values: integers of any width.
        salt: another salt gives an unrelated key for the same value.

    Returns:
        Keys of the same shape.
    """
    offset = (salt * 0xD1342543DE82EF95 + 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF
    with np.errstate(over="ignore"):
        x = np.asarray(values).astype(np.uint64) + np.uint64(offset)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return np.asarray(x ^ (x >> np.uint64(31)))


def unit(keys: Keys) -> NDArray[np.float64]:
    """Turn keys into numbers from 0 (included) to 1 (excluded)."""
    return (keys >> np.uint64(11)).astype(np.float64) * 2.0**-53


def choose(keys: Keys, count: NDArray[np.int64] | float) -> NDArray[np.int64]:
    """Turn keys into whole numbers from 0 to count − 1 (`count` may differ from row to row)."""
    whole = np.asarray(count, dtype=np.int64)
    return np.asarray(np.minimum((unit(keys) * whole).astype(np.int64), whole - 1))


def pick_weighted(keys: Keys, weights: NDArray[np.float64]) -> NDArray[np.int64]:
    """Turn keys into positions of a weight vector, each as likely as its weight."""
    edges = np.cumsum(weights, dtype=np.float64)
    places = np.searchsorted(edges, unit(keys) * edges[-1], side="right")
    return np.asarray(np.minimum(places, len(edges) - 1), dtype=np.int64)


def hex_ids(prefix: str, keys: Keys, digits: int = 16) -> pl.Series:
    """Write keys as ids such as `acct_3f9c…`: a prefix and lower-case hexadecimal digits.

    Args:
        prefix: put before every id.
        keys: one key an id.
        digits: 16, or 32 where a second mixed key fills the other half.
    """
    halves = [keys] if digits == 16 else [keys, mix(keys, 77)]
    pairs = [_HEX_PAIRS[np.ascontiguousarray(half).view(np.uint8)].reshape(-1, 16) for half in halves]
    lead = np.frombuffer(prefix.encode(), dtype=np.uint8)
    rows = np.hstack([np.broadcast_to(lead, (len(keys), len(lead))), *pairs])
    width = rows.shape[1]
    offsets = np.arange(0, (len(keys) + 1) * width, width, dtype=np.int64)
    array = pa.LargeStringArray.from_buffers(len(keys), pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(rows)))
    return pl.Series(pl.from_arrow(array))
