"""Pictures as metadata: a Markdown image whose bytes stand in the address itself, so nothing is fetched to show it."""

import base64

import dagster as dg
import duckdb


def account_map(connection: duckdb.DuckDBPyConnection, *, ring_findings: bool = True) -> dg.MarkdownMetadataValue:
    """The map of accounts, coloured by cluster; accounts of findings are ringed once the run has made its findings."""
    from forensics.charts import account_map as draw

    encoded = base64.b64encode(draw(connection, ring_findings=ring_findings)).decode("ascii")
    return dg.MetadataValue.md(f"![Map of accounts](data:image/png;base64,{encoded})")
