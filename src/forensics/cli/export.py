"""`forensics export`: findings as files for other tools and other people, with pseudonyms for names."""

from pathlib import Path

import click

from forensics.cli.findings import CONFIDENCES, finding_id, listed
from forensics.cli.options import home_options, json_option
from forensics.cli.terminal import inert, print_json
from forensics.errors import NotFoundError, SettingsError
from forensics.home import Home

FORMATS = ("stix", "xlsx", "graphml", "ftm", "parquet")
TLP = ("clear", "green", "amber", "amber+strict", "red")
REVEALABLE = ("accounts", "instruments", "addresses", "organisations", "domains")
"""The same as in forensics.exports and forensics.privacy, which --help must not import; a test compares them."""


@click.command()
@click.argument("finding")
@click.option("--format", "formats", multiple=True, required=True, type=click.Choice(FORMATS), help="Repeatable.")
@click.option(
    "--to", "folder", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder to write."
)
@click.option("--recipient", default="internal", show_default=True, help="Whom it is for: each has other pseudonyms.")
@click.option("--reveal", multiple=True, type=click.Choice(REVEALABLE), help="Leave these as they are; repeatable.")
@click.option(
    "--tlp", type=click.Choice(TLP), default="amber+strict", show_default=True, help="Marking of STIX bundles."
)
@click.option("--exemplars", is_flag=True, help="Add redacted excerpts of prompts, if the settings allow them at all.")
@click.option("--min-confidence", type=click.Choice(CONFIDENCES), default="low", help="With `all`: this or higher.")
@home_options
@json_option
def export(
    finding: str,
    formats: tuple[str, ...],
    folder: Path,
    recipient: str,
    reveal: tuple[str, ...],
    tlp: str,
    exemplars: bool,
    min_confidence: str,
    home: Home,
    as_json: bool,
) -> None:
    """Write FINDING, or all of them with `all`, into files for other tools.

    Accounts, payment instruments, addresses, mail domains and all organisations but those that the ownership rule bars
    get pseudonyms, the same in all that one recipient is given; `forensics resolve` takes them back. What was handed
    out is noted in exports.jsonl of the state folder.
    """
    from dataclasses import asdict

    from forensics.exports.cases import read_cases
    from forensics.exports.documents import counted
    from forensics.exports.formats import write_formats
    from forensics.exports.receipt import write_receipt
    from forensics.privacy.keys import load_key
    from forensics.privacy.pseudonyms import Pseudonyms
    from forensics.settings import load_settings
    from forensics.warehouse import open_published

    settings = load_settings(home)
    if exemplars and not settings.show_exemplars:
        raise SettingsError(
            "The setting show_exemplars is off: no excerpts leave this state folder.",
            next_step="Leave --exemplars out, or have the setting changed by whoever answers for it.",
        )
    with open_published(home) as connection:
        if finding == "all":
            found = listed(connection, None, CONFIDENCES[CONFIDENCES.index(min_confidence) :])
            wanted = [one["finding_id"] for one in found]
        else:
            wanted = [finding_id(connection, finding)]
        if not wanted:
            raise NotFoundError("There is no finding to export.", next_step="`forensics findings` lists all of them.")
        key = load_key(home, settings, say=lambda text: click.echo(text, err=True))
        pseudonyms = Pseudonyms(key, recipient, frozenset(reveal))
        cases = read_cases(connection, wanted, pseudonyms, settings, with_exemplars=exemplars)
    files = write_formats(cases, folder, formats, tlp=tlp)
    receipt = write_receipt(home, folder, cases, files, revealed=reveal, tlp=tlp, with_exemplars=exemplars)
    if as_json:
        print_json(asdict(receipt))
        return
    for file in receipt.files:
        click.echo(f"{inert(folder / str(file['file']))}  {file['bytes']:,} bytes")
    kept = ", ".join(sorted(reveal)) or "nothing"
    click.echo(
        f"{counted(len(wanted), 'finding')} for {inert(recipient)}; left as it is: {kept}."
        f" Receipt: {inert(folder)}/export.json"
    )
