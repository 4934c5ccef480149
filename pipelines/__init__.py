"""The Dagster side of forensics: assets that fetch, call one library function and report; nothing else lives here."""
