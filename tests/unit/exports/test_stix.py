"""STIX bundles: they keep the schemas that OASIS publishes, and hand out nothing that points at bystanders."""

import json
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from forensics.exports.stix import TLP_MARKINGS, stix_bundle
from tests.unit.exports.hand_made import ADDRESS, BROKEN, CROWDED, HUB, VPN, cases


@cache
def schemas() -> tuple[Registry[Any], dict[str, str]]:
    """The schemas inside the OASIS validator's package, and the address of each object type's."""
    folder = Path(str(distribution("stix2-validator").locate_file("stix2validator/schemas-2.1/schemas")))
    found = {path: json.loads(path.read_text("utf-8")) for path in folder.rglob("*.json")}
    registry: Registry[Any] = Registry().with_resources(
        (schema["$id"], Resource.from_contents(schema)) for schema in found.values()
    )
    return registry, {path.stem: schema["$id"] for path, schema in found.items()}


def faults(instance: dict[str, Any]) -> list[str]:
    """What breaks the schema of the instance's type."""
    registry, addresses = schemas()
    validator = Draft202012Validator({"$ref": addresses[instance["type"]]}, registry=registry)
    return [
        f"{instance['type']} {list(error.path)}: {error.message[:200]}" for error in validator.iter_errors(instance)
    ]


@pytest.fixture(scope="module")
def bundle() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(stix_bundle(cases().only("f-1")))
    return found


def of_type(bundle: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [one for one in bundle["objects"] if one["type"] == kind]


@pytest.mark.parametrize(("finding", "tlp"), [("f-1", "amber+strict"), ("f-2", "clear")])
def test_a_bundle_keeps_the_published_schemas(finding: str, tlp: str) -> None:
    bundle = json.loads(stix_bundle(cases().only(finding), tlp=tlp))
    # The bundle's schema forgot two types that the specification has; every object is held against its own schema.
    listed = [one for one in bundle["objects"] if one["type"] not in ("grouping", "note")]
    assert [fault for one in [{**bundle, "objects": listed}, *bundle["objects"]] for fault in faults(one)] == []
    (marking,) = of_type(bundle, "marking-definition")
    assert marking["name"] == f"TLP:{tlp.upper()}"
    marked = [one for one in bundle["objects"] if one is not marking]
    assert all(one["object_marking_refs"] == [marking["id"]] for one in marked)


@pytest.mark.parametrize("tlp", sorted(TLP_MARKINGS))
def test_every_marking_is_the_published_one(tlp: str) -> None:
    bundle = json.loads(stix_bundle(cases().only("f-2"), tlp=tlp))
    (marking,) = of_type(bundle, "marking-definition")
    assert marking["id"] == TLP_MARKINGS[tlp] and faults(marking) == []


def test_the_schemas_would_notice(bundle: dict[str, Any]) -> None:
    (grouping,) = of_type(bundle, "grouping")
    assert faults({**grouping, "object_refs": []})
    assert faults({**grouping, "context": None})
    assert faults({**of_type(bundle, "ipv4-addr")[0], "id": "ipv4-addr--1"})


def test_only_addresses_that_point_at_the_accounts_are_handed_out(bundle: dict[str, Any]) -> None:
    assert [one["value"] for one in of_type(bundle, "ipv4-addr")] == [ADDRESS], "two spellings are one address"
    assert [one["value"] for one in of_type(bundle, "ipv6-addr")] == ["2001:db8::1"]
    assert [one["value"] for one in of_type(bundle, "domain-name")] == ["front.example"]
    text = json.dumps(bundle)
    assert not [value for value in (HUB, VPN, CROWDED, BROKEN) if f'"{value}"' in text]
    (system,) = of_type(bundle, "autonomous-system")
    assert system["number"] == 64500
    assert of_type(bundle, "ipv4-addr")[0]["belongs_to_refs"] == [system["id"]]


def test_every_reference_is_in_the_bundle(bundle: dict[str, Any]) -> None:
    ids = {one["id"] for one in bundle["objects"]}
    assert len(ids) == len(bundle["objects"])
    for one in bundle["objects"]:
        assert set(one.get("object_refs", [])) <= ids


def test_the_note_says_both_sides_and_what_was_missing(bundle: dict[str, Any]) -> None:
    (note,) = of_type(bundle, "note")
    assert "Speaks for it:" in note["content"] and "Speaks against it" in note["content"]
    assert "networks: Not available." in note["content"]
    assert "- A reseller with real users. (confidence would be low) Ask for a contract." in note["content"]
    assert "(what it needs is not seen) Look at the age" in note["content"]
    assert "must review" in note["content"]
    assert "\x1b" not in note["content"] and "\u202e" not in note["content"]


@pytest.mark.parametrize("finding", ["f-1", "f-2"])
def test_the_same_finding_is_the_same_text_and_a_later_run_a_new_version_of_it(finding: str) -> None:
    case = cases().only(finding)
    assert stix_bundle(case) == stix_bundle(cases().only(finding))
    # A week on the window has moved, and with it the first exchange in it.
    moved = case.findings.with_columns(pl.col("as_of", "first_seen", "last_seen").dt.offset_by("7d"))
    later = replace(case, findings=moved, run=replace(case.run, finished_at=case.run.finished_at + timedelta(days=7)))
    first, second = (
        {one["id"]: one for one in json.loads(stix_bundle(one))["objects"] if "created" in one} for one in (case, later)
    )
    assert first.keys() == second.keys()
    assert {id_: one["created"] for id_, one in first.items()} == {id_: one["created"] for id_, one in second.items()}
    (grouping,) = [id_ for id_ in first if id_.startswith("grouping")]
    assert first[grouping]["created"] == "2026-03-09T00:00:00.000Z"
    assert first[grouping]["modified"] < second[grouping]["modified"]


def test_an_object_of_two_bundles_was_created_once() -> None:
    both = cases()
    younger = both.findings.with_columns(first_found_on=pl.lit(date(2026, 3, 1)))
    bundles = [stix_bundle(one) for one in (both.only("f-1"), replace(both, findings=younger).only("f-2"))]
    found = [{one["id"]: one for one in json.loads(text)["objects"] if one["type"] == "identity"} for text in bundles]
    common = found[0].keys() & found[1].keys()
    assert common and all(found[0][id_] == found[1][id_] for id_ in common)


def test_a_headline_that_is_cut_says_so() -> None:
    case = cases().only("f-1")
    long = replace(case, findings=case.findings.with_columns(headline=pl.lit("word " * 100)))
    (grouping,) = of_type(json.loads(stix_bundle(long)), "grouping")
    assert len(grouping["name"]) <= 250 and grouping["name"].endswith("word…")
