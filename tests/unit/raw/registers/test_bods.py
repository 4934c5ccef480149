"""BODS 0.4 statements as tables of a day: bounds stay bounds, what is not specified stays unknown."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from forensics.links.ownership import load_profile, roll_up
from forensics.raw.registers import RegisterError, import_register


def statement(kind: str, record: str, *, on: str = "2025-01-01", status: str = "new", **details: Any) -> dict[str, Any]:
    return {
        "statementId": f"{record}-{on}", "recordId": record, "recordType": kind, "recordStatus": status,
        "statementDate": on, "publicationDetails": {"bodsVersion": "0.4"}, "recordDetails": details,
    }  # fmt: skip


def entity(record: str, **details: Any) -> dict[str, Any]:
    return statement("entity", record, **{"entityType": {"type": "registeredEntity"}, "name": record.title()} | details)


def interest(share: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    found = {"type": "shareholding", "directOrIndirect": "direct"} | more
    return found if share is None else found | {"share": share}


def relation(record: str, owner: Any, owned: Any, *interests: dict[str, Any], **more: Any) -> dict[str, Any]:
    return statement("relationship", record, subject=owned, interestedParty=owner, interests=list(interests), **more)


STATEMENTS = [
    entity(
        "acme",
        jurisdiction={"name": "United Kingdom", "code": "GB"},
        identifiers=[{"scheme": "GB-COH", "id": "00445790"}, {"scheme": "XI-LEI", "id": "5493001KJTIIGC8Y1R12"}],
        addresses=[{"type": "registered", "country": {"code": "GB"}}, {"type": "business", "country": {"code": "CN"}}],
    ),
    entity("trust", entityType={"type": "arrangement"}),
    entity("old name", on="2020-01-01"),
    entity("gone", on="2024-01-01"),
    statement("entity", "gone", on="2025-06-01", status="closed"),
    statement("person", "ann", names=[{"fullName": "Ann Example"}], nationalities=[{"code": "IR"}]),
    statement("person", "someone", personType="unknownPerson"),
    relation("r1", "ann", "acme", interest({"exact": 12.5, "minimum": 12.5, "maximum": 12.5}, startDate="2019-05-06")),
    relation("r2", "trust", "acme", interest({"exclusiveMinimum": 25, "maximum": 50}, endDate="2025-12-01")),
    relation("r3", "ann", "trust", interest()),
    relation("r4", "someone", "acme", interest({"minimum": 25, "exclusiveMaximum": 50}, directOrIndirect="unknown")),
    relation("r5", {"reason": "informationUnknownToPublisher"}, "acme", interest({"minimum": 10})),
    relation("r6", "ann", "acme", interest({"exact": 30}, type="votingRights"), interest(type="boardChair")),
    relation("r7", "ann", "acme", interest({"exact": 140})),
    relation("r8", "ann", "acme", interest({"exact": 99}), on="2020-01-01"),
    relation("r8", "ann", "acme", interest({"exact": 20}), on="2025-02-01"),
]


def as_lines(path: Path, statements: list[dict[str, Any]], *more: str) -> Path:
    path.write_text("\n".join([*(json.dumps(one) for one in statements), *more]) + "\n", "utf-8")
    return path


@pytest.fixture
def imported(tmp_path: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    file = as_lines(tmp_path / "statements.jsonl", STATEMENTS, "{cut off", '{"recordType": "entity"}')
    import_register("bods", [file], tmp_path / "day")
    organisations, stakes = (
        pl.read_parquet(tmp_path / "day" / name / "bods.parquet") for name in ("organisations", "ownership")
    )
    return organisations, stakes


def test_entities_and_persons_become_organisations(imported: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    found = {row["organisation_id"]: row for row in imported[0].iter_rows(named=True)}
    acme = found["bods:acme"]
    assert (acme["jurisdiction"], acme["headquarters"]) == ("GB", "CN"), "a registered address is no headquarters"
    assert (acme["registration_number"], acme["lei"]) == ("00445790", "5493001KJTIIGC8Y1R12")
    assert found["bods:trust"]["kind"] == "trust"
    assert (found["bods:ann"]["kind"], found["bods:ann"]["headquarters"]) == ("person", None), "nationality is not read"
    assert found["bods:someone"]["kind"] == found["bods:unspecified:r5"]["kind"] == "unknown"
    assert "bods:gone" not in found


def test_bounds_keep_their_exclusivity_and_unknown_sizes_stay_unknown(
    imported: tuple[pl.DataFrame, pl.DataFrame],
) -> None:
    stakes = imported[1]
    shares = stakes.filter(pl.col("interest_type") == "shareholding")

    def one(owner: str, owned: str = "acme") -> dict[str, Any]:
        mine = (pl.col("owner_id") == f"bods:{owner}") & (pl.col("owned_id") == f"bods:{owned}")
        return shares.filter(mine).row(0, named=True)

    figures = ("percent", "percent_min", "percent_max", "percent_min_exclusive", "percent_max_exclusive")
    assert [one("trust")[name] for name in figures] == [None, 25.0, 50.0, True, False]
    assert [one("someone")[name] for name in figures] == [None, 25.0, 50.0, False, True]
    assert [one("unspecified:r5")[name] for name in figures] == [None, 10.0, None, False, None]
    assert [one("ann", "trust")[name] for name in figures] == [None] * 5
    assert one("someone")["direct"] is False, "what is not said to be direct is never summed"
    ann = shares.filter((pl.col("owner_id") == "bods:ann") & (pl.col("owned_id") == "bods:acme"))
    assert ann["percent"].sort().to_list() == [12.5, 20.0], "the newest statement of a record counts"
    assert one("trust")["valid_to"] == date(2025, 12, 1)
    others = stakes.filter(pl.col("interest_type") != "shareholding")
    assert others["interest_type"].sort().to_list() == ["board_appointment", "voting_rights"]


def test_the_unspecified_owner_keeps_a_verdict_open(imported: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    stakes = imported[1].filter(pl.col("owned_id") == "bods:acme")
    organisations = imported[0].with_columns(
        headquarters=pl.when(pl.col("organisation_id") == "bods:acme").then(pl.lit("GB")).otherwise("headquarters")
    )
    result = roll_up(organisations, stakes, on=date(2025, 6, 1), profile=load_profile("provider_gt50"))
    assert result.verdicts["verdict"].to_list() == ["undetermined"]
    assert result.verdicts["effective_percent_max"].to_list() == [67.5], "all that is not surely a natural person's"


def test_what_cannot_be_read_is_quarantined_with_its_line(tmp_path: Path) -> None:
    file = as_lines(tmp_path / "statements.jsonl", STATEMENTS, "{cut off", '{"recordType": "entity"}', "[1]")
    report = import_register("bods", [file], tmp_path / "day")
    found = [json.loads(line) for line in (tmp_path / "day" / "_quarantine-bods.jsonl").read_text("utf-8").splitlines()]
    count = len(STATEMENTS)
    assert {(one["row_number"], one["reason"]) for one in found} == {
        (14, "a share of 140"), (count + 1, "not a JSON object"), (count + 2, "no recordId"),
        (count + 3, "not a JSON object"),
    }  # fmt: skip
    assert report.quarantined_count == 4


def test_a_file_without_statements_is_refused(tmp_path: Path) -> None:
    file = as_lines(tmp_path / "statements.jsonl", [], '{"LEI": "x"}')
    with pytest.raises(RegisterError, match=r"no BODS 0\.4 statement"):
        import_register("bods", [file], tmp_path / "day")


def test_the_same_statements_in_another_order_give_the_same_tables(tmp_path: Path) -> None:
    for name, statements in (("one", STATEMENTS), ("other", STATEMENTS[::-1])):
        import_register("bods", [as_lines(tmp_path / f"{name}.jsonl", statements)], tmp_path / name)
    for table in ("organisations", "ownership"):
        one, other = (pl.read_parquet(tmp_path / name / table / "bods.parquet") for name in ("one", "other"))
        assert one.equals(other)
