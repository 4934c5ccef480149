"""Pictures as metadata: a Markdown image whose bytes stand in the address itself, so nothing is fetched to show it."""

import base64

import dagster as dg
import duckdb


def account_map(connection: duckdb.DuckDBPyConnection) -> dg.MarkdownMetadataValue:
    """The map of accounts, coloured by cluster."""
    from forensics.charts import account_map as draw

    encoded = base64.b64encode(draw(connection)).decode("ascii")
    return dg.MetadataValue.md(f"![Map of accounts](data:image/png;base64,{encoded})")
