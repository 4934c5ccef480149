"""Start Apache Spark's own Connect server on this machine, run the comparison of engines against it, stop it.

Run by `make test-spark`, with the environment that holds pyspark as its argument; Java 17 or newer is needed.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROJECT = Path(__file__).parents[2]
START_SECONDS = 180
SERVER = "org.apache.spark.sql.connect.service.SparkConnectServer"
QUIET = """
rootLogger.level = warn
rootLogger.appenderRef.stdout.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{HH:mm:ss} %p %c{1}: %m%n
"""


@contextmanager
def served(environment: Path, folder: Path) -> Iterator[str]:
    """A Connect server with two threads and two gigabytes; its workers run this Python, with the project installed."""
    spark = next(environment.glob("lib/python*/site-packages/pyspark"))
    (folder / "log4j2.properties").write_text(QUIET, "utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": str(port),
        "spark.local.dir": str(folder),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.ui.enabled": "false",
    }
    command = [str(spark / "bin" / "spark-submit"), "--master", "local[2]", "--driver-memory", "2g", "--class", SERVER]
    command += [part for name, value in settings.items() for part in ("--conf", f"{name}={value}")]
    variables = {"SPARK_HOME": str(spark), "SPARK_CONF_DIR": str(folder), "PYSPARK_PYTHON": sys.executable}
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [*command, "spark-internal"],
            cwd=folder,
            env={**os.environ, **variables, "SPARK_LOCAL_IP": "127.0.0.1"},
            stdout=log,
            stderr=log,
        )
        try:
            _wait(server, port, folder / "server.log")
            yield f"sc://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(60)


def _wait(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Wait until the server answers."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.5)
    sys.exit(f"Spark did not start:\n{log.read_text('utf-8')[-3000:]}")


def main() -> int:
    """Run the tests; the exit code is theirs."""
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        sys.exit("Apache Spark needs Java 17 or newer: install it, or run `make test`, which compares with Sail.")
    with tempfile.TemporaryDirectory() as folder, served(Path(sys.argv[1]).resolve(), Path(folder)) as remote:
        command = [sys.executable, "-m", "pytest", "-q", "--timeout", "3000", "tests/integration/test_engines.py"]
        return subprocess.run(
            command, cwd=PROJECT, env={**os.environ, "TEST_SPARK_REMOTE": remote}, check=False
        ).returncode


if __name__ == "__main__":
    sys.exit(main())
