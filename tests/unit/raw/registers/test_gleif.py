"""GLEIF level 1 and 2 as tables of a day, from small files in the published forms."""

import gzip
import json
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from forensics.links.ownership import load_profile, roll_up
from forensics.raw.registers import RegisterError, import_register

PARENT, CHILD, BRANCH, FUND = (
    "5493001KJTIIGC8Y1R12",
    "213800D1EI4B9WTWWD28",
    "724500VKKSH9QOLTFR81",
    "529900T8BM49AURSDO55",
)
LEVEL_1 = [
    "LEI", "Entity.LegalName", "Entity.LegalJurisdiction", "Entity.HeadquartersAddress.Country",
    "Entity.EntityCategory", "Entity.RegistrationAuthority.RegistrationAuthorityEntityID",
    "Registration.RegistrationStatus", "Entity.LegalAddress.City",
]  # fmt: skip
ENTITIES = [
    [PARENT, 'Parent, "quoted"\nGroup Ltd', "CN", "CN", "GENERAL", "9144", "ISSUED", "Shenzhen"],
    [CHILD, "Child Inc.", "US-DE", "US", "GENERAL", "5555", "LAPSED", "Dover"],
    [BRANCH, "Child, Branch", "DE", "DE", "BRANCH", "", "ISSUED", "Berlin"],
    [FUND, "A Fund", "LU", "??", "FUND", "", "ISSUED", "Luxembourg"],
    ["5493001KJTIIGC8Y1R21", "Swapped Digits", "US", "US", "GENERAL", "", "ISSUED", ""],
    ["", "Nobody", "US", "US", "GENERAL", "", "ISSUED", ""],
    ["7ZW8QJWVPR4P1J1KQY45", "Twice Ltd", "GB", "GB", "GENERAL", "", "DUPLICATE", ""],
]
LEVEL_2 = [
    "Relationship.StartNode.NodeID", "Relationship.StartNode.NodeIDType", "Relationship.EndNode.NodeID",
    "Relationship.EndNode.NodeIDType", "Relationship.RelationshipType", "Relationship.RelationshipStatus",
    "Relationship.Period.1.startDate", "Relationship.Period.1.endDate", "Relationship.Period.1.periodType",
    "Relationship.Period.2.startDate", "Relationship.Period.2.endDate", "Relationship.Period.2.periodType",
    "Relationship.Quantifiers.1.QuantifierAmount", "Relationship.Quantifiers.1.QuantifierUnits",
    "Registration.RegistrationStatus",
]  # fmt: skip
ACCOUNTS = ["2025-01-01T00:00:00+08:00", "2025-12-31T00:00:00+08:00", "ACCOUNTING_PERIOD"]
SINCE = ["2019-05-06T00:00:00Z", "", "RELATIONSHIP_PERIOD"]
DIRECT, ULTIMATE = "IS_DIRECTLY_CONSOLIDATED_BY", "IS_ULTIMATELY_CONSOLIDATED_BY"
RELATIONS = [
    [CHILD, "LEI", PARENT, "LEI", DIRECT, "ACTIVE", *ACCOUNTS, *SINCE, "100", "PERCENTAGE", "PUBLISHED"],
    [CHILD, "LEI", PARENT, "LEI", ULTIMATE, "ACTIVE", *SINCE, "", "", "", "", "", "PUBLISHED"],
    [BRANCH, "LEI", CHILD, "LEI", "IS_INTERNATIONAL_BRANCH_OF", "ACTIVE", *SINCE, "", "", "", "", "", "PUBLISHED"],
    [FUND, "LEI", CHILD, "LEI", "IS_FUND-MANAGED_BY", "ACTIVE", "", "", "", "", "", "", "", "", "PUBLISHED"],
    [CHILD, "LEI", FUND, "LEI", DIRECT, "INACTIVE", "", "", "", "", "", "", "", "", "PUBLISHED"],
    [CHILD, "LEI", FUND, "LEI", "IS_FRIEND_OF", "ACTIVE", "", "", "", "", "", "", "", "", "PUBLISHED"],
    [CHILD, "LEI", FUND, "LEI", DIRECT, "ACTIVE", "", "", "", "", "", "", "", "", "ANNULLED"],
]


def write_csv(path: Path, header: list[str], rows: list[list[str]]) -> Path:
    frame = pl.DataFrame(rows, schema=dict.fromkeys(header, pl.String), orient="row")
    frame.write_csv(path, quote_style="always")
    return path


def nested(header: list[str], row: list[str]) -> dict[str, Any]:
    """A CSV row in the JSON form: every text under `$`, empty ones left out, periods as a list."""
    found: dict[str, Any] = {}
    for name, text in zip(header, row, strict=True):
        if not text:
            continue
        name = name.replace("Period.", "RelationshipPeriods.RelationshipPeriod.")
        parts = [part[:1].upper() + part[1:] for part in name.split(".")]
        node = found
        for part in parts[:-1]:
            node = node.setdefault(part, {})
        node[parts[-1]] = {"$": text}
    periods = found.get("Relationship", {}).get("RelationshipPeriods", {}).get("RelationshipPeriod")
    if periods:
        listed = [periods[key] for key in sorted(periods)]
        found["Relationship"]["RelationshipPeriods"]["RelationshipPeriod"] = listed if len(listed) > 1 else listed[0]
    return found


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    return [
        write_csv(tmp_path / "level1.csv", LEVEL_1, ENTITIES),
        write_csv(tmp_path / "level2.csv", LEVEL_2, RELATIONS),
    ]


def tables(folder: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    return tuple(pl.read_parquet(folder / name / "gleif.parquet") for name in ("organisations", "ownership"))  # type: ignore[return-value]


def test_entities_become_organisations_and_places_stay_as_they_are(files: list[Path], tmp_path: Path) -> None:
    import_register("gleif", files, tmp_path / "day")
    found = {row["lei"]: row for row in tables(tmp_path / "day")[0].iter_rows(named=True)}
    assert set(found) == {PARENT, CHILD, BRANCH, FUND}
    assert found[PARENT]["name"] == 'Parent, "quoted"\nGroup Ltd'
    assert (found[PARENT]["organisation_id"], found[PARENT]["headquarters"]) == (f"lei:{PARENT}", "CN")
    assert (found[CHILD]["jurisdiction"], found[CHILD]["registration_number"]) == ("US", "5555")
    assert (found[FUND]["kind"], found[FUND]["headquarters"]) == ("fund", None)
    assert all(row["owners_complete"] is None for row in found.values())


def test_consolidation_is_a_holding_of_unknown_size_with_the_dates_of_the_relationship(
    files: list[Path], tmp_path: Path
) -> None:
    import_register("gleif", files, tmp_path / "day")
    stakes = tables(tmp_path / "day")[1]
    direct = stakes.filter(pl.col("direct") & (pl.col("owner_id") == f"lei:{PARENT}"))
    assert direct["interest_type"].sort().to_list() == ["other", "shareholding"]
    assert direct["percent"].null_count() == 2, "the measure of consolidation is no share"
    assert direct["valid_from"].to_list() == [date(2019, 5, 6)] * 2
    assert direct["valid_to"].null_count() == 2, "an accounting period ends no relationship"
    assert stakes.filter(~pl.col("direct"))["owner_id"].to_list() == [f"lei:{PARENT}"]
    branch = stakes.row(by_predicate=pl.col("owned_id") == f"lei:{BRANCH}", named=True)
    assert (branch["percent"], branch["owner_id"]) == (100.0, f"lei:{CHILD}")
    assert stakes.row(by_predicate=pl.col("owned_id") == f"lei:{FUND}", named=True)["interest_type"] == "contract"


def test_a_restricted_parent_leaves_the_child_open_and_refers_to_counsel(files: list[Path], tmp_path: Path) -> None:
    import_register("gleif", files, tmp_path / "day")
    organisations, stakes = tables(tmp_path / "day")
    result = roll_up(organisations, stakes, on=date(2026, 3, 2), profile=load_profile("provider_gt50"))
    child = result.verdicts.row(by_predicate=pl.col("organisation_id") == f"lei:{CHILD}", named=True)
    assert (child["verdict"], child["control_indicated"]) == ("undetermined", True)
    assert (child["effective_percent_min"], child["effective_percent_max"]) == (0.0, 100.0)


def test_rows_that_cannot_be_used_are_quarantined_with_file_row_and_reason(files: list[Path], tmp_path: Path) -> None:
    report = import_register("gleif", files, tmp_path / "day")
    found = [
        json.loads(line) for line in (tmp_path / "day" / "_quarantine-gleif.jsonl").read_text("utf-8").splitlines()
    ]
    assert [(one["file"], one["row_number"], one["reason"]) for one in found] == [
        ("level1.csv", 5, "LEI missing or wrong"),
        ("level1.csv", 6, "LEI missing or wrong"),
        ("level1.csv", 7, "registration is duplicate"),
        ("level2.csv", 5, "inactive, and since when is not said"),
        ("level2.csv", 6, "unknown relation IS_FRIEND_OF"),
        ("level2.csv", 7, "registration is annulled"),
    ]
    assert (report.quarantined_count, report.organisation_count) == (6, 4)
    assert [one["content"] for one in report.files] == ["level 1", "level 2"]


@pytest.mark.parametrize("form", ["jsonl", "json", "csv.gz", "csv.zip", "jsonl.zst"])
def test_every_published_form_gives_the_same_tables(files: list[Path], tmp_path: Path, form: str) -> None:
    import pyarrow as pa

    import_register("gleif", files, tmp_path / "plain")
    others = []
    for path, header, rows, inside in (
        (files[0], LEVEL_1, ENTITIES, "records"),
        (files[1], LEVEL_2, RELATIONS, "relations"),
    ):
        other = tmp_path / f"{path.stem}-other.{form}"
        objects = [nested(header, row) for row in rows]
        if form == "json":
            other.write_text(json.dumps({inside: objects}), "utf-8")
        elif form.startswith("jsonl"):
            text = "\n".join(json.dumps(one) for one in objects).encode()
            if form.endswith("zst"):
                with pa.CompressedOutputStream(str(other), "zstd") as stream:
                    stream.write(text)
            else:
                other.write_bytes(text)
        elif form == "csv.gz":
            other.write_bytes(gzip.compress(path.read_bytes()))
        else:
            with zipfile.ZipFile(other, "w") as archive:
                archive.write(path, path.name)
        others.append(other)
    import_register("gleif", others, tmp_path / "other")
    for plain, packed in zip(tables(tmp_path / "plain"), tables(tmp_path / "other"), strict=True):
        assert plain.equals(packed)


def test_all_faults_of_an_import_are_named_at_once(tmp_path: Path) -> None:
    day = tmp_path / "day"
    day.mkdir()
    (day / "_SUCCESS").touch()
    (day / "organisations.parquet").touch()
    with pytest.raises(RegisterError) as caught:
        import_register("gleif", [tmp_path / "missing.csv"], day)
    assert len(caught.value.faults) == 3


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("x.csv", b"a,b\n1,2\n", "neither GLEIF level 1 nor level 2"),
        ("x.xml", b"<lei/>", "no register file by its name"),
        ("x.csv.gz", b"not packed", "cannot be read"),
        ("x.json", b'{"records": 3}', "no list of records"),
        ("x.csv", b"LEI,Entity.LegalName\n1,2,3\n", "no sound CSV"),
    ],
)
def test_a_file_that_is_no_register_is_refused(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(RegisterError, match=said) as caught:
        import_register("gleif", [tmp_path / name], tmp_path / "day")
    assert caught.value.next_step
