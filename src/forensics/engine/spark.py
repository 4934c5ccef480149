"""A Spark Connect session as a place for named relations: Parquet in, queries and Arrow functions, Parquet out."""

import shutil
import socket
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from forensics import __version__
from forensics.contracts.sql import literal
from forensics.engine.arrow_pass import ArrowPass
from forensics.engine.portable_sql import for_spark, not_installed
from forensics.errors import EngineError

PARTITION_ROWS = 250_000
"""Rows that one partition of a shuffle should have: some tens of megabytes of hashes, which Python holds at once."""

STANDARD_PORT = 15002
ANSWER_SECONDS = 10.0

SESSION = {
    "spark.sql.session.timeZone": "UTC",
    # Python puts batches together again; Spark's default of 10,000 rows counts no bytes and prompts may be long.
    "spark.sql.execution.arrow.maxRecordsPerBatch": "4096",
}


class SparkRelations:
    """Relations of one piece of work on a Spark Connect end point.

    What is made of them is written below a folder that this machine and the engine's workers see at the same place, so
    that nothing is computed twice, and goes with `close`.

    Args:
        remote: the end point, `sc://host:port/;token=…`.
        folder: an empty folder, or one that does not exist yet.

    Raises:
        EngineError: when the extra is not installed or nobody answers.
    """

    def __init__(self, remote: str, folder: Path) -> None:
        self._session = connected(remote)
        self._folder = folder
        self.partitions = 2
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self._see_the_folder()

    def size(self, rows: int) -> None:
        """Cut shuffles so that a partition has `PARTITION_ROWS` of so many rows."""
        self.partitions = max(2, -(-rows // PARTITION_ROWS))
        self._session.conf.set("spark.sql.shuffle.partitions", str(self.partitions))

    def read(self, name: str, *files: Path) -> None:
        """Name the rows of Parquet files."""
        paths = list(map(str, files))
        self._asked(lambda: self._session.read.parquet(*paths).createOrReplaceTempView(name))

    def take(self, name: str, connection: duckdb.DuckDBPyConnection, query: str) -> None:
        """Name what DuckDB's query gives, by way of a file."""
        file = self._folder / f"{name}.parquet"
        connection.execute(f"COPY ({query}) TO {literal(str(file))} (FORMAT parquet)")
        self.read(name, file)

    def query(self, name: str, query: str, **parameters: object) -> None:
        """Name what a portable query gives."""
        translated, named, _ = for_spark(query)
        values = {name: parameters[name] for name in named}
        self._asked(lambda: self._session.sql(translated, args=values or None).createOrReplaceTempView(name))

    def apply(self, name: str, source: str, function: ArrowPass, *keys: str) -> None:
        """Name what a function gives of a relation; with keys, rows that agree in them are seen together."""
        from pyspark.sql.pandas.types import from_arrow_schema

        rows = self._session.table(source)
        if keys:
            rows = rows.repartition(self.partitions, *keys)
        found = rows.mapInArrow(function, from_arrow_schema(function.schema))
        self._asked(lambda: found.createOrReplaceTempView(name))

    def keep(self, name: str) -> list[Path]:
        """Compute a relation once, and read it from Parquet from now on.

        Returns:
            Its files, which may be none.
        """
        target = self._folder / name
        self._asked(lambda: self._session.table(name).write.mode("overwrite").parquet(str(target)))
        files = sorted(target.glob("*.parquet"))
        if not files:
            # Some engines write no file where there are no rows.
            from pyspark.sql.pandas.types import to_arrow_schema

            files = [target.with_suffix(".parquet")]
            pq.write_table(to_arrow_schema(self._session.table(name).schema).empty_table(), files[0])
        self.read(name, *files)
        return files

    def _see_the_folder(self) -> None:
        """Refuse an engine that reads or writes another folder than this machine, or runs another version."""
        probe = self._folder / "probe.parquet"
        pq.write_table(pa.table({"version": [__version__]}), probe)
        self.read("probe_read", probe)
        self.apply("probe", "probe_read", ArrowPass(_with_version, pa.schema([("version", pa.string())])))
        files = self.keep("probe")
        if not files[0].is_relative_to(self._folder / "probe"):
            raise EngineError(
                f"The engine says it wrote {self._folder / 'probe'}, and nothing is there.",
                next_step="Put the state folder where the engine's workers see it at the same place.",
            )
        found = pq.read_table(files)["version"].to_pylist()
        if found != [__version__]:
            raise EngineError(
                f"The engine's workers run version {', '.join(found)} of this package, this machine {__version__}.",
                next_step="Install the same version on the workers.",
            )

    def close(self) -> None:
        """Let go of the files; names of relations go with the session."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._session.stop()

    def _asked(self, question: Any) -> Any:
        """Ask the engine; what it cannot do is told in its own words."""
        from pyspark.errors import PySparkException

        try:
            return question()
        except PySparkException as fault:
            raise EngineError(
                "The engine cannot do what is asked: " + str(fault).strip()[-1000:],
                next_step="See that its workers can read the state folder and have this package at the same version,"
                " or leave out the setting engine to run on this machine.",
            ) from fault


def _with_version(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(version=pl.lit(__version__))


def connected(remote: str) -> Any:
    """A session of its own at the end point.

    Raises:
        EngineError: when the extra is not installed or nobody answers.
    """
    main = sys.modules["__main__"]
    if not hasattr(main, "__file__"):
        # A process started from a string has none; the client takes it for a run of its own tests and ends it.
        main.__file__ = sys.executable
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql.connect.session import SparkSession
    except ImportError as fault:
        raise not_installed() from fault
    import grpc

    address = urlsplit(remote)
    try:
        # The client itself would try again for a quarter of an hour.
        socket.create_connection((address.hostname, address.port or STANDARD_PORT), ANSWER_SECONDS).close()
        session = SparkSession.builder.remote(remote).create()
        for name, value in SESSION.items():
            session.conf.set(name, value)
    except (PySparkException, grpc.RpcError, OSError, ValueError) as fault:
        raise EngineError(
            f"No Spark Connect end point answers at sc://{address.netloc}: {str(fault).strip()[:300]}",
            next_step="Start one, and name it in the setting spark_remote as sc://host:port.",
        ) from fault
    return session
