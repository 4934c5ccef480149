"""Which records are merged, which are only shown, and how decisions and contradictions bind."""

from typing import Any

import polars as pl

from forensics.features.organisation_identities import organisation_identities
from forensics.features.organisation_pairs import organisation_pairs
from forensics.features.organisations.entries import CROWD

LEI = "5493001KJTIIGC8Y1R12"
SCHEMA = {
    "organisation_id": pl.String, "name": pl.String, "kind": pl.String, "jurisdiction": pl.String,
    "headquarters": pl.String, "registration_number": pl.String, "lei": pl.String, "domain": pl.String,
}  # fmt: skip
NOTHING = pl.DataFrame(
    schema={
        "decision_number": pl.Int64, "organisation_a": pl.String, "organisation_b": pl.String, "decision": pl.String,
        "is_in_force": pl.Boolean,
    }
)  # fmt: skip


def register(*rows: dict[str, Any]) -> pl.DataFrame:
    """Records `a`, `b`, … with these facts."""
    return pl.DataFrame(
        [{"organisation_id": chr(97 + place), "name": f"Name {place}"} | row for place, row in enumerate(rows)],
        schema=SCHEMA,
    )


def pairs_of(records: pl.DataFrame, *stakes: tuple[str, str]) -> pl.DataFrame:
    held = pl.DataFrame(stakes, schema={"owner_id": pl.String, "owned_id": pl.String}, orient="row")
    return organisation_pairs(records, held)


def merged(records: pl.DataFrame, *stakes: tuple[str, str], decisions: pl.DataFrame = NOTHING) -> dict[str, str]:
    found = organisation_identities(records, pairs_of(records, *stakes), decisions)
    return dict(found.select("organisation_id", "identity_id").rows())


def decided(*rows: tuple[str, str, str]) -> pl.DataFrame:
    return pl.DataFrame(
        [(number, *row, True) for number, row in enumerate(rows, start=1)], schema=NOTHING.schema, orient="row"
    )


APART = {"a": "a", "b": "b"}
ONE = {"a": "a", "b": "a"}


def test_one_identifier_is_one_organisation_whatever_it_is_called() -> None:
    assert merged(register({"lei": LEI}, {"lei": LEI.lower(), "name": "深圳市腾云科技有限公司"})) == ONE


def test_a_broken_identifier_ties_nobody() -> None:
    assert merged(register({"lei": LEI[:-2] + "21"}, {"lei": LEI[:-2] + "21"})) == APART


def test_one_number_in_one_jurisdiction_is_one_organisation() -> None:
    both = {"jurisdiction": "GB"}
    assert (
        merged(register({"registration_number": "00445790", **both}, {"registration_number": "445 790", **both})) == ONE
    )
    other = {"registration_number": "445790", "jurisdiction": "FR"}
    assert merged(register({"registration_number": "445790", **both}, other)) == APART
    assert merged(register({"registration_number": "445790"}, {"registration_number": "445790"})) == APART


def test_a_number_of_many_registers_needs_the_name_as_well() -> None:
    both = {"jurisdiction": "US", "registration_number": "5555555"}
    assert merged(register({"name": "Acme Inc", **both}, {"name": "Other LLC", **both})) == APART
    assert merged(register({"name": "Acme Inc", **both}, {"name": "ACME INCORPORATED", **both})) == ONE


def test_one_domain_is_one_organisation_unless_comparable_names_differ() -> None:
    both = {"domain": "www.acme.com"}
    assert merged(register({"name": "Acme Ltd", **both}, {"name": "ACME Limited", "domain": "acme.com"})) == ONE
    assert merged(register({"name": "Acme Ltd", **both}, {"name": "爱可美有限公司", **both})) == ONE
    assert merged(register({"name": "Acme Holdings Ltd", **both}, {"name": "Acme Trading Ltd", **both})) == APART
    assert (
        merged(register({"name": "Acme Ltd", "domain": "gmail.com"}, {"name": "Acme", "domain": "gmail.com"})) == APART
    )


def test_a_contradiction_keeps_records_apart_and_shows_them() -> None:
    for one, other, said in (
        ({"headquarters": "CN"}, {"headquarters": "US"}, "headquarters"),
        ({"jurisdiction": "KY"}, {"jurisdiction": "US"}, "jurisdiction"),
        ({"kind": "person"}, {"kind": "company"}, "person"),
    ):
        records = register({"lei": LEI, **one}, {"lei": LEI, **other})
        assert merged(records) == APART
        assert said in pairs_of(records)["contradicting"].item()
    records = register({"domain": "acme.com", "name": "Acme"}, {"domain": "acme.com", "name": "Acme"})
    assert merged(records, ("a", "b")) == APART, "who holds a stake in another is not that other"
    assert pairs_of(records, ("b", "a"))["contradicting"].item() == "stake"


def test_a_key_of_a_crowd_names_nobody() -> None:
    for count in (CROWD, CROWD + 1):
        records = register(*[{"lei": LEI}] * count)
        assert (len(set(merged(records).values())) == 1) == (count == CROWD)


def test_alike_names_are_shown_and_never_merged() -> None:
    records = register(
        {"name": "Shenzhen Tengyun Technology Co., Ltd.", "jurisdiction": "CN"},
        {"name": "深圳市腾云科技有限公司", "jurisdiction": "CN"},
    )
    assert merged(records) == APART
    row = pairs_of(records).row(0, named=True)
    assert (row["shared"], row["agreeing"], row["is_same_entry"]) == ("name_stem", "name_stem, jurisdiction", False)


def test_a_decision_merges_and_its_first_name_stands_for_both() -> None:
    records = register({"headquarters": "US"}, {"headquarters": "CN"})
    assert merged(records, decisions=decided(("b", "a", "same"))) == {"a": "b", "b": "b"}
    assert merged(records, decisions=decided(("b", "gone", "same"))) == APART


def test_different_keeps_two_apart_by_way_of_a_third_as_well() -> None:
    records = register({"lei": LEI}, {"lei": LEI}, {"lei": LEI})
    found = merged(records, decisions=decided(("a", "c", "different")))
    assert found == {"a": "a", "b": "a", "c": "c"}


def test_an_overruled_decision_binds_nobody() -> None:
    log = decided(("a", "b", "same"), ("a", "b", "undecided")).with_columns(is_in_force=pl.Series([False, True]))
    assert merged(register({}, {}), decisions=log) == APART


def test_every_record_is_told_what_tied_it() -> None:
    records = register(
        {"lei": LEI}, {"lei": LEI, "domain": "acme.com", "name": "X"}, {"domain": "acme.com", "name": "X"}, {}
    )
    found = organisation_identities(records, pairs_of(records), NOTHING)
    assert found.select("identity_id", "basis", "record_count").rows() == [
        ("a", "lei", 3), ("a", "lei", 3), ("a", "domain", 3), ("d", None, 1),
    ]  # fmt: skip


def test_the_order_of_the_register_changes_nothing() -> None:
    records = register(*[{"lei": LEI}] * 3, {"domain": "acme.com"}, {"domain": "acme.com", "name": "Name 3"}, {})
    assert merged(records) == merged(records.reverse())
