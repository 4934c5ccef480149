"""The process's environment: compiled code is kept for the package as it is."""

import os
from pathlib import Path

import pytest

from forensics.cli.environment import prepare, source_digest
from forensics.home import Home


def test_code_compiled_from_earlier_sources_is_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", {})
    home = Home(tmp_path)
    earlier = home.scratch / "numba" / "earlier"
    earlier.mkdir(parents=True)
    prepare(home)
    now = home.scratch / "numba" / source_digest()
    assert os.environ["NUMBA_CACHE_DIR"] == str(now)
    assert list((home.scratch / "numba").iterdir()) == [now]


def test_a_place_of_ones_own_for_compiled_code_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = str(tmp_path / "compiled")
    monkeypatch.setattr(os, "environ", {"NUMBA_CACHE_DIR": elsewhere})
    earlier = Home(tmp_path).scratch / "numba" / "earlier"
    earlier.mkdir(parents=True)
    prepare(Home(tmp_path))
    assert os.environ["NUMBA_CACHE_DIR"] == elsewhere and earlier.is_dir()
