"""Training prompts: patterns of the files in this folder, with their slots filled by a seeded draw.

A pattern is a prompt with slots in braces: `{topic}` takes a word of its language (English where the language has
none), `{topic=}` the same one again, `{2-90}` a whole number, `{item}` in a wrapper a whole prompt of a subject. A
slot's word may hold slots itself. Braces around anything else stay: prompts contain code.
"""

import random
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any

ITEM_CAPABILITIES = {
    "maths": 5,
    "coding": 3,
    "exam_question": 4,
    "ordinary_chat": 4,
    "data_analysis": 1,
    "reading_comprehension": 2,
    "writing": 1,
    "rubric_grading": 1,
    "instruction_test": 1,
    "safety_probing": 1,
}
"""What demands are made of, in parts."""

WHOLE_PROMPTS, INSTRUCTIONS = "", "instructions"
"""Folders of patterns, under this one."""

PARTS = ("slots", "patterns", "wrappers")
"""Tables of a file."""

PLAIN = "ordinary_chat"
"""A prompt with a demand is no longer merely this."""

DRAWS_MAXIMUM = 12
"""Prompts from one pattern that has slots; one without is used a few times, since repetition adds weight only."""

DRAWS_WITHOUT_SLOTS = 6
NESTED_SLOTS_MAXIMUM = 4

TOOL_CAPABILITIES = {"agentic_coding", "tool_use", "agentic_task"}
MENTIONED_LISTS = (
    "programming", "repository", "tools", "live_request", "device_task", "data", "maths", "image", "service",
    "softening", "grading", "trace_cleaning", "constraints", "exam", "passage", "preference",
)  # fmt: skip
"""Lists whose phrases fill `{mention}` in ordinary prompts: to name a thing is not to ask for it. What sounds dangerous
is left out, since naming it is what probing does."""

MENTION_CHARACTERS = 24

MATERIAL = ("item", "answer", "trace", "question", "sentence", "code", "completion", "instruction")
"""Slots that hold what a demand is made of, not what it says."""

MATERIAL_CHARACTERS = (0, 40, 160)
"""How much of its material is left in an instruction, in turns: its surroundings are rarely empty."""

CODES = {
    "english": "en", "spanish": "es", "german": "de", "russian": "ru", "chinese": "zh", "japanese": "ja",
    "arabic": "ar", "hindi": "hi", "korean": "ko", "vietnamese": "vi", "indonesian": "id", "portuguese": "pt",
    "french": "fr", "turkish": "tr", "italian": "it", "polish": "pl",
}  # fmt: skip
"""How the taxonomy calls the languages."""

WITH_TOOLS, WITHOUT_TOOLS = 0.5, 0.08
WITH_IMAGES, WITHOUT_IMAGES = 0.6, 0.02
"""How often a prompt's exchange offers tools or sends images, where that is usual and where it is not."""

OPENINGS = ("", "", "", "", "", "", "please ", "Hi, ", "Hello! ", "hey ", "Quick question: ", "I need your help. ")
"""What people put before an English request."""

_BEGIN, _END = "\x02", "\x03"
_SLOT = re.compile(r"\{([a-z_0-9]+|\d+-\d+)(=?)\}")


@dataclass(frozen=True)
class Prompt:
    """One training prompt.

    Attributes:
        text: the prompt.
        instruction: the same with little of the material that it is about.
        capabilities: what it asks for.
        pattern: number of its pattern; all of a pattern stand on one side of a split.
        language: which language the pattern is in.
        offers_tools, sends_images: what its exchange says.
        file: name of the file that its pattern is from.
    """

    text: str
    capabilities: tuple[str, ...]
    pattern: int
    language: str
    offers_tools: bool
    sends_images: bool
    instruction: str = ""
    file: str = ""


@dataclass(frozen=True)
class _Language:
    name: str
    slots: Mapping[str, list[str]]
    patterns: Mapping[str, list[str]]
    wrappers: Mapping[str, list[str]]
    files: Mapping[tuple[str, str], list[str]]
    """Of each pattern and wrapper of a capability, the file that it is from."""


def training_prompts(
    seed: int = 0, draws: int = DRAWS_MAXIMUM, folders: tuple[str, ...] = (WHOLE_PROMPTS,)
) -> list[Prompt]:
    """Write training prompts.

    Args:
        seed: of the draws.
        draws: prompts from each pattern with slots.
        folders: whose files are read; those of `INSTRUCTIONS` hold demands in many wordings, and ordinary requests in
            the words of demands.

    Returns:
        The prompts, the same for the same seed, grouped by pattern.
    """
    draw = random.Random(seed)
    languages = _languages(folders)
    english = languages["english"]
    prompts: list[Prompt] = []
    number = 0
    for language in languages.values():
        for part, table in (("patterns", language.patterns), ("wrappers", language.wrappers)):
            for capability, patterns in sorted(table.items()):
                for pattern, file in zip(patterns, language.files[part, capability], strict=True):
                    count = draws if _SLOT.search(pattern) else min(draws, DRAWS_WITHOUT_SLOTS)
                    for turn in range(count):
                        marked, inner = _write(pattern, language, english, draw, part == "wrappers")
                        prompt = _prompt(marked, {capability, *inner}, number, language.name, draw, turn)
                        prompts.append(replace(prompt, file=file))
                    number += 1
    return prompts


def _prompt(marked: str, capabilities: set[str], pattern: int, language: str, draw: random.Random, turn: int) -> Prompt:
    text = _without_marks(marked)
    instruction = _without_marks(marked, MATERIAL_CHARACTERS[turn % len(MATERIAL_CHARACTERS)])
    if len(capabilities) > 1:
        capabilities.discard(PLAIN)
    if language == "english" and draw.random() < 0.5:
        text = draw.choice(OPENINGS) + text
    if draw.random() < 0.15:
        text = text.rstrip("?.!")
    tools = WITH_TOOLS if capabilities & TOOL_CAPABILITIES else WITHOUT_TOOLS
    images = WITH_IMAGES if "vision" in capabilities else WITHOUT_IMAGES
    offers, sends = draw.random() < tools, draw.random() < images
    return Prompt(text, tuple(sorted(capabilities)), pattern, language, offers, sends, instruction)


def _without_marks(marked: str, characters: int | None = None) -> str:
    """A text without the marks around its material, each outermost piece cut to so many characters."""
    pieces, depth, room = [], 0, 0
    for piece in re.split(f"([{_BEGIN}{_END}])", marked):
        if piece == _BEGIN:
            depth, room = depth + 1, room if depth else len(marked) if characters is None else characters
        elif piece == _END:
            depth -= 1
        else:
            kept = piece[:room] if depth else piece
            room -= len(kept) if depth else 0
            pieces.append(kept)
    return "".join(pieces)


def _write(
    pattern: str, language: _Language, english: _Language, draw: random.Random, is_wrapper: bool
) -> tuple[str, set[str]]:
    """A pattern's text with marks around its material, and the capabilities of the prompt in a wrapper."""
    inner: set[str] = set()
    taken: dict[str, str] = {}

    def fill(match: re.Match[str]) -> str:
        slot, again = match[1], bool(match[2])
        if again and slot in taken:
            return taken[slot]
        if slot == "item":
            names = list(ITEM_CAPABILITIES)
            name = draw.choices(names, weights=list(ITEM_CAPABILITIES.values()))[0]
            if is_wrapper:
                inner.add(name)
            value = draw.choice(language.patterns.get(name) or english.patterns[name])
        elif slot[0].isdigit() and "-" in slot:
            low, high = (int(bound) for bound in slot.split("-"))
            return str(draw.randint(low, high))
        else:
            options = language.slots.get(slot) or english.slots.get(slot)
            if not options:
                return match[0]
            value = draw.choice(options)
        taken[slot] = value
        return f"{_BEGIN}{value}{_END}" if slot in MATERIAL else value

    text = pattern
    for _ in range(NESTED_SLOTS_MAXIMUM):
        text = _SLOT.sub(fill, text)
    return text, inner


def _languages(folders: tuple[str, ...]) -> dict[str, _Language]:
    """Every language of the folders' files, its tables put together; English first."""
    merged: dict[str, dict[str, dict[str, list[str]]]] = {"english": {}}
    names: dict[str, dict[tuple[str, str], list[str]]] = {"english": {}}
    home = files("forensics.core.capabilities.training")
    sources = [path for folder in folders for path in sorted((home / folder).iterdir(), key=lambda path: path.name)]
    for source in sources:
        if source.name.endswith(".toml"):
            read: dict[str, Any] = tomllib.loads(source.read_text("utf-8"))
            for language in read.get("languages", [read]):
                tables = merged.setdefault(language["language"], {})
                for part in PARTS:
                    for name, texts in language.get(part, {}).items():
                        tables.setdefault(part, {}).setdefault(name, []).extend(texts)
                        origin = names.setdefault(language["language"], {}).setdefault((part, name), [])
                        origin.extend([source.name] * len(texts))
    for name in CODES.keys() & merged.keys():
        merged[name].setdefault("slots", {})["mention"] = _mentions(CODES[name])
    return {
        name: _Language(
            name, tables.get("slots", {}), tables.get("patterns", {}), tables.get("wrappers", {}), names.get(name, {})
        )
        for name, tables in merged.items()
    }


def _mentions(code: str) -> list[str]:
    """Phrases of the project's taxonomy in one language."""
    source = files("forensics.core.capabilities").joinpath("taxonomy.toml")
    cues = tomllib.loads(source.read_text("utf-8"))["cues"]
    phrases = {phrase for name in MENTIONED_LISTS for phrase in cues[name].get(code, [])}
    return sorted(phrase.rstrip("*") for phrase in phrases if len(phrase) <= MENTION_CHARACTERS)
