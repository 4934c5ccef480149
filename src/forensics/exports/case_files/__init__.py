"""Case files: one page a finding and an index, for people who open nothing else.

A page is one file without script and without anything from outside; what attackers wrote is text in it and nothing
else (`rendering.py`). It shows names as they are and stays in the state folder: what leaves it is `forensics export`.

    warehouse ─ facts ─┬─ sentences, actions ─┐
                       └─ pictures ───────────┴─ page ─ folder of the as-of date
"""

from forensics.exports.case_files.folders import account_map_file, case_file, case_files_index

__all__ = ["account_map_file", "case_file", "case_files_index"]
