"""Cues: phrases of the taxonomy, found in all prompts in one compiled pass by their first bytes.

A phrase in letters that are written with spaces counts only as whole words, or as the beginning of one if the taxonomy
says so with an asterisk; in other scripts it counts wherever it stands.
"""

from dataclasses import fields

import numpy as np
import polars as pl
import scipy.sparse as sp
from numpy.typing import NDArray

from forensics.core.capabilities.cue_table import build_table
from forensics.core.capabilities.excerpts import Excerpts
from forensics.core.capabilities.taxonomy import Taxonomy

LAST_SPACED_LETTER = "\u052f"
"""Latin, Greek and Cyrillic letters end here: scripts with spaces whose words are not joined to others."""

EDGE_BYTES = 160
"""A cue this near to the beginning or the end is likely part of the instruction, not of what it is about."""

SHORT_BYTES = 200
"""A cue in a prompt this short is likely what it asks for; in a long one it may be anything."""

HITS_CAP = 7
"""Hits of one list from which more say nothing more."""

LOGARITHMS = np.log2(1 + np.arange(HITS_CAP + 1)).astype(np.float32)
"""What so many hits are worth."""


class CueIndex:
    """Phrases of a taxonomy, prepared for finding.

    Args:
        taxonomy: whose lists of cues to look for.
    """

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.lists = taxonomy.edge_lists
        self.whole_lists = len(taxonomy.cue_lists)
        owners: dict[str, set[int]] = {}
        for position, name in enumerate(self.lists):
            for phrase in {**taxonomy.edge_cues, **taxonomy.cues}[name]:
                owners.setdefault(phrase, set()).add(position)
        written = sorted(owners)
        # `word` and `word*` are one text to look for and two ways to check its end.
        self.texts = sorted({phrase.rstrip("*") for phrase in written})
        place = {text: position for position, text in enumerate(self.texts)}
        self._lengths = np.array([len(text.encode()) for text in self.texts], dtype=np.int64)
        self._left = np.array([_is_spaced_letter(text[0]) for text in self.texts])
        self._right = np.array([_is_spaced_letter(text[-1]) for text in self.texts])
        self._whole = _membership(written, owners, place, len(self.lists), starred=False)
        self._begun = _membership(written, owners, place, len(self.lists), starred=True)
        table = build_table(self.texts)
        self._table = tuple(getattr(table, field.name) for field in fields(table))

    def hits(
        self, excerpts: Excerpts
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
        """Every place where a phrase stands: slower than `features`, for explanations.

        Returns:
            Row, phrase (position in `texts`), place (byte of the excerpt) and whether the phrase ends with its word.
        """
        found = excerpts.text.str.extract_many(self.texts, overlapping=True)
        places = excerpts.text.str.find_many(self.texts, overlapping=True)
        counts = found.list.len().fill_null(0).to_numpy().astype(np.int64)
        rows = np.repeat(np.arange(len(excerpts)), counts)
        phrase = found.explode(empty_as_null=False).cast(pl.Enum(self.texts)).to_physical().to_numpy().astype(np.int64)
        place = places.explode(empty_as_null=False).to_numpy().astype(np.int64)
        begin = excerpts.starts[rows] + place
        end = begin + self._lengths[phrase]
        left = ~(self._left[phrase] & _is_letter_before(excerpts, begin, rows))
        whole = ~(self._right[phrase] & _is_letter_after(excerpts, end))
        return rows[left], phrase[left], place[left], whole[left]

    def features(self, excerpts: Excerpts) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """How often each list's phrases stand in each prompt, whether near its edges or in a short one, and in windows.

        Returns:
            rows × 3 lists that count in a whole prompt: log2(1 + hits) of every list, then 1 where a hit is near the
            beginning or the end, then 1 where a hit is in a short prompt; and rows × `WINDOWS` × all lists: log2(1 +
            hits).
        """
        found, near = self.counted(excerpts)
        return found, LOGARITHMS[np.minimum(near, HITS_CAP)]

    def counted(self, excerpts: Excerpts) -> tuple[NDArray[np.float32], NDArray[np.int16]]:
        """The same, with the hits in windows as they are."""
        from forensics.core.capabilities.cue_kernel import count_cues

        owners = (self._begun.indptr, self._begun.indices, self._whole.indptr, self._whole.indices)
        sides, lists = (self._left, self._right), self.whole_lists
        hits, edges, near = count_cues(
            excerpts.data, excerpts.starts, self._table, sides, owners, len(self.lists), EDGE_BYTES
        )
        counts = hits[:, :lists]
        found = np.empty((len(excerpts), 3 * lists), dtype=np.float32)
        found[:, :lists] = LOGARITHMS[np.minimum(counts, HITS_CAP)]
        found[:, lists : 2 * lists] = edges[:, :lists]
        found[:, 2 * lists :] = (np.diff(excerpts.starts) <= SHORT_BYTES)[:, None] & (counts > 0)
        return found, near

    def lists_of(self, phrase: int, whole: bool) -> list[int]:
        """Positions of the lists for which a hit of a phrase counts."""
        both = self._begun[phrase] + (self._whole[phrase] if whole else 0)
        return sorted(sp.csr_array(both).indices.tolist())


def _is_spaced_letter(character: str) -> bool:
    return character.isalpha() and character <= LAST_SPACED_LETTER


def _membership(
    written: list[str], owners: dict[str, set[int]], place: dict[str, int], lists: int, *, starred: bool
) -> sp.csr_array:
    """Which texts count for which lists: a matrix of texts × lists."""
    cells = {
        (place[phrase.rstrip("*")], owner)
        for phrase in written
        if phrase.endswith("*") == starred
        for owner in owners[phrase]
    }
    rows, columns = (
        np.array(part, dtype=np.int64) for part in (zip(*sorted(cells), strict=True) if cells else ([], []))
    )
    return sp.csr_array((np.ones(len(rows), dtype=np.float32), (rows, columns)), shape=(len(place), lists))


def _is_ascii_word(byte: NDArray[np.uint8]) -> NDArray[np.bool_]:
    lowered = byte | np.uint8(0x20)
    return np.asarray(((byte >= 48) & (byte <= 57)) | ((lowered >= 97) & (lowered <= 122)) | (byte == 95))


def _is_letter_before(excerpts: Excerpts, begin: NDArray[np.int64], rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    data, first = excerpts.data, begin == excerpts.starts[rows]
    before = data[np.maximum(begin - 1, 0)]
    lead = data[np.maximum(begin - 2, 0)]
    spaced = (before >= 0x80) & (before <= 0xBF) & (lead >= 0xC3) & (lead <= 0xD4)
    return np.asarray(~first & (_is_ascii_word(before) | spaced))


def _is_letter_after(excerpts: Excerpts, end: NDArray[np.int64]) -> NDArray[np.bool_]:
    # Every excerpt ends in a line break, so a phrase that ends at the very end has ended.
    after = excerpts.data[np.minimum(end, max(len(excerpts.data) - 1, 0))]
    return np.asarray(_is_ascii_word(after) | ((after >= 0xC3) & (after <= 0xD4)))
