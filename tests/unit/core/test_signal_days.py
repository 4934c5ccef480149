"""Address blocks against the standard library's reading of addresses."""

from datetime import datetime
from ipaddress import IPv6Address, ip_address, ip_network
from pathlib import Path

import numpy as np
import polars as pl

from forensics.core import build_day
from tests.worlds.line import Line, put_exchanges
from tests.worlds.tiny import FIRST_DAY

WRITINGS = (
    "192.0.2.77",
    "2001:db8::1",
    "2001:DB8:0:0:0:0:0:1",
    "2001:0db8:0000:0000:0000:0000:0000:0001",
    "2001:db8:1:2:3:4:5:6",
    "2001:db8:0001::6",
    "2001::6",
    "fe80::",
    "::1",
    "::",
    "::ffff:192.0.2.77",
    "::FFFF:192.0.2.78",
)


def _prefixes(line: Line, folder: Path, addresses: list[str]) -> dict[str, str]:
    count = len(addresses)
    frame = pl.DataFrame(
        {
            "exchange_id": [f"ex-{number}" for number in range(count)],
            "account_id": [f"account-{number}" for number in range(count)],
            "occurred_at": [datetime.combine(FIRST_DAY, datetime.min.time())] * count,
            "model": ["m"] * count,
            "prompt": ["p"] * count,
            "input_tokens": [1] * count,
            "output_tokens": [1] * count,
            "ip": addresses,
            "outcome": ["ok"] * count,
        },
        schema_overrides={"occurred_at": pl.Datetime("us")},
    )
    put_exchanges(line.connection, folder, frame, FIRST_DAY)
    build_day(line.connection, FIRST_DAY)
    rows = line.connection.execute(
        "SELECT account_id, signal_value FROM core.signal_days WHERE signal_kind = 'ip_prefix'"
    ).fetchall()
    return {addresses[int(account.removeprefix("account-"))]: value for account, value in rows}


def _block(text: str) -> str:
    """The block an address lies in, as the standard library writes it."""
    address = ip_address(text)
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return str(ip_network(f"{address}/{24 if address.version == 4 else 48}", strict=False))


def test_every_writing_of_an_address_gives_its_block(blank_line: Line, tmp_path: Path) -> None:
    found = _prefixes(blank_line, tmp_path, list(WRITINGS))
    for text in WRITINGS:
        assert ip_network(found[text], strict=False) == ip_network(_block(text)), text


def _random_addresses(count: int) -> list[str]:
    """Addresses of few blocks, version 6 written short, long or in capitals."""
    rng = np.random.default_rng(5)
    found = []
    for number in range(count):
        groups = [0x2001, *(int(rng.choice([0, 0, 1, 0xDB8])) for _ in range(6)), number + 1]
        address = IPv6Address(sum(group << (16 * (7 - place)) for place, group in enumerate(groups)))
        written = [str(address), address.exploded, str(address).upper()][number % 3]
        found.append(written if number % 4 else f"10.0.{rng.integers(0, 4)}.{number % 256}")
    return list(dict.fromkeys(found))


def test_addresses_share_a_prefix_exactly_if_they_share_a_block(blank_line: Line, tmp_path: Path) -> None:
    texts = _random_addresses(200)
    found = _prefixes(blank_line, tmp_path, texts)
    pairs = {(found[text], _block(text)) for text in texts}
    assert len({prefix for prefix, _ in pairs}) == len({block for _, block in pairs}) == len(pairs) > 10
