"""All texts of the simulator as one grammar: tables with their nested slots worked out, families by language."""

import functools
import random
import re
from collections.abc import Mapping, Sequence

from forensics.simulate.text import everyday, instructions, labour, languages, technical
from forensics.simulate.text.grammar import Grammar

LANGUAGE_WEIGHTS: Mapping[str, float] = {
    "en": 56, "zh": 9, "es": 7, "de": 6, "ja": 5, "pt": 4, "hi": 4, "ru": 3, "ar": 3, "id": 3,
}  # fmt: skip
"""Languages people write in: parts of a hundred."""

LANGUAGES = tuple(LANGUAGE_WEIGHTS)

REALISATIONS = 40
"""How many ways an option that itself has slots is worked out."""

_NESTED = re.compile(r"\{~?([a-z_0-9]+|\d+-\d+)\}")
_LONGEST_NESTING = 8


class _Tables:
    """Works out nested slots: an option such as "a refund of {10-900} dollars" becomes two dozen plain options."""

    def __init__(self, language: str, own: Mapping[str, Sequence[str]], shared: Mapping[str, Sequence[str]]) -> None:
        self._language = language
        self._own = own
        self._shared = shared

    def options(self, name: str) -> Sequence[str]:
        """Return a table as written, in the language or else in English."""
        if name in self._own:
            return self._own[name]
        return self._shared[name]

    def expand(self, name: str) -> list[str]:
        """Return a table with all nested slots filled."""
        capital = name.endswith("_cap")
        options = self.options(name.removesuffix("_cap"))
        rng = random.Random(f"{self._language}:{name}")
        if any(_NESTED.search(option) for option in options):
            options = [self._fill(option, rng, 0) for option in options for _ in range(REALISATIONS)]
        return [option[:1].upper() + option[1:] if capital else option for option in options]

    def _fill(self, option: str, rng: random.Random, depth: int) -> str:
        if depth > _LONGEST_NESTING:
            raise ValueError(f"table entry nests too deeply: {option}")

        def one(match: re.Match[str]) -> str:
            name = match[1]
            if re.fullmatch(r"\d+-\d+", name) and name not in self._shared:
                low, high = name.split("-")
                return str(rng.randint(int(low), int(high)))
            capital = name.endswith("_cap")
            text = self._fill(rng.choice(list(self.options(name.removesuffix("_cap")))), rng, depth + 1)
            return text[:1].upper() + text[1:] if capital else text

        return _NESTED.sub(one, option)


@functools.cache
def catalogue() -> Grammar:
    """Return the grammar of all families in all languages, compiled once a process."""
    shared: dict[str, Sequence[str]] = {}
    families: dict[tuple[str, str], Sequence[str]] = {}
    for module in (everyday, technical, labour, instructions):
        shared |= module.TABLES
        families |= {(name, "en"): patterns for name, patterns in module.FAMILIES.items()}
    tables: dict[tuple[str, str], Sequence[str]] = {}
    for language in LANGUAGES:
        own = languages.TABLES.get(language, {})
        families |= {(name, language): p for name, p in languages.FAMILIES.get(language, {}).items()}
        source = _Tables(language, own, shared)
        for name in own if language != "en" else shared:
            tables[name, language] = source.expand(name)
            tables[f"{name}_cap", language] = source.expand(f"{name}_cap")
    return Grammar(tables, families, languages.STAND_INS)
