"""A real Secret Service: a session bus of its own and an unlocked gnome-keyring with its own home."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from tests.servers.missing import MissingServer, open_folder, program

SCRIPT = """
printf 'test\\n' | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
echo "$DBUS_SESSION_BUS_ADDRESS"
read -r _
"""


@contextmanager
def secret_service() -> Iterator[dict[str, str]]:
    """The environment in which a process finds the service; the bus ends with the block."""
    bus = program("dbus-run-session")
    program("gnome-keyring-daemon")
    with open_folder("secrets") as folder:
        home = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_RUNTIME_DIR": str(folder)}
        environment = {
            name: value for name, value in os.environ.items() if name != "DBUS_SESSION_BUS_ADDRESS"
        } | home
        folder.chmod(0o700)
        with subprocess.Popen(
            [bus, "--", "sh", "-c", SCRIPT],
            env=environment,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as session:
            assert session.stdin is not None
            assert session.stdout is not None
            address = session.stdout.readline().strip()
            if not address:
                raise MissingServer("the session bus did not start")
            try:
                yield home | {
                    "DBUS_SESSION_BUS_ADDRESS": address,
                    "PYTHON_KEYRING_BACKEND": "keyring.backends.SecretService.Keyring",
                }
            finally:
                session.stdin.close()
                session.wait(timeout=20)
