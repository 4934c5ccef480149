"""`forensics public-items`: lists of public items, such as benchmarks, as hashes to compare prompts with."""

from pathlib import Path

import click


@click.group("public-items")
def public_items() -> None:
    """Lists of public items that prompts are compared with."""


@public_items.command()
@click.argument("source", metavar="LIST.jsonl", type=click.Path(path_type=Path))
@click.argument("out", metavar="OUT.parquet", type=click.Path(path_type=Path))
@click.option("--name", help="What reports call the list; the source's file name unless given.")
def build(source: Path, out: Path, name: str | None) -> None:
    """Turn a list of items into hashes.

    Each line of LIST.jsonl is an object with the item as `text`. OUT holds no text. Name it in the setting
    public_item_lists; the next run compares the days of its window with it.
    """
    from forensics.core.public_items import build_list

    counts = build_list(source, out, name or source.stem)
    dropped = counts["items_read"] - counts["items_kept"]
    click.echo(f"{counts['items_kept']:,} items in {out}; {dropped:,} are too short or too common to be told apart.")
    click.echo(f'Next: add "{out.resolve()}" to public_item_lists in settings.toml')
