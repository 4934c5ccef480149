"""What a default installation brings along may be used by anybody: no copyleft licence beyond that of single files."""

import re
import tomllib
from importlib.metadata import PackageNotFoundError, distribution, requires
from pathlib import Path

from packaging.requirements import Requirement

PROJECT = Path(__file__).resolve().parents[2]
STRONG_COPYLEFT = re.compile(r"\b(A?GPL|GNU (Affero )?General Public)", re.IGNORECASE)
WEAK_COPYLEFT = re.compile(r"\bL(esser )?GPL|GNU Lesser", re.IGNORECASE)
CHOICE = re.compile(r"\bOR\b")

UNSTATED = {"dataframely"}
"""Packages whose metadata state no licence; the file they bring along was read: BSD-3-Clause."""


def test_no_dependency_of_the_default_install_is_under_a_copyleft_licence() -> None:
    found = installed_closure()
    assert len(found) > 60, "the closure of the dependencies was not followed"
    licences = {name: licence_of(name) for name in found}
    assert {name for name, licence in licences.items() if not licence} == UNSTATED
    assert {name: licence for name, licence in licences.items() if is_refused(licence)} == {}


def test_the_check_tells_licences_apart() -> None:
    assert is_refused("GPL-3.0-or-later")
    assert is_refused("License :: OSI Approved :: GNU Affero General Public License v3")
    assert not is_refused("MIT OR GPL-2.0-only")
    assert not is_refused("Apache-2.0")


def is_refused(licence: str) -> bool:
    return bool(STRONG_COPYLEFT.search(WEAK_COPYLEFT.sub("", licence))) and not CHOICE.search(licence)


def licence_of(name: str) -> str:
    metadata = distribution(name).metadata
    classifiers = [line for line in metadata.get_all("Classifier") or [] if line.startswith("License ::")]
    # Some packages put the whole licence text into the field; its name stands in the first line.
    stated = (metadata.get("License-Expression") or metadata.get("License") or "").strip().split("\n")[0]
    return "; ".join([part for part in (stated, *classifiers) if part])


def installed_closure() -> set[str]:
    """Names of all packages that the project's dependencies bring along on this machine."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    waiting = list(project["dependencies"])
    found: set[str] = set()
    while waiting:
        requirement = Requirement(waiting.pop())
        name = requirement.name.lower()
        if name in found or (requirement.marker and not requirement.marker.evaluate({"extra": ""})):
            continue
        try:
            waiting += requires(name) or []
        except PackageNotFoundError:
            continue
        found.add(name)
    return found
