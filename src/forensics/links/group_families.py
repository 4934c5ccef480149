"""links.group_families: what still links a group when one family of values is left out."""

import numpy as np
import polars as pl

from forensics.contracts.core import SIGNAL_FAMILIES
from forensics.links.edge_values import EdgeValues
from forensics.links.group_graph import TEMPLATE_LINK, GroupGraph

TEMPLATE_FAMILY = "content"


def group_families(graph: GroupGraph, carried: EdgeValues) -> pl.DataFrame:
    """The largest part of each group that stays linked without each family that links it.

    The rule of links.edges is asked again of every pair without the family: a pair of one address and one client is
    none without either. Templates go with the family content.

    Args:
        graph: of all candidate groups.
        carried: which values carry which edges.

    Returns:
        Rows of links.group_families.
    """
    is_template = graph.edge == TEMPLATE_LINK
    groups = graph.members.group_by("group_id").agg(pl.col("size").first()).sort("group_id")
    found = []
    for number, family in enumerate(SIGNAL_FAMILIES):
        kept = carried.kept(carried.family != number)
        is_left = np.where(is_template, family != TEMPLATE_FAMILY, np.append(kept, True)[graph.edge])
        links = np.bincount(carried.edge[carried.family[carried.value] == number], minlength=len(kept)) > 0
        uses = np.where(is_template, family == TEMPLATE_FAMILY, np.append(links, False)[graph.edge])
        linked = graph.members["group_id"].gather(graph.ends[0][uses]).unique()
        largest = pl.Series("linked_count", graph.largest_parts(is_left), dtype=pl.Int64)
        found.append(
            groups.with_columns(largest, family=pl.lit(family)).filter(pl.col("group_id").is_in(linked.implode()))
        )
    left = pl.concat(found).with_columns(linked_share=pl.col("linked_count") / pl.col("size"))
    return left.drop("size").sort("group_id", "family")
