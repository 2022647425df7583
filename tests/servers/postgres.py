"""A PostgreSQL cluster of our own on loopback, without durability."""

from __future__ import annotations

import os
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.servers.missing import MissingServer, free_port, open_folder, program


@dataclass(frozen=True)
class Cluster:
    """A running cluster; superuser `postgres`, no password, TCP on loopback only."""

    port: int

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{database}"

    @contextmanager
    def database(self) -> Iterator[str]:
        """The URL of a new empty database, dropped afterwards whoever is still connected."""
        name = f"test_{uuid.uuid4().hex}"
        self._run(f'CREATE DATABASE "{name}"')
        try:
            yield self.url(name)
        finally:
            self._run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _run(self, statement: str) -> None:
        import psycopg
        from psycopg import sql

        where = f"host=127.0.0.1 port={self.port} user=postgres dbname=postgres"
        with psycopg.connect(where, autocommit=True) as connection:
            connection.execute(sql.SQL(statement))


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Starts and stops it: a bit over a second."""
    bindir = _bindir()
    with open_folder("postgres") as folder:
        owner = _owner(folder)
        data, port = folder / "data", free_port()
        _run(
            owner,
            [
                f"{bindir}/initdb",
                "-D",
                str(data),
                "-A",
                "trust",
                "-U",
                "postgres",
                "--no-sync",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
            ],
            folder,
        )
        options = f"-F -c listen_addresses=127.0.0.1 -p {port} -k {folder} -c shared_buffers=32MB"
        control = [f"{bindir}/pg_ctl", "-D", str(data), "-w", "-l", str(folder / "log"), "-o", options]
        _run(owner, [*control, "start"], folder)
        try:
            yield Cluster(port)
        finally:
            _run(owner, [f"{bindir}/pg_ctl", "-D", str(data), "-m", "immediate", "stop"], folder)


def _bindir() -> Path:
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return Path(program("initdb", *map(str, debian))).parent


def _owner(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root: root lends the folder to the user postgres."""
    if os.name == "nt" or os.geteuid() != 0:
        return []
    import shutil

    try:
        shutil.chown(folder, "postgres")
    except LookupError as error:
        raise MissingServer("there is no user postgres") from error
    return ["runuser", "-u", "postgres", "--"]


def _run(owner: list[str], command: list[str], folder: Path) -> None:
    """The server keeps what it is started with open, so its output goes to a file and never to a pipe."""
    with (folder / "output").open("ab") as output:
        subprocess.run(
            [*owner, *command],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            timeout=60,
            check=True,
        )
