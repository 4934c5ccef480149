"""One module per step: its assets fetch, call one library function and report."""
