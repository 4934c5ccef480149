"""The taxonomy file: complete as shipped, editable, and honest about every fault at once."""

from pathlib import Path

import pytest

from forensics.core.capabilities import DEMANDS, load_classifier, load_taxonomy
from forensics.core.capabilities.classifier import tags_of
from forensics.core.capabilities.taxonomy import MODES
from forensics.errors import SettingsError

SHIPPED = Path(load_taxonomy.__code__.co_filename).with_name("taxonomy.toml").read_text("utf-8")

NEW = """
[cues.horoscopes]
en = ["horoscope*", "zodiac"]

[[capability]]
name = "astrology"
bit = 40
layer = "subject"
modes = ["live_relay"]
description = "Asks what the stars say."
cues = ["horoscopes"]
examples = ["What does Gemini look forward to this week?", "Cast the birth chart of somebody born at noon in May."]
"""


def test_each_capability_has_cues_in_many_languages_examples_and_modes() -> None:
    taxonomy = load_taxonomy()
    for capability in taxonomy.capabilities:
        phrases = [phrase for cue in capability.cues for phrase in taxonomy.cues[cue]]
        assert len(phrases) >= 40, capability.name
        assert sum(not phrase.isascii() for phrase in phrases) >= 20, capability.name
        assert len(capability.examples) >= 4
        assert any(not example.isascii() for example in capability.examples), capability.name
    assert {mode for capability in taxonomy.capabilities for mode in capability.modes} >= set(MODES) - {"store_replay"}


def test_every_demand_has_bits_and_no_bit_is_shared() -> None:
    taxonomy = load_taxonomy()
    bits = [capability.bit for capability in taxonomy.capabilities]
    assert len(set(bits)) == len(bits)
    assert all(taxonomy.mask_of(demand) for demand in DEMANDS)


def test_an_edited_copy_adds_a_capability_that_its_cues_and_examples_find(tmp_path: Path) -> None:
    edited = tmp_path / "taxonomy.toml"
    edited.write_text(SHIPPED + NEW, "utf-8")
    classifier = load_classifier(str(edited))
    import polars as pl

    prompts = pl.Series(
        [
            "Tell me my horoscope for Tuesday.",
            "What does Gemini look forward to next week?",
            "Write a function that returns the largest number.",
        ]
    )
    tags = tags_of(classifier.scores(prompts), classifier.taxonomy)[:, classifier.taxonomy.names.index("astrology")]
    assert tags.tolist() == [True, True, False]


def test_a_cue_that_was_added_to_a_list_counts_at_once(tmp_path: Path) -> None:
    import polars as pl

    prompt = pl.Series(["Zorble the answer below from one to ten. Answer: it is blue because of the light."])
    edited = tmp_path / "taxonomy.toml"
    start = "[cues.grading]\nen = ["
    assert start in SHIPPED
    edited.write_text(SHIPPED.replace(start, start + '"zorble", '), "utf-8")
    column = load_taxonomy().names.index("rubric_grading")
    before, after = (load_classifier(path).scores(prompt)[0, column] for path in (None, str(edited)))
    assert after > before + 1


def test_all_faults_are_named_at_once(tmp_path: Path) -> None:
    broken = SHIPPED + NEW.replace("bit = 40", "bit = 3").replace(
        'cues = ["horoscopes"]', 'cues = ["nowhere"]\nedge_cues = ["elsewhere"]'
    ).replace('["horoscope*", "zodiac"]', '["*"]')
    file = tmp_path / "broken.toml"
    file.write_text(broken, "utf-8")
    with pytest.raises(SettingsError) as caught:
        load_taxonomy(file)
    text = "\n".join(caught.value.faults)
    for part in ("bit 3 is already", "[cues.nowhere]", "cues.horoscopes: no capability", "has no letter"):
        assert part in text
    assert "[edge_cues.elsewhere]" in text
    assert "layer is not demand" in text


@pytest.mark.parametrize(
    "content",
    ["not toml at all [", "capability = 3", "[cues]\n", "\x00", '[cues.a]\nen = ["x"]\n[[capability]]\nname = 1'],
)
def test_what_is_no_taxonomy_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "other.toml"
    file.write_text(content, "utf-8")
    with pytest.raises(SettingsError):
        load_taxonomy(file)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        load_taxonomy(tmp_path / "nowhere.toml")
    with pytest.raises(SettingsError):
        load_classifier(model=str(tmp_path / "nowhere.npz"))


def test_the_digest_is_of_what_decides_tags_and_names_the_classifier(tmp_path: Path) -> None:
    own, edited = load_classifier(), tmp_path / "taxonomy.toml"
    for old, new, is_same in (
        ("# What prompts ask for", "# Edited: what prompts ask for", True),
        ('description = "', 'description = "Edited. ', True),
        ("[cues.grading]\nen = [", '[cues.grading]\nen = ["zorble", ', False),
        ("caution = 1", "caution = 2", False),
    ):
        assert old in SHIPPED
        edited.write_text(SHIPPED.replace(old, new), "utf-8")
        assert (load_taxonomy(edited).digest == own.taxonomy.digest) is is_same
    assert own.taxonomy.digest[:16] in own.id
