"""Which organisations are one: keys of register entries, names and domains, and what people decided.

registers ─ domains ─ names ─┬─ same_entry ─┬─ identities (merged: one register entry, or a person's decision)
                  decisions ─┘              └─ candidates (alike only: shown for review, without effect)
"""
