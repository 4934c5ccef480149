"""Snapshots in an object store, over real HTTP: moto's server speaks the S3 API on loopback."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from forensics.errors import SnapshotError
from forensics.home import Home
from forensics.raw import list_days, load_day
from forensics.raw.sources import ObjectStore, open_source
from forensics.settings import Settings
from forensics.warehouse import open_building
from tests.unit.raw.snapshots import DAY, exchanges, payments, write, write_day

BUCKET = "provider-logs"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """An S3 server of our own."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def store(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """An empty bucket, reached by the variables that the store's own tools read."""
    for name, value in (("ACCESS_KEY_ID", "test"), ("SECRET_ACCESS_KEY", "test"), ("ENDPOINT_URL", endpoint)):
        monkeypatch.setenv(f"AWS_{name}", value)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    from pyarrow.fs import S3FileSystem

    host = endpoint.removeprefix("http://")
    files = S3FileSystem(
        endpoint_override=host,
        scheme="http",
        region="us-east-1",
        allow_bucket_creation=True,
        allow_bucket_deletion=True,
    )
    files.create_dir(BUCKET)
    yield files
    files.delete_dir(BUCKET)


def _upload(files: Any, folder: Path, prefix: str) -> None:
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        with files.open_output_stream(f"{BUCKET}/{prefix}/{path.relative_to(folder)}", compression=None) as stream:
            stream.write(path.read_bytes())


def _local_day(root: Path) -> Path:
    folder = write_day(root, exchanges=None, payments=payments())
    write(folder / "exchanges" / "part-0.jsonl.zst", exchanges(400))
    write(folder / "exchanges" / "part-1.csv.gz", exchanges(300, start=400))
    write(folder / "exchanges" / "part-2.parquet", [{**exchanges(1)[0], "input_tokens": -1}])
    return folder


def test_a_day_from_s3_is_the_day_from_disk(store: Any, tmp_path: Path) -> None:
    _local_day(tmp_path / "local")
    _upload(store, tmp_path / "local", "exports/daily")
    _upload(store, tmp_path / "local", "exports/daily/date=2026-03-09/nested")
    url = f"s3://{BUCKET}/exports/daily"
    assert list_days(url) == [DAY]
    loads = {}
    for name, root in (("disk", str(tmp_path / "local")), ("store", url)):
        home = Home(tmp_path / name)
        with open_building(home, Settings()) as connection:
            report = load_day(connection, home, Settings(), root=root, day=DAY)
            tables = [
                connection.execute(f"SELECT {columns} FROM raw.{table} ORDER BY ALL").fetchall()
                for table, columns in (
                    ("exchanges", "*"),
                    ("payments", "*"),
                    ("quarantine", "*"),
                    ("loads", "file, sha256"),
                )
            ]
            again = load_day(connection, home, Settings(), root=root, day=DAY)
        assert again.status == "already_loaded"
        assert not (home.scratch / "raw").exists()
        loads[name] = (report, tables, next(home.raw.rglob("*.parquet")).read_bytes())
    assert loads["disk"] == loads["store"]
    assert loads["store"][0].rows == 700 + 7 + 5


def test_the_url_can_name_the_end_point(
    store: Any, endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _upload(store, _local_day(tmp_path), f"date={DAY}")
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    assert list_days(f"s3://{BUCKET}?endpoint_override={endpoint}&region=eu-west-1") == [DAY]


def test_faults_of_a_day_in_a_store(store: Any, tmp_path: Path) -> None:
    folder = _local_day(tmp_path / "local")
    (folder / "_SUCCESS").unlink()
    (folder / "models.csv").touch()
    packed = folder / "exchanges" / "part-1.csv.gz"
    packed.write_bytes(packed.read_bytes()[:-20])
    _upload(store, tmp_path / "local", "daily")
    home = Home(tmp_path / "home")
    with open_building(home, Settings()) as connection, pytest.raises(SnapshotError) as caught:
        load_day(connection, home, Settings(), root=f"s3://{BUCKET}/daily", day=DAY)
    assert len(caught.value.faults) == 3
    assert "cut short" in caught.value.faults[2]
    with pytest.raises(SnapshotError, match="no snapshots"):
        list_days(f"s3://{BUCKET}/elsewhere")


def test_an_object_that_is_replaced_while_it_is_read_is_refused(store: Any, tmp_path: Path) -> None:
    folder = _local_day(tmp_path / "local")
    _upload(store, tmp_path / "local", "daily")
    source = open_source(f"s3://{BUCKET}/daily")
    assert isinstance(source, ObjectStore)
    copy = source.fetch(f"date={DAY}/payments.parquet", tmp_path)
    assert copy.path.read_bytes() == (folder / "payments.parquet").read_bytes()
    assert source.unchanged(f"date={DAY}/payments.parquet", copy)
    write(folder / "payments.parquet", payments(3))
    _upload(store, tmp_path / "local", "daily")
    assert not source.unchanged(f"date={DAY}/payments.parquet", copy)


def test_a_store_that_does_not_answer_is_one_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with pytest.raises(SnapshotError, match="cannot be read"):
        list_days("s3://bucket/x?endpoint_override=http://127.0.0.1:9")
    monkeypatch.delenv("AZURE_STORAGE_ACCOUNT", raising=False)
    with pytest.raises(SnapshotError, match="storage account"):
        list_days("az://container/x")


def test_other_stores_are_reached_by_their_own_clients(monkeypatch: pytest.MonkeyPatch) -> None:
    from pyarrow import fs

    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT", "provider")
    monkeypatch.setenv("AZURE_STORAGE_KEY", "a2V5")
    azure, google = open_source("az://container/x"), open_source("gs://bucket/x?endpoint_override=http://127.0.0.1:9")
    assert isinstance(azure, ObjectStore)
    assert isinstance(google, ObjectStore)
    assert isinstance(azure.files, fs.AzureFileSystem)
    assert isinstance(google.files, fs.GcsFileSystem)
