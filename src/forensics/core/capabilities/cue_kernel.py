"""The compiled search for cues: every excerpt is read once, and each hit is counted for its lists at once."""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def is_word_byte(byte):  # type: ignore[no-untyped-def]
    """Whether an ASCII byte is a letter, a digit or an underscore."""
    lowered = byte | 0x20
    return 48 <= byte <= 57 or 97 <= lowered <= 122 or byte == 95


@njit(cache=True, nogil=True)
def _is_letter_before(data, begin, start):  # type: ignore[no-untyped-def]
    if begin == start:
        return False
    before = data[begin - 1]
    if before < 0x80:
        return is_word_byte(before)
    return before <= 0xBF and begin - 2 >= 0 and 0xC3 <= data[begin - 2] <= 0xD4


@njit(cache=True, nogil=True)
def _is_letter_after(data, end):  # type: ignore[no-untyped-def]
    # Every excerpt ends in a line break, so a phrase that ends at the very end has ended.
    after = data[min(end, len(data) - 1)]
    return is_word_byte(after) or 0xC3 <= after <= 0xD4


@njit(cache=True, nogil=True)
def _count(phrase, whole, is_edge, begun_at, begun, whole_at, wholes, counts, edges):  # type: ignore[no-untyped-def]
    for place in range(begun_at[phrase], begun_at[phrase + 1]):
        counts[begun[place]] += 1
        edges[begun[place]] |= is_edge
    if whole:
        for place in range(whole_at[phrase], whole_at[phrase + 1]):
            counts[wholes[place]] += 1
            edges[wholes[place]] |= is_edge


@njit(cache=True, nogil=True)
def count_cues(data, starts, trie, sides, begun_at, begun, whole_at, wholes, lists, edge_bytes):  # type: ignore[no-untyped-def]
    """Hits of each list in each excerpt, and whether one is near its beginning or end.

    Args:
        data: bytes of the excerpts, one after the other, each between line breaks.
        starts: where each begins, and the end of the last.
        trie: the arrays of a `CueTrie`, in the order of its attributes.
        sides: for each phrase whether it begins, and whether it ends, with a letter that is written with spaces.
        begun_at, begun: for each phrase the lists that count it also as the beginning of a word.
        whole_at, wholes: for each phrase the lists that count it only as a whole word.
        lists: how many there are.
        edge_bytes: how near to an end a hit is at the edge.

    Returns:
        Excerpts × lists, twice: hits, and 1 where one of them is at the edge.
    """
    single, pair, ends, first_child, child_byte, child, row_of, wide = trie
    left, right = sides
    rows = len(starts) - 1
    counts, edges = np.zeros((rows, lists), np.int32), np.zeros((rows, lists), np.uint8)
    for row in range(rows):
        start, stop = starts[row], starts[row + 1]
        before_is_word = False
        for begin in range(start, stop):
            byte = data[begin]
            is_word = is_word_byte(byte)
            # Inside a word no phrase begins: most places are left here, or where no phrase has these two bytes.
            inside, before_is_word = is_word and byte > 57 and byte != 95 and before_is_word, is_word
            if inside or 0x80 <= byte <= 0xBF:
                continue
            phrase, node, end = single[byte], -1, begin + 1
            if begin + 1 < stop:
                node = pair[np.int64(byte) * 256 + data[begin + 1]]
            while phrase >= 0 or node >= 0:
                if phrase >= 0 and not (left[phrase] and _is_letter_before(data, begin, start)):
                    whole = not (right[phrase] and _is_letter_after(data, end))
                    is_edge = begin - start < edge_bytes or end > stop - edge_bytes
                    _count(phrase, whole, is_edge, begun_at, begun, whole_at, wholes, counts[row], edges[row])
                if node < 0:
                    break
                if end == begin + 1:
                    end, phrase = begin + 2, ends[node]
                    continue
                following = -1
                if end < stop and row_of[node] >= 0:
                    following = wide[row_of[node], data[end]]
                elif end < stop:
                    for place in range(first_child[node], first_child[node + 1]):
                        if child_byte[place] == data[end]:
                            following = child[place]
                            break
                node, end, phrase = following, end + 1, -1
                if node >= 0:
                    phrase = ends[node]
    return counts, edges
