"""The Dagster side of forensics: assets that fetch, call one library function and report; nothing else lives here."""

import warnings

import dagster as dg

# Code references and single-run backfills are marked beta; the pinned version is tested with them.
warnings.filterwarnings("ignore", category=dg.BetaWarning)
