"""A MongoDB for tests: the one named by a URL, else a real `mongod`, else one in memory.

`PAYPROOF_TEST_MONGODB_URL` names a server. With `PAYPROOF_REQUIRE_MONGODB=1` tests that need one
fail where none can be had; else they are skipped, with the reason.
"""

import atexit
import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pymongo
import pytest

from adapters.mongodb.layout import indexes

IN_MEMORY = Path(__file__).parent / "mongodb"
_JARS = IN_MEMORY / "target" / "dependency"
_START_TIMEOUT_S = 60
# Compiled quickly rather than well: else the stand-in of a worker that runs tests spends more time
# on compiling than on answering.
_HASTY = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")


class NoMongoDB(Exception):
    """There is no MongoDB here, and this is why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MongoServer:
    """A running server; `is_real` is False for the stand-in, which proves less.

    `is_router`: it stands before a sharded cluster, and each database is sharded as users would.
    """

    url: str
    is_real: bool
    is_router: bool = False

    def database_url(self, name: str) -> str:
        return urlsplit(self.url)._replace(path=f"/{name}").geturl()


@pytest.fixture(scope="session")
def mongodb_server() -> MongoServer:
    """The server, one for each process that runs tests."""
    try:
        return shared_mongodb()
    except NoMongoDB as why_not:
        if os.environ.get("PAYPROOF_REQUIRE_MONGODB") == "1":
            pytest.fail(f"PAYPROOF_REQUIRE_MONGODB=1, but there is no MongoDB: {why_not}")
        pytest.skip(f"NOT TESTED, there is no MongoDB: {why_not}")


@cache
def shared_mongodb() -> MongoServer:
    """The best server to be had, started once and stopped at the end. Raises `NoMongoDB`."""
    running = ExitStack()
    atexit.register(running.close)
    return running.enter_context(running_mongodb(is_measured=False))


@pytest.fixture
def mongodb_url(mongodb_server: MongoServer) -> Iterator[str]:
    """The URL of a new database, dropped afterwards."""
    with new_database(mongodb_server) as url:
        yield url


@contextmanager
def new_database(server: MongoServer) -> Iterator[str]:
    """The URL of a database that is dropped afterwards."""
    name = f"payproof_{uuid4().hex[:12]}"
    if server.is_router:
        with admin_client(server) as client:
            for collection in ("orders", "claims"):
                names = f"{name}.{collection}"
                client.admin.command("shardCollection", names, key={"_id": "hashed"})
    yield server.database_url(name)
    with admin_client(server) as client:
        client.drop_database(name)


def lay_out_as_sharded(server: MongoServer, url: str) -> None:
    """Gives an empty database the layout it would have been given on a sharded cluster."""
    with admin_client(server) as client:
        client[database_name(url)]["orders"].create_indexes(indexes(claims_apart=True))


def database_name(url: str) -> str:
    return urlsplit(url).path.removeprefix("/")


@contextmanager
def admin_client(server: MongoServer) -> Iterator[pymongo.MongoClient[dict[str, Any]]]:
    """A plain client, to look behind the adapter's back."""
    with pymongo.MongoClient[dict[str, Any]](server.url, timeoutMS=10_000) as client:
        yield client


@contextmanager
def running_mongodb(memory: str = "512m", *, is_measured: bool = True) -> Iterator[MongoServer]:
    """The best server to be had; `memory` is the stand-in's. Raises `NoMongoDB`.

    A stand-in that is measured, or has much to do, is as fast as it can be.
    """
    url = os.environ.get("PAYPROOF_TEST_MONGODB_URL")
    if url:
        with pymongo.MongoClient[dict[str, Any]](url, timeoutMS=10_000) as client:
            is_router = client.admin.command("isMaster").get("msg") == "isdbgrid"
        yield MongoServer(url=url, is_real=True, is_router=is_router)
    elif mongod := shutil.which("mongod"):
        with _real(mongod) as server:
            yield server
    else:
        with _in_memory(memory, () if is_measured else _HASTY) as server:
            yield server


@contextmanager
def _real(mongod: str) -> Iterator[MongoServer]:
    """A `mongod` of our own, as a replica set of one node."""
    with TemporaryDirectory() as folder:
        command = [mongod, "--dbpath", folder, "--bind_ip", "127.0.0.1", "--port", "0"]
        log = Path(folder) / "mongod.log"
        process = subprocess.Popen([*command, "--replSet", "tests", "--logpath", str(log)])
        try:
            port = _port_in(log, process)
            url = f"mongodb://127.0.0.1:{port}/?directConnection=true"
            with pymongo.MongoClient[dict[str, Any]](url) as client:
                member = {"_id": 0, "host": f"127.0.0.1:{port}"}
                client.admin.command("replSetInitiate", {"_id": "tests", "members": [member]})
                while not client.admin.command("hello")["isWritablePrimary"]:
                    sleep(0.05)
            yield MongoServer(url=url, is_real=True)
        finally:
            process.terminate()
            process.wait(timeout=_START_TIMEOUT_S)


def _port_in(log: Path, process: subprocess.Popen[bytes]) -> int:
    """The port that mongod chose, from its own log."""
    give_up_at = monotonic() + _START_TIMEOUT_S
    while monotonic() < give_up_at and process.poll() is None:
        text = log.read_text(errors="replace") if log.exists() else ""
        _, found, after = text.partition('"msg":"Waiting for connections","attr":{"port":')
        if found:
            return int(after.partition(",")[0])
        sleep(0.05)
    raise NoMongoDB("mongod did not start")


@contextmanager
def _in_memory(memory: str, options: tuple[str, ...]) -> Iterator[MongoServer]:
    """The stand-in on the Java machine, fetched by Maven once for a checkout."""
    missing = [name for name in ("java", "javac", "mvn") if shutil.which(name) is None]
    if missing:
        raise NoMongoDB(f"no mongod, and no {' and no '.join(missing)} for the stand-in")
    _fetch_jars()
    # With more than one thread its reads can tear. It ends when its standard input does, so that
    # none is left over however the tests end.
    command = ["java", f"-Xmx{memory}", "-Dio.netty.eventLoopThreads=1", *options]
    with subprocess.Popen(
        [*command, "-cp", f"{_JARS}/*", str(IN_MEMORY / "TestServer.java")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        if not port:
            raise NoMongoDB("the stand-in did not start")
        yield MongoServer(url=f"mongodb://127.0.0.1:{port}/", is_real=False)


def _fetch_jars() -> None:
    IN_MEMORY.joinpath("target").mkdir(exist_ok=True)
    with IN_MEMORY.joinpath("target", "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # one worker fetches, the others wait
        if any(_JARS.glob("mongo-java-server-*.jar")):
            return
        command = ["mvn", "--quiet", "--batch-mode", "dependency:copy-dependencies"]
        fetched = subprocess.run(
            command, cwd=IN_MEMORY, check=False, capture_output=True, text=True
        )
        if fetched.returncode != 0:
            raise NoMongoDB(f"Maven could not fetch the stand-in: {fetched.stdout[-500:]}")
