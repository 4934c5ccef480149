"""Chances that are smaller than a machine can tell from nothing: never impossible, and told as less than something."""

import sys

SMALLEST = sys.float_info.min
"""Least value that a chance gets: no finite calculation shows that something cannot be."""

TOLD_APART = 1e-300
"""Chances below this are told as less: so far out neither the arithmetic nor any null holds."""
