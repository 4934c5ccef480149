"""Cutting text into records: whole ones only, whatever the block size, and damage set aside line by line."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forensics.raw import records
from forensics.raw.reading import UnreadableFile
from forensics.raw.records import csv_blocks, line_blocks, unpacked
from tests.unit.raw.snapshots import pack

FIELDS = st.text(st.sampled_from('ab",\n\r é'), max_size=6)


def _in_pieces(data: bytes, size: int) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(FIELDS, min_size=2, max_size=4), max_size=12), st.integers(1, 40))
def test_blocks_of_good_csv_are_the_file_again(rows: list[list[str]], size: int) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(rows)
    data = text.getvalue().encode()
    blocks = list(csv_blocks(_in_pieces(data, size)))
    assert b"".join(block.text for block in blocks) == data
    assert not any(block.stray for block in blocks)
    parsed = [row for block in blocks for row in csv.reader(io.StringIO(block.text.decode(), newline=""))]
    assert parsed == rows, "no record is cut in two"


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from('ab",\n'), max_size=60), st.integers(1, 30), st.integers(1, 30))
def test_damaged_csv_is_cut_the_same_way_in_any_block_size(text: str, one: int, other: int) -> None:
    """Every byte but empty lines is in a record or a stray line, in order, and block borders do not matter."""
    data = (text + "\nend,x\n").encode()
    assert _flat(data, one) == _flat(data, other)


def _flat(data: bytes, size: int) -> list[bytes] | str:
    found: list[bytes] = []
    try:
        for block in csv_blocks(_in_pieces(data, size)):
            good = [m[0].strip(b"\r\n") for m in records.RECORD.finditer(block.text) if m[0].strip(b"\r\n")]
            stray = dict(block.stray)
            rest = iter(good)
            found += [stray[n] if n in stray else next(rest) for n in range(len(good) + len(stray))]
    except UnreadableFile as fault:
        return str(fault)
    return found


@pytest.mark.parametrize(
    ("line", "stray"),
    [
        (b'2,"abc"def', b'2,"abc"def'),
        (b'2,5" disk', b'2,5" disk'),
        (b'2,"never closed', b'2,"never closed'),
        (b"2,lone\rreturn", b"2,lone\rreturn"),
    ],
)
def test_one_damaged_line_costs_one_record(line: bytes, stray: bytes) -> None:
    data = b'1,a\n"two\nlines",b\n' + line + b'\n3,"c"\n4,d\n'
    blocks = list(csv_blocks(iter([data])))
    assert [entry[1] for block in blocks for entry in block.stray] == [stray]
    assert b"".join(block.text for block in blocks) == b'1,a\n"two\nlines",b\n3,"c"\n4,d\n'


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'a,b\n1,"open', "never closed"),
        (b'a,b\n1,"open\nand on\n', "never closed"),
        (b"a,b\n1,cut", "no line end"),
        (b"a,b\n1", "no line end"),
    ],
)
def test_an_unfinished_last_record_is_a_fault(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        list(csv_blocks(iter([data])))


def test_a_closing_quote_shows_that_the_last_record_is_whole() -> None:
    blocks = list(csv_blocks(iter([b'a,b\n1,"whole"'])))
    assert blocks[-1].text == b'1,"whole"\n'
    assert not blocks[-1].closed


def test_a_packed_stream_shows_that_the_last_record_is_whole() -> None:
    blocks = list(csv_blocks(iter([b"a,b\n1,whole"]), is_packed=True))
    assert blocks[-1].text == b"1,whole\n"
    assert not blocks[-1].closed


def test_a_record_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "MAXIMUM_RECORD_BYTES", 100)
    with pytest.raises(UnreadableFile, match="longer than"):
        list(csv_blocks(_in_pieces(b'a,b\n1,"' + b"x" * 500, 16)))
    with pytest.raises(UnreadableFile, match="longer than"):
        list(line_blocks(_in_pieces(b"x" * 500, 16)))


@pytest.mark.parametrize("packing", ["", "gz", "zst"])
def test_unpacking_gives_the_bytes_without_their_mark(packing: str, tmp_path: Path) -> None:
    data = b"\xef\xbb\xbfa,b\n" + b"x" * 20_000_000
    path = tmp_path / "file"
    path.write_bytes(pack(data, packing))
    assert b"".join(unpacked(path, packing)) == data[3:]


@pytest.mark.parametrize("packing", ["gz", "zst"])
@pytest.mark.parametrize("kept", [0.999, 0.5, 0.001])
def test_a_packed_stream_that_ends_too_early_is_found(packing: str, kept: float, tmp_path: Path) -> None:
    data = pack(bytes(range(256)) * 4_000, packing)
    path = tmp_path / "file"
    path.write_bytes(data[: max(1, min(len(data) - 1, int(len(data) * kept)))])
    with pytest.raises(UnreadableFile, match="cut short"):
        list(unpacked(path, packing))
