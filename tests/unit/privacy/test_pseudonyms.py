"""Keys and pseudonyms: one recipient's say nothing to another, the owner takes them back, the key is nobody else's."""

import re
from pathlib import Path

import polars as pl
import pytest

from forensics.home import Home
from forensics.links.kinds import SIGNAL_KINDS
from forensics.privacy.keys import KeyFileError, existing_key, key_path, keyed_hash, load_key
from forensics.privacy.pseudonyms import CLASSES, PUBLIC_KINDS, REVEALABLE, Pseudonyms, class_of
from forensics.privacy.tombstones import tombstone, word_pattern
from forensics.settings import Settings

KEY = bytes(range(32))


def test_the_same_thing_has_one_name_for_one_recipient_and_another_for_another() -> None:
    ours, theirs = Pseudonyms(KEY, "ours"), Pseudonyms(KEY, "theirs")
    assert ours.of("account", "acct-1") == Pseudonyms(KEY, "ours").of("account", "acct-1")
    names = {p.of(kind, "acct-1") for p in (ours, theirs, Pseudonyms(KEY[::-1], "ours")) for kind in ("account", "key")}
    assert len(names) == 6
    assert tombstone(KEY, "acct-1")[:16] not in "".join(names)


def test_only_the_right_candidate_recipient_and_key_take_a_pseudonym_back() -> None:
    name = Pseudonyms(KEY, "partner").of("account", "acct-7")
    candidates = [f"acct-{number}" for number in range(20)]
    assert Pseudonyms(KEY, "partner").resolve(name, candidates) == "acct-7"
    assert Pseudonyms(KEY, "other").resolve(name, candidates) is None
    assert Pseudonyms(KEY[::-1], "partner").resolve(name, candidates) is None
    assert Pseudonyms(KEY, "partner").resolve("account-", candidates) is None


def test_columns_and_signals_are_renamed_by_kind() -> None:
    names = Pseudonyms(KEY, "partner", frozenset({"addresses"}))
    column = names.column(pl.Series("account_id", ["b", None, "a", "b"]), "account")
    assert column.name == "account_id" and column[1] is None and column[0] == column[3] != column[2]
    kinds = pl.Series(["ip", "signup_ip", "organisation", "payment_instrument", "never_heard_of", "email_domain"])
    shown = names.signals(kinds, pl.Series("signal_value", ["x", "x", "x", "x", "x", "x"])).to_list()
    assert shown[:2] == ["x", "x"]
    assert [name.split("-")[0] for name in shown[2:]] == ["organisation", "instrument", "never_heard_of", "domain"]
    hidden = Pseudonyms(KEY, "partner").signals(kinds, pl.Series(["x"] * 6)).to_list()
    assert hidden[0] == hidden[1] != "x", "one address is one pseudonym, at sign-up and in a call"
    assert Pseudonyms(KEY).signals(pl.Series([], dtype=pl.String), pl.Series([], dtype=pl.String)).is_empty()


def test_only_organisations_of_a_claim_keep_their_names() -> None:
    names = Pseudonyms(KEY, "partner", claimed=frozenset({"barred", "head"}))
    kinds = pl.Series(["organisation", "controlling_organisation", "barred_owner", "organisation", "email_domain"])
    shown = names.signals(kinds, pl.Series(["barred", "head", "head", "customer", "barred"])).to_list()
    assert shown[:3] == ["barred", "head", "head"]
    assert shown[3] == names.of("organisation", "customer") and shown[4] == names.of("domain", "barred")
    asked = Pseudonyms(KEY, "partner", frozenset({"organisations", "domains"}))
    assert asked.signals(kinds, pl.Series(["a", "b", "c", "d", "e"])).to_list() == ["a", "b", "c", "d", "e"]


def test_every_kind_of_signal_was_thought_about() -> None:
    for kind in SIGNAL_KINDS:
        assert kind in PUBLIC_KINDS or class_of(kind) is not None
    assert not PUBLIC_KINDS & set(CLASSES)


def test_the_command_offers_what_there_is() -> None:
    from forensics.cli import export
    from forensics.exports.formats import FORMATS
    from forensics.exports.stix import TLP_MARKINGS

    module = __import__("forensics.cli.export", fromlist=["FORMATS"])
    assert export is not None
    assert set(module.FORMATS) == set(FORMATS)
    assert set(module.TLP) == set(TLP_MARKINGS)
    assert set(module.REVEALABLE) == set(REVEALABLE)


def test_a_key_is_made_once_outside_the_state_folder_and_for_its_owner_alone(tmp_path: Path) -> None:
    home, said = Home(tmp_path / "state"), list[str]()
    assert existing_key(home, Settings()) is None
    key = load_key(home, Settings(), say=said.append)
    path = key_path(home, Settings())
    assert path.parent == tmp_path and path.stat().st_mode & 0o777 == 0o600
    assert len(said) == 1 and str(path) in said[0]
    assert load_key(home, Settings(), say=said.append) == key == existing_key(home, Settings())
    assert len(said) == 1 and len(key) == 32


def test_a_key_that_cannot_be_trusted_is_refused(tmp_path: Path) -> None:
    home = Home(tmp_path / "state").create()
    with pytest.raises(KeyFileError, match="state folder"):
        load_key(home, Settings(key_file=str(home.root / "key")))
    path = tmp_path / "key"
    for text, mode in (("00" * 32, 0o644), ("00" * 31, 0o600), ("not a key", 0o600)):
        path.write_text(text, "ascii")
        path.chmod(mode)
        with pytest.raises(KeyFileError):
            load_key(home, Settings(key_file=str(path)))


def test_lists_of_texts_do_not_run_into_each_other() -> None:
    assert keyed_hash(KEY, "ab", "c") != keyed_hash(KEY, "a", "bc") != keyed_hash(KEY, "abc")
    assert keyed_hash(KEY, "\ud800") != keyed_hash(KEY, "?")


@pytest.mark.parametrize(
    ("text", "named"), [("acct-1", True), ("(acct-1)", True), ("acct-10", False), ("xacct-1", False)]
)
def test_an_id_is_found_as_a_word_of_its_own(text: str, named: bool) -> None:

    assert bool(re.search(word_pattern(["acct-1"]), text)) is named
