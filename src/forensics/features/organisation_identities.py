"""features.organisation_identities: which records of the register are one organisation.

Merged are records with one legal entity identifier, one registration number in one jurisdiction, or one corporate
domain of their own, where no fact contradicts; then those that a person called the same. A person's `different` keeps
two apart whatever joins them otherwise, by way of third records too. Alike names merge nothing.
"""

import polars as pl

from forensics.features.organisations.entries import ENTRY_KINDS
from forensics.features.organisations.names import on_one_line


def organisation_identities(organisations: pl.DataFrame, pairs: pl.DataFrame, decisions: pl.DataFrame) -> pl.DataFrame:
    """The identity of every organisation.

    Args:
        organisations: the register; organisation_id, name, kind, headquarters, jurisdiction.
        pairs: rows of features.organisation_pairs.
        decisions: rows of features.organisation_decisions.

    Returns:
        One row per record, columns of the contract. An identity is named by the record that the latest decision named
        first, else by the smallest id.
    """
    known = set(organisations["organisation_id"].to_list())
    in_force = decisions.filter("is_in_force").sort("decision_number", descending=True)
    decided = [row for row in in_force.iter_rows(named=True) if {row["organisation_a"], row["organisation_b"]} <= known]
    same = [row for row in decided if row["decision"] == "same"]
    apart = [row for row in decided if row["decision"] == "different"]
    sets = _Sets({frozenset((row["organisation_a"], row["organisation_b"])) for row in apart})
    for row in same:
        sets.join(row["organisation_a"], row["organisation_b"], "decision")
    entries = pairs.filter("is_same_entry").sort("organisation_a", "organisation_b")
    for kind in ENTRY_KINDS:
        for pair in entries.filter(pl.col("shared").str.split(", ").list.contains(kind)).iter_rows(named=True):
            sets.join(pair["organisation_a"], pair["organisation_b"], kind)
    preferred = {row["organisation_a"]: -row["decision_number"] for row in reversed(same)}
    rows = [
        (name, min(members, key=lambda one: (preferred.get(one, 0), one)), sets.basis[name], len(members))
        for members in sets.members()
        for name in members
    ]
    merged = pl.DataFrame(
        rows,
        schema={"organisation_id": pl.String, "identity_id": pl.String, "basis": pl.String, "record_count": pl.Int64},
        orient="row",
    )
    return (
        organisations.select("organisation_id", on_one_line("name"), "kind", "headquarters", "jurisdiction")
        .join(merged, on="organisation_id", how="left")
        .with_columns(
            pl.coalesce("identity_id", "organisation_id").alias("identity_id"), pl.col("record_count").fill_null(1)
        )
        .sort("organisation_id")
    )


class _Sets:
    """Sets of records that are joined one pair at a time and never hold two that a person called different."""

    def __init__(self, apart: set[frozenset[str]]) -> None:
        self._apart: dict[str, set[str]] = {}
        for pair in apart:
            first, second = sorted(pair)
            self._apart.setdefault(first, set()).add(second)
            self._apart.setdefault(second, set()).add(first)
        self._set_of: dict[str, set[str]] = {}
        self.basis: dict[str, str] = {}

    def join(self, first: str, second: str, basis: str) -> None:
        """Make one set of the sets of two records, unless a decision keeps any two of them apart."""
        here, there = self._set_of.get(first, {first}), self._set_of.get(second, {second})
        if here is not there:
            if any(self._apart.get(name, set()) & there for name in here):
                return
            here = here | there
            for name in here:
                self._set_of[name] = here
        # The first basis is the strongest: decisions come before entries, and entries in their order.
        self.basis.setdefault(first, basis)
        self.basis.setdefault(second, basis)

    def members(self) -> list[list[str]]:
        """All sets of two and more, each sorted."""
        return sorted(sorted(group) for group in {id(group): group for group in self._set_of.values()}.values())
