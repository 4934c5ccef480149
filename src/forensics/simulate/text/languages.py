"""Everyday and technical families, and some instructions, in languages other than English."""

from collections.abc import Mapping, Sequence

from forensics.simulate.text import (
    arabic,
    chinese,
    foreign_instructions,
    german,
    hindi,
    indonesian,
    japanese,
    portuguese,
    russian,
    spanish,
)

_MODULES = {
    "zh": chinese, "es": spanish, "de": german, "ja": japanese, "pt": portuguese, "hi": hindi, "ru": russian,
    "ar": arabic, "id": indonesian,
}  # fmt: skip

TABLES: Mapping[str, Mapping[str, Sequence[str]]] = {
    code: {**foreign_instructions.TABLES.get(code, {}), **module.TABLES} for code, module in _MODULES.items()
}
FAMILIES: Mapping[str, Mapping[str, Sequence[str]]] = {
    code: {**foreign_instructions.FAMILIES.get(code, {}), **module.FAMILIES} for code, module in _MODULES.items()
}

STAND_INS: Mapping[str, str] = {
    "planning": "chat", "creative": "writing", "rewriting": "writing", "summarise": "knowledge", "reading": "knowledge",
    "translation": "writing", "vision": "chat", "instructions": "writing", "debugging": "coding", "science": "maths",
}  # fmt: skip
"""Family that a language uses where it has no words for the one asked for; families not named are in English."""
