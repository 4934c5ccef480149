"""Custody of evidence: what each run read and made, whether it is still that, and making it again.

Every run leaves a manifest: code, settings, seeds, policy, inputs and outputs with size, rows and SHA-256. A manifest
holds the hash of the one before, so that the past cannot be rewritten unnoticed as long as somebody knows the newest
hash; `forensics run` prints it, to be kept somewhere else.
"""

from forensics.custody.manifest import write_manifest
from forensics.custody.manifests import Entry, manifests, newest_of_run

__all__ = ["Entry", "manifests", "newest_of_run", "write_manifest"]
