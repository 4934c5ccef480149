"""Overlap of prompts with known public items, such as benchmark questions: word for word, or with other fills.

Whoever sends public items as they are evaluates the model; whoever sends thousands of variations of them makes training
data of seeds. No list comes with the pipeline: `forensics public-items build` turns the user's own into hashes.
"""

from forensics.core.public_items.lists import PublicItems, build_list, names_of_lists, read_lists
from forensics.core.public_items.matching import matches

__all__ = ["PublicItems", "build_list", "matches", "names_of_lists", "read_lists"]
