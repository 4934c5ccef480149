"""GraphML, FollowTheMoney and the descriptor of Parquet files: well-formed whatever the values hold."""

import json
from pathlib import Path
from xml.etree import ElementTree

import polars as pl
import pytest

from forensics.exports.datapackage import file_sha256
from forensics.exports.documents import counted
from forensics.exports.followthemoney import followthemoney
from forensics.exports.graphml import graphml
from forensics.exports.tables import TABLES, write_tables
from tests.unit.exports.hand_made import FORMULAS, cases


def test_a_number_of_things_agrees_with_them() -> None:
    assert [counted(number, "finding") for number in (0, 1, 2_000)] == ["0 findings", "1 finding", "2,000 findings"]


SPACE = "{http://graphml.graphdrawing.org/xmlns}"
REQUIRED = {"Company": {"name"}, "UserAccount": {"username"}, "Ownership": {"owner", "asset"}, "Note": {"name"}}
"""Properties that the published schemas require."""


@pytest.mark.parametrize("finding", ["f-1", "f-2"])
def test_graphml_holds_every_account_value_and_edge(finding: str) -> None:
    case = cases().only(finding)
    tree = ElementTree.fromstring(graphml(case))
    keys = {key.get("id") for key in tree.iter(f"{SPACE}key")}
    assert {datum.get("key") for datum in tree.iter(f"{SPACE}data")} <= keys
    nodes = {node.get("id"): {datum.get("key"): datum.text for datum in node} for node in tree.iter(f"{SPACE}node")}
    kinds = [data["kind"] for data in nodes.values()]
    assert kinds.count("account") == case.accounts.height and kinds.count("signal") == case.signals.height
    edges = [(edge.get("source"), edge.get("target")) for edge in tree.iter(f"{SPACE}edge")]
    assert len(edges) == case.carriers.height
    assert {end for edge in edges for end in edge} <= set(nodes)
    assert {data.get("is_hub") for data in nodes.values()} <= {None, "true", "false"}
    assert graphml(cases().only(finding)) == graphml(case)


@pytest.mark.parametrize("finding", ["f-1", "f-2"])
def test_followthemoney_lines_keep_the_model(finding: str) -> None:
    entities = [json.loads(line) for line in followthemoney(cases().only(finding)).splitlines()]
    ids = [entity["id"] for entity in entities]
    assert len(set(ids)) == len(ids)
    for place, entity in enumerate(entities):
        assert set(entity) == {"id", "schema", "properties"}
        assert REQUIRED[entity["schema"]] <= set(entity["properties"])
        for name, values in entity["properties"].items():
            assert values and all(isinstance(value, str) and value for value in values), name
            if name in ("owner", "asset", "entity"):
                assert set(values) <= set(ids[:place]), "what is referred to comes first"
    assert sum(entity["schema"] == "UserAccount" for entity in entities) == len(FORMULAS)
    assert [e["properties"]["percentage"] for e in entities if e["schema"] == "Ownership"] == (
        [["70.5"]] if finding == "f-2" else []
    )


def test_the_descriptor_says_what_the_parquet_files_hold(tmp_path: Path) -> None:
    files = write_tables(cases(), tmp_path)
    package = json.loads((tmp_path / "datapackage.json").read_text("utf-8"))
    assert [resource["path"] for resource in package["resources"]] == [file.name for file in files[:-1]]
    for (frame_name, _), resource in zip(TABLES.items(), package["resources"], strict=True):
        path = tmp_path / resource["path"]
        frame = pl.read_parquet(path)
        assert resource["hash"] == f"sha256:{file_sha256(path)}"
        assert (resource["bytes"], resource["rowCount"]) == (path.stat().st_size, frame.height)
        assert [field["name"] for field in resource["schema"]["fields"]] == frame.columns
        assert all(field["description"] for field in resource["schema"]["fields"])
        assert frame.height == getattr(cases(), frame_name).height
    before = [file.read_bytes() for file in files]
    assert [file.read_bytes() for file in write_tables(cases(), tmp_path)] == before
