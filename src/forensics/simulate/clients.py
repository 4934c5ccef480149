"""Client software: user agents, fingerprints of their TLS or SDK, and what comes over which channel."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics.simulate.randomness import Keys, derive, hex_ids, mix, pick_weighted, unit

_CHROME = "Mozilla/5.0 ({os}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{v}.0.0.0 Safari/537.36"
_FIREFOX = "Mozilla/5.0 ({os}; rv:{v}.0) Gecko/20100101 Firefox/{v}.0"
_SAFARI = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/{v} Safari/605.1.15"
)
_PHONE = (
    "Mozilla/5.0 (Linux; Android {v}; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{c}.0.0.0 Mobile Safari/537.36"
)
_SYSTEMS = ("Windows NT 10.0; Win64; x64", "Macintosh; Intel Mac OS X 10_15_7", "X11; Linux x86_64")

BROWSERS = (
    *(_CHROME.format(os=system, v=v) for system in _SYSTEMS for v in (141, 142, 143, 144, 145)),
    *(_FIREFOX.format(os=system, v=v) for system in _SYSTEMS for v in (140, 146, 147)),
    *(_SAFARI.format(v=v) for v in ("17.6", "18.5", "18.6", "26.1", "26.2")),
    *(_PHONE.format(v=v, c=c) for v in (13, 14, 15) for c in (142, 144, 145)),
)
"""Browsers in use, current versions and some late ones."""

LIBRARIES = (
    *(f"harbor-python/{v}" for v in ("0.42.1", "0.44.0", "0.45.2", "0.46.0", "0.46.1")),
    *(f"harbor-typescript/{v}" for v in ("0.38.0", "0.39.1", "0.40.0")),
    *(f"python-requests/2.{v}" for v in ("31.0", "32.3", "32.5")),
    *(f"python-httpx/0.{v}" for v in ("27.2", "28.1")),
    *(f"axios/1.{v}" for v in ("7.9", "12.2", "13.1")),
    *(f"okhttp/{v}" for v in ("4.12.0", "5.1.0")),
    *(f"curl/8.{v}" for v in ("5.0", "7.1", "14.1")),
    "Go-http-client/2.0", "Go-http-client/1.1", "node", "undici", "aiohttp/3.11.11", "aiohttp/3.12.15",
    "harbor-java/1.9.0", "harbor-go/1.4.2", "Apache-HttpClient/5.4 (Java/21)", "reqwest/0.12",
)  # fmt: skip
"""Libraries and tools that call the interface."""

CLIENTS: tuple[str, ...] = (*BROWSERS, *LIBRARIES)

CHANNELS = ("web", "direct_api", "cloud_aws", "cloud_gcp", "reseller")
PLANS = ("free", "plus", "pay_as_you_go", "scale", "enterprise")
PROGRAMMES = ("education", "startup", "security_research")

FINGERPRINTS_PER_CLIENT = 9
"""Builds of one client that look different on the wire."""


def _ranked(count: int, exponent: float, key: int) -> NDArray[np.float64]:
    """Return weights that fall with a power of the rank, ranks in an order of the world's own."""
    order = np.random.Generator(np.random.PCG64(key)).permutation(count)
    return np.asarray((1.0 / (1.0 + order)) ** exponent, dtype=np.float64)


def draw_clients(seed: int, keys: Keys, is_browser: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Choose a client for each key, popular ones more often; web accounts use browsers.

    Args:
        seed: the world's seed; it decides which clients are popular.
        keys: one key an account (equal keys get equal clients).
        is_browser: whether the client is a browser.

    Returns:
        Positions among `CLIENTS`.
    """
    browsers = pick_weighted(mix(keys, 1), _ranked(len(BROWSERS), 0.9, derive(seed, "browsers")))
    libraries = pick_weighted(mix(keys, 2), _ranked(len(LIBRARIES), 0.8, derive(seed, "libraries")))
    return np.where(is_browser, browsers, libraries + len(BROWSERS))


def client_series() -> pl.Series:
    """Return all user agents as text, by position."""
    return pl.Series(CLIENTS)


def fingerprint_series(seed: int) -> pl.Series:
    """Return all client fingerprints as text, by client position × `FINGERPRINTS_PER_CLIENT` + build."""
    keys = mix(np.arange(len(CLIENTS) * FINGERPRINTS_PER_CLIENT), derive(seed, "fingerprints") % 2**32)
    return hex_ids("", keys, 32)


def draw_builds(keys: Keys) -> NDArray[np.int64]:
    """Choose the build of a client for each key, the newest ones more often."""
    return (unit(mix(keys, 3)) ** 2 * FINGERPRINTS_PER_CLIENT).astype(np.int64)
