"""The settings' fingerprint: every setting counts but those that change no result."""

from pathlib import Path

from forensics.reports.provenance import FILE_SETTINGS, WORKING_SETTINGS, settings_fingerprint
from forensics.settings import Settings


def test_every_setting_counts_but_those_that_only_change_how_a_run_works() -> None:
    plain = settings_fingerprint(Settings())
    for changed in ({"embedder": "hashing"}, {"mapped_accounts": 2_000}, {"prompts_per_account": 32}, {"seed": 1}):
        assert settings_fingerprint(Settings(**changed)) != plain, changed  # type: ignore[arg-type]
    assert settings_fingerprint(Settings(threads=1, memory_limit="1GB", engine="spark")) == plain
    assert not WORKING_SETTINGS - set(Settings.model_fields) and not set(FILE_SETTINGS) - set(Settings.model_fields)


def test_of_a_file_what_is_in_it_counts_and_not_where_it_lies(tmp_path: Path) -> None:
    here, there = tmp_path / "here.toml", tmp_path / "there.toml"
    for path in (here, there):
        path.write_text("a = 1\n", "utf-8")
    prints = [settings_fingerprint(Settings(capability_taxonomy=str(path))) for path in (here, there)]
    there.write_text("a = 2\n", "utf-8")
    assert prints[0] == prints[1] != settings_fingerprint(Settings(capability_taxonomy=str(there)))
