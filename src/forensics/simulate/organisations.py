"""Which accounts belong to which organisation, and what that organisation is on record."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics.simulate.mail_domains import draw_domains
from forensics.simulate.members import Members
from forensics.simulate.names import name_organisations
from forensics.simulate.networks import COUNTRY_CODES
from forensics.simulate.ordinary import ORDINARY
from forensics.simulate.randomness import derive, stream
from forensics.simulate.settings import SimulationSettings

FEWEST_SHELLS = 3
"""Shell companies behind a group: with one, its accounts would be a single customer's under its own name."""


@dataclass
class Organisations:
    """Customers' organisations and the mail domains of all accounts.

    Attributes:
        of_account: position of an account's organisation, −1 for none.
        table: organisations as the contract names them, one row a position.
        domains: mail domain of every account, null where none is recorded.
        names_group: whether a group chose the account's domain or organisation on purpose.
    """

    of_account: NDArray[np.int64]
    table: pl.DataFrame
    domains: pl.Series
    names_group: NDArray[np.bool_]


def build_organisations(settings: SimulationSettings, members: Members) -> Organisations:
    """Found the customers' organisations and give every account its mail domain."""
    rng = stream(settings.seed, "organisations")
    of_account = _memberships(members, rng)
    count = int(of_account.max()) + 1
    country = np.zeros(count, dtype=np.int64)
    holders = np.flatnonzero(of_account >= 0)[::-1]
    country[of_account[holders]] = members.country[holders]
    table = name_organisations(rng, pl.Series(COUNTRY_CODES).gather(country), derive(settings.seed, "customers"))
    domains, named = draw_domains(members, of_account, table["domain"], rng)
    return Organisations(of_account, table, domains, named)


def _memberships(members: Members, rng: np.random.Generator) -> NDArray[np.int64]:
    """Deal accounts to organisations: heavy-tailed companies, and what each group's wiring says."""
    of_account = np.full(members.count, -1, dtype=np.int64)
    founded = 0
    for position, population in enumerate(ORDINARY):
        rows = rng.permutation(np.flatnonzero(members.ordinary == position))
        if population.organisation_size <= 0:
            rows = rows[: len(rows) // 8] if population.name == "developer" else rows[:0]
            sizes = np.ones(len(rows), dtype=np.int64)
        else:
            sizes = 1 + (rng.pareto(1.3, len(rows)) * population.organisation_size * 0.3).astype(np.int64)
            sizes = np.minimum(sizes, 600)
        owner = np.repeat(np.arange(len(sizes)), sizes)[: len(rows)]
        of_account[rows] = founded + owner
        founded += int(owner.max(initial=-1)) + 1
    for group in members.groups:
        rows = members.of(group)
        count = {"one": 1, "each": len(rows), "shells": max(FEWEST_SHELLS, len(rows) // 8)}.get(
            group.wiring.organisation, 0
        )
        if count:
            of_account[rows] = founded + np.arange(len(rows)) % count
            founded += count
    return of_account
