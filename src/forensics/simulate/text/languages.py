"""Everyday and technical families in languages other than English."""

from collections.abc import Mapping, Sequence

from forensics.simulate.text import chinese, german, spanish

_MODULES = {"zh": chinese, "es": spanish, "de": german}

TABLES: Mapping[str, Mapping[str, Sequence[str]]] = {code: module.TABLES for code, module in _MODULES.items()}
FAMILIES: Mapping[str, Mapping[str, Sequence[str]]] = {code: module.FAMILIES for code, module in _MODULES.items()}
