"""The kinds of files an export can have, by name: each writes into a folder and returns its files."""

from collections.abc import Callable, Sequence
from pathlib import Path

from forensics.exports.cases import Cases
from forensics.exports.followthemoney import followthemoney
from forensics.exports.graphml import graphml
from forensics.exports.stix import stix_bundle
from forensics.exports.tables import write_tables
from forensics.exports.workbook import workbook


def write_formats(cases: Cases, folder: Path, formats: Sequence[str], *, tlp: str) -> list[Path]:
    """Write findings in some formats, of `FORMATS`.

    Args:
        cases: the findings.
        folder: where to; it is made.
        formats: names of formats.
        tlp: marking of STIX bundles.

    Returns:
        The files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return [file for name in dict.fromkeys(formats) for file in FORMATS[name](cases, folder, tlp)]


def _one_file_each(ending: str, text_of: Callable[[Cases, str], str]) -> Callable[[Cases, Path, str], list[Path]]:
    def write(cases: Cases, folder: Path, tlp: str) -> list[Path]:
        return [_write(folder / f"{case.finding['finding_id']}.{ending}", text_of(case, tlp)) for case in cases.each()]

    return write


def _write(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


def _workbook(cases: Cases, folder: Path, _tlp: str) -> list[Path]:
    path = folder / "findings.xlsx"
    path.write_bytes(workbook(cases))
    return [path]


def _followthemoney(cases: Cases, folder: Path, _tlp: str) -> list[Path]:
    return [_write(folder / "findings.ftm.json", "".join(followthemoney(case) for case in cases.each()))]


def _tables(cases: Cases, folder: Path, _tlp: str) -> list[Path]:
    return write_tables(cases, folder)


FORMATS: dict[str, Callable[[Cases, Path, str], list[Path]]] = {
    "stix": _one_file_each("stix.json", lambda case, tlp: stix_bundle(case, tlp=tlp)),
    "xlsx": _workbook,
    "graphml": _one_file_each("graphml", lambda case, _: graphml(case)),
    "ftm": _followthemoney,
    "parquet": _tables,
}
