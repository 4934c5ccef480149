"""Running the pipeline in this process, and comparing what warehouses hold."""

import hashlib
import shutil
import subprocess
from datetime import date
from pathlib import Path

import duckdb

from forensics import contracts
from forensics.cli.environment import prepare
from forensics.cli.run import run_days
from forensics.contracts.sql import quote, relation
from forensics.home import Home


def run_range(home: Home, root: Path, first: date, last: date) -> str:
    """Run the whole line over a range of days; returns the id of the (last) Dagster run."""
    return str(run_days(home, str(root), first, last)["runs"][-1])


def copied(home: Home, target: Path) -> Home:
    """A copy of a state folder with its hard links; published paths inside still point to the original's files."""
    shutil.rmtree(target, ignore_errors=True)
    subprocess.run(["cp", "-a", str(home.root), str(target)], check=True)
    return Home(target)


def prepared(home: Home) -> Home:
    """Point this process at a state folder."""
    prepare(home)
    return home


def digest(path: Path) -> str:
    """Hash of all that two runs on the same input must agree on, in every table of a warehouse."""
    hashed = hashlib.sha256()
    with duckdb.connect(str(path), read_only=True) as connection:
        for table in contracts.tables():
            columns = ", ".join(quote(name) for name in table.evidence_columns)
            hashed.update(table.full_name.encode())
            for row in connection.execute(f"SELECT {columns} FROM {relation(table)} ORDER BY ALL").fetchall():
                hashed.update(repr(row).encode())
    return hashed.hexdigest()
