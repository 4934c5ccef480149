"""Registers that people have, as the tables organisations and ownership of a snapshot day.

    GLEIF level 1, 2 (CSV, JSON, JSON lines) ─┐
    Open Ownership BODS 0.4 (JSON lines) ─────┴─ rows to the contract ─ OUT/organisations, OUT/ownership, quarantine

Nothing is guessed: a size that a register does not state stays null or a band, a place that it does not state stays
null, and a row that cannot be read goes to the quarantine with its reason.
"""

from forensics.raw.registers.importing import FORMATS, ImportReport, import_register
from forensics.raw.registers.rows import RegisterError

__all__ = ["FORMATS", "ImportReport", "RegisterError", "import_register"]
