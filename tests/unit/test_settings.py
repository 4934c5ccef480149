"""Settings: defaults, file, environment, and every fault at once; the state folder and the window beside them."""

from datetime import date
from pathlib import Path

import pytest

from forensics.errors import SettingsError
from forensics.home import Home
from forensics.settings import Settings, load_settings
from forensics.window import Window


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A state folder, and an environment without settings."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"FORENSICS_{name.upper()}", raising=False)
    return Home(tmp_path).create()


def test_without_a_file_the_defaults_hold(home: Home) -> None:
    assert load_settings(home) == Settings()


def test_the_environment_overrides_the_file(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.settings.write_text("window_days = 7\nseed = 5\n", "utf-8")
    monkeypatch.setenv("FORENSICS_WINDOW_DAYS", "14")
    monkeypatch.setenv("FORENSICS_SHOW_EXEMPLARS", "false")
    monkeypatch.setenv("FORENSICS_HOME", "/elsewhere")
    found = load_settings(home)
    assert (found.window_days, found.seed, found.show_exemplars) == (14, 5, False)


def test_every_fault_is_named_at_once(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.settings.write_text('window_dyas = 7\nthreads = 0\nmemory_limit = "lots"\n', "utf-8")
    monkeypatch.setenv("FORENSICS_SEED", "many")
    with pytest.raises(SettingsError) as fault:
        load_settings(home)
    named = {line.split(":")[0] for line in fault.value.faults}
    assert named == {"window_dyas", "threads", "memory_limit", "seed"}
    assert "forensics doctor" in fault.value.next_step


@pytest.mark.parametrize("content", [b"window_days = ", b"\xff\xfe", b"[a]\n[a]\n"])
def test_a_file_that_is_no_toml_is_refused(home: Home, content: bytes) -> None:
    home.settings.write_bytes(content)
    with pytest.raises(SettingsError, match="not valid TOML"):
        load_settings(home)


def test_settings_do_not_change_once_read() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().seed = 1  # type: ignore[misc]
    assert all(field.description for field in Settings.model_fields.values())


def test_the_state_folder_is_the_one_named_else_the_environments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORENSICS_HOME", str(tmp_path / "environment"))
    assert Home.resolve(tmp_path / "named").root == tmp_path / "named"
    assert Home.resolve().root == tmp_path / "environment"
    monkeypatch.delenv("FORENSICS_HOME")
    assert Home.resolve().root.name == "warehouse"


def test_everything_a_run_writes_lies_below_the_state_folder(tmp_path: Path) -> None:
    home = Home(tmp_path / "deep" / "home")
    home.create().create()
    parts = [getattr(home, name) for name, kind in vars(Home).items() if isinstance(kind, property)]
    assert len(parts) > 8
    assert all(part.is_relative_to(home.root) for part in parts)
    assert len(set(parts)) == len(parts)


def test_a_window_counts_its_last_day() -> None:
    assert Window(date(2026, 3, 1), 1).bounds == (date(2026, 3, 1), date(2026, 3, 1))
    assert Window(date(2026, 3, 1), 28).first == date(2026, 2, 2)
