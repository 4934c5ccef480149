"""Spreadsheets: nothing in them is obeyed, every column is explained, equal rows give equal bytes."""

import io
import zipfile
from typing import Any

import openpyxl
import pytest

from forensics.exports.workbook import CELL_CHARACTERS, FORMULA_STARTS, inert, workbook
from tests.unit.exports.hand_made import FORMULAS, MARKUP, cases


@pytest.fixture(scope="module")
def data() -> bytes:
    return workbook(cases())


@pytest.fixture(scope="module")
def book(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))


def cells(book: Any) -> list[Any]:
    return [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None]


def test_no_cell_is_a_formula_a_link_or_an_error(book: Any, data: bytes) -> None:
    assert {cell.data_type for cell in cells(book)} <= {"s", "n", "b", "d"}
    assert not [cell for cell in cells(book) if cell.hyperlink]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/")]
        assert not [name for name in archive.namelist() if "external" in name.lower() or "_rels/sheet" in name]
    assert not [sheet for sheet in sheets if b"<f>" in sheet or b"<f " in sheet or b"<hyperlink" in sheet]


def test_no_text_begins_like_a_formula_even_when_saved_as_csv(book: Any) -> None:
    texts = [cell.value for cell in cells(book) if cell.data_type == "s"]
    assert not [text for text in texts if text.lstrip().startswith(FORMULA_STARTS)]
    accounts = [row[1].value for row in book["accounts"].iter_rows(min_row=2)]
    assert accounts[0] == f"'{FORMULAS[0]}0"
    assert len(set(accounts)) >= len(FORMULAS) - 3, "spellings of one formula with other white space fall together"


def test_control_characters_are_gone_and_long_texts_are_cut(book: Any) -> None:
    texts = [cell.value for cell in cells(book) if cell.data_type == "s"]
    assert not [text for text in texts if any(ord(character) < 32 for character in text)]
    assert max(map(len, texts)) == CELL_CHARACTERS
    assert not [text for text in texts if "_x00" in text]
    assert inert("a" * 40_000).endswith(" … cut")
    assert inert("-" + "a" * 40_000).startswith("'-a") and len(inert("-" + "a" * 40_000)) == CELL_CHARACTERS
    assert inert(MARKUP).startswith("</data>")


def test_numbers_that_a_spreadsheet_would_change_stay_text(book: Any) -> None:
    header = [cell.value for cell in book["accounts"][1]]
    assert book["accounts"].cell(2, header.index("exchange_count") + 1).value == str(2**60)
    assert book["accounts"].cell(3, header.index("exchange_count") + 1).value == 1


def test_every_column_is_in_the_dictionary(book: Any) -> None:
    explained = {(row[0].value, row[1].value): row[2].value for row in book["dictionary"].iter_rows(min_row=2)}
    for sheet in book.worksheets:
        if sheet.title not in ("about", "dictionary"):
            for cell in sheet[1]:
                assert explained[sheet.title, cell.value], f"{sheet.title}.{cell.value}"
    assert {sheet.title for sheet in book.worksheets} == {
        "about", "findings", "accounts", "signals", "evidence", "rivals", "exemplars", "dictionary"
    }  # fmt: skip


def test_equal_rows_give_equal_bytes(data: bytes) -> None:
    assert workbook(cases()) == data
