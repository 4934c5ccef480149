"""Compiled kernels that read a prompt once, byte by byte: words, masked slots, and hashes of what stays the same.

A prompt becomes tokens: words, single characters of scripts that write no spaces, and *slots* (code, quotes, links,
identifiers, numbers) whose content does not count. A token weighs about the letters it says something with: a word 5
units, a Han character 3, a kana 2, a Thai, Tibetan or Javanese letter 1, a slot nothing, so that "sixty units" is
twelve words in any script.

Compiled by numba, because this touches each byte of each prompt: the same masks as six regular expressions cost ten
times as much. Import it inside functions: importing numba costs half a second, the first compilation several.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from forensics.core.characters import (
    decode,
    ends_sentence,
    is_alphanumeric,
    is_digit,
    is_letter,
    is_space,
    opens_span,
    unspaced_units,
)
from forensics.core.hashing import FIRST, ONE, avalanche, chained, lane

Bytes = NDArray[np.uint8]
Hashes = NDArray[np.uint64]
Numbers = NDArray[np.int64]

MARK_UNITS = np.array([20, 40, 60, 60, 90, 135, 200, 300, 450], dtype=np.int64)
"""Depths, in units from a prompt's start or end, at which its fixed part may end; at `LINE` where a line does."""

LINE = 2
"""Place of the first line's end that lies behind the depth before it and less deep than the one at this place; where
there is none, of the first sentence's end."""

ENDS_LINE = np.uint64(1)
"""Bit of a hash at `LINE` that is set where a line ends."""

WINDOW_BYTES = 16_384
"""Bytes read at either end of a prompt; a longer one is read as its beginning and its end."""

QUOTE_BYTES = 600
"""A quotation longer than this, or over a line's end, is no quotation."""

WORD_BYTES = 64
"""A longer word is nobody's word: keys, blobs and walls of signs are slots. Letters that no key has are a text whose
script has no spaces, and read letter by letter."""

PLAIN, NUMBER, CODE, LINK, IDENTIFIER, QUOTE = range(6)
SLOT_TEXTS = ("", "{number}", "{code}", "{link}", "{hash}", "{quote}")

LETTERS = 6
"""What `any_word` calls a word that is no token: its letters are."""

NO_BREAK, SENTENCE_BREAK, LINE_BREAK = range(3)
"""What comes before a token."""

WORD_UNITS = 5
SIGN_UNITS = 1

FNV = np.uint64(0xCBF29CE484222325)
FNV_PRIME = np.uint64(0x100000001B3)
NUMBER_SIGN = np.uint64(35)
_IN_PLAIN_WORD = np.array([32 < byte < 127 and chr(byte) not in '"`:0123456789' for byte in range(256)])
"""Bytes that change nothing but the hash of a word that began with a letter. Of other scripts, characters of two bytes
from U+00C0 to U+05FF do so too: accents, Greek, Cyrillic, Armenian, Hebrew."""

WWW_DOT = np.uint64(0x2E777777)
"""The four bytes of `www.`, the first one lowest."""


@njit(cache=True, nogil=True)
def _quote_end(data, at, end, point, size):  # type: ignore[no-untyped-def]
    """End of the quotation that opens here, or 0."""
    if point == 0x22:
        closing, other = 0x22, 0x22
    elif point == 0x201C:
        closing, other = 0x201D, 0x201D
    elif point == 0x201E:
        closing, other = 0x201C, 0x201D
    elif point == 0xAB:
        closing, other = 0xBB, 0xBB
    elif point == 0x300C:
        closing, other = 0x300D, 0x300D
    else:
        return 0
    place, limit = at + size, min(end, at + QUOTE_BYTES)
    while place < limit:
        found, step = decode(data, place, end)
        if found == 10:
            return 0
        if found in (closing, other):
            return place + step if place > at + size else 0
        place += step
    return 0


@njit(cache=True, nogil=True)
def _code_end(data, at, end):  # type: ignore[no-untyped-def]
    """End of the fenced code that opens here, the text's end when nothing closes it, or 0."""
    if at + 3 > end or data[at] != 96 or data[at + 1] != 96 or data[at + 2] != 96:
        return 0
    place = at + 3
    while place + 3 <= end:
        if data[place] == 96 and data[place + 1] == 96 and data[place + 2] == 96:
            return place + 3
        place += 1
    return end


@njit(cache=True, nogil=True)
def _opens_in_word(data, at, end):  # type: ignore[no-untyped-def]
    """Whether fenced code, or a quotation after a sign, begins inside a word."""
    if data[at] == 34:
        return not is_alphanumeric(data[at - 1])
    return data[at] == 96 and at + 3 <= end and data[at + 1] == 96 and data[at + 2] == 96


@njit(cache=True, nogil=True)
def plain_word(data, begin, end):  # type: ignore[no-untyped-def]
    """The end, masked hash and last byte of a word that begins with a letter and has no number; an end of 0 if not.

    Most words are such, and a loop that asks little of a byte takes a quarter of the time. What may be a link, code or
    a quotation, or is written in another script, is left to `any_word`, which would find the same.
    """
    at, state, byte = begin, FNV, np.uint8(0)
    limit = min(end, begin + WORD_BYTES)
    while at < limit:
        byte = data[at]
        if _IN_PLAIN_WORD[byte]:
            state = (state ^ np.uint64(byte)) * FNV_PRIME
            at += 1
        elif 0xC3 <= byte <= 0xD7 and at + 1 < limit:
            state = (state ^ np.uint64(byte)) * FNV_PRIME
            state = (state ^ np.uint64(data[at + 1])) * FNV_PRIME
            at += 2
        else:
            break
    is_whole = at == end or (at < limit and byte <= 32)
    is_link = data[begin] == 119 and at - begin > 4 and lane(data, begin, 4) == WWW_DOT
    return (at if is_whole and not is_link else 0), avalanche(state), data[at - 1]


@njit(cache=True, nogil=True)
def any_word(data, begin, end):  # type: ignore[no-untyped-def]
    """The word that begins here: its end, masked hash, kind, units and last character.

    Runs of digits, with the points and colons inside them, count as one sign; what mixes letters and many numbers, or
    is hexadecimal, is an identifier.
    """
    at, state, runs, in_number = begin, FNV, 0, False
    has_letter, has_foreign, is_hexadecimal, is_link, last = False, False, True, False, np.int64(0)
    while at < end:
        byte = data[at]
        if byte <= 32:
            break
        point, size = np.int64(byte), 1
        if byte >= 0x80:
            point, size = decode(data, at, end)
            if is_space(point) or (at > begin and (opens_span(point) or unspaced_units(point) >= 0)):
                break
            has_foreign |= is_letter(point)
        elif at > begin and _opens_in_word(data, at, end):
            break
        last = point
        if is_digit(point):
            if not in_number:
                runs += 1
                state = (state ^ NUMBER_SIGN) * FNV_PRIME
            in_number = True
            at += size
            continue
        if in_number and (byte == 44 or byte == 46 or byte == 47 or byte == 58) and at + 1 < end:
            following, _ = decode(data, at + 1, end)
            if is_digit(following):
                at += 1
                continue
        in_number = False
        for step in range(size):
            state = (state ^ np.uint64(data[at + step])) * FNV_PRIME
        if byte >= 0x80 or 97 <= byte <= 122:
            has_letter = True
            is_hexadecimal &= byte <= 102
        elif byte != 45:
            is_hexadecimal = False
        if byte == 58 and at + 2 < end and data[at + 1] == 47 and data[at + 2] == 47:
            is_link = True
        at += size
    length = at - begin
    if is_link or (length > 4 and lane(data, begin, 4) == WWW_DOT):
        return at, np.uint64(LINK), LINK, 0, last
    if length > WORD_BYTES and has_foreign:
        return at, state, LETTERS, SIGN_UNITS, last
    if length > WORD_BYTES or (has_letter and (runs >= 3 or (runs >= 1 and is_hexadecimal and length >= 8))):
        return at, np.uint64(IDENTIFIER), IDENTIFIER, 0, last
    if runs > 0 and not has_letter:
        return at, avalanche(state), NUMBER, 0, last
    return at, avalanche(state), PLAIN, WORD_UNITS if has_letter else SIGN_UNITS, last


@njit(cache=True, nogil=True)
def _lex_span(data, begin, end, count, starts, stops, masked, units, kinds, breaks):  # type: ignore[no-untyped-def]
    """Append the tokens of data[begin:end]; returns how many there are now."""
    at, before_it, letters_end = begin, LINE_BREAK, begin
    while at < end:
        if at >= letters_end and (97 <= data[at] <= 122 or 0xC3 <= data[at] <= 0xD7):
            stop, state, sign = plain_word(data, at, end)
            if stop:
                starts[count], stops[count], masked[count] = at, stop, state
                units[count], kinds[count], breaks[count] = WORD_UNITS, PLAIN, before_it
                count += 1
                before_it = SENTENCE_BREAK if ends_sentence(np.int64(sign)) else NO_BREAK
                at = stop
                continue
        if data[at] == 32:
            at += 1
            continue
        point, size = decode(data, at, end)
        if is_space(point):
            if point == 10 or point == 13 or point == 0x85 or point == 0x2028 or point == 0x2029:
                before_it = LINE_BREAK
            at += size
            continue
        kind, weight, last, state = CODE, 0, 0, np.uint64(CODE)
        stop = _code_end(data, at, end) if point == 96 else 0
        if stop == 0:
            stop = _quote_end(data, at, end, point, size)
            kind, state = QUOTE, np.uint64(QUOTE)
        if stop == 0:
            weight = unspaced_units(point)
            is_word = weight < 0 and at >= letters_end
            if is_word:
                stop, state, kind, weight, last = any_word(data, at, end)
                if kind == LETTERS:
                    is_word, letters_end = False, stop
            if not is_word:
                stop, last, kind, state = at + size, point, PLAIN, avalanche(np.uint64(point) * ONE)
                weight = SIGN_UNITS if weight < 0 else weight
                if is_digit(point):
                    kind, weight, state = NUMBER, 0, np.uint64(NUMBER)
        is_number_again = kind == NUMBER and count > 0 and kinds[count - 1] == NUMBER and stops[count - 1] == at
        if is_number_again:
            stops[count - 1] = stop
        else:
            starts[count], stops[count], masked[count] = at, stop, state
            units[count], kinds[count], breaks[count] = weight, kind, before_it
            count += 1
        before_it = SENTENCE_BREAK if ends_sentence(last) else NO_BREAK
        at = stop
    return count


@njit(cache=True, nogil=True)
def lex(data, begin, end, starts, stops, masked, units, kinds, breaks):  # type: ignore[no-untyped-def]
    """Write the tokens of one text (lower case, UTF-8) into the arrays; returns how many there are."""
    if end - begin <= 2 * WINDOW_BYTES:
        return _lex_span(data, begin, end, 0, starts, stops, masked, units, kinds, breaks)
    count = _lex_span(data, begin, begin + WINDOW_BYTES, 0, starts, stops, masked, units, kinds, breaks)
    tail = end - WINDOW_BYTES
    while tail < end and (data[tail] & 0xC0) == 0x80:
        tail += 1
    return _lex_span(data, tail, end, count, starts, stops, masked, units, kinds, breaks)


@njit(cache=True, nogil=True)
def chain(masked, units, breaks, count, is_tail, marks, cuts):  # type: ignore[no-untyped-def]
    """Hash a text's first, or last, tokens up to each depth of `MARK_UNITS`; 0 where the text ends before.

    What ends at `LINE` is a line if there is one, else a sentence: `ENDS_LINE` says which.
    """
    state, weight, mark = FIRST, 0, 0
    marks[LINE] = cuts[LINE] = 0
    for step in range(count):
        token = count - 1 - step if is_tail else step
        state = chained(state, masked[token])
        weight += units[token]
        if weight >= MARK_UNITS[mark]:
            marks[mark] = max(avalanche(state), np.uint64(1))
            cuts[mark] = step + 1
            mark += 2 if mark == LINE - 1 else 1
            if mark == len(MARK_UNITS):
                return
        if mark != LINE + 1 or step + 1 == count or marks[LINE] & ENDS_LINE:
            continue
        end = breaks[token if is_tail else token + 1]
        if end == LINE_BREAK:
            marks[LINE] = avalanche(state) | ENDS_LINE
            cuts[LINE] = step + 1
        elif end == SENTENCE_BREAK and cuts[LINE] == 0:
            marks[LINE] = max(avalanche(state) & ~ENDS_LINE, np.uint64(2))
            cuts[LINE] = step + 1
    for rest in range(mark, len(MARK_UNITS)):
        marks[rest] = 0
        cuts[rest] = 0


@njit(cache=True, nogil=True)
def whole(masked, count):  # type: ignore[no-untyped-def]
    """Hash of all tokens of a text, 0 if it has none."""
    state = FIRST
    for token in range(count):
        state = chained(state, masked[token])
    return max(avalanche(state), np.uint64(1)) if count else np.uint64(0)
