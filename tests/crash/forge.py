"""A process that has loaded everything once, and makes a child for each life: a start costs next to nothing.

Reads one JSON document a line (``folder``, ``hours``, ``fault``), answers how the child ended.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from app.engine.faults import FaultError
from app.store.database import open_store
from tests.crash import shop_child

ROOT = Path(__file__).parents[2]
THROWN = 3


class Forge:
    """The other end, in the test."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def run(self, folder: Path, hours: float, fault: str = "") -> int:
        """One life of the shop, from so long after noon; how it ended."""
        asked, answered = self._process.stdin, self._process.stdout
        assert asked is not None
        assert answered is not None
        asked.write(json.dumps({"folder": str(folder), "hours": hours, "fault": fault}) + "\n")
        asked.flush()
        return int(answered.readline())


@contextmanager
def forge() -> Iterator[Forge]:
    """A forge that works until the block is left."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.crash.forge"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Forge(process)
    finally:
        process.communicate(timeout=60)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="chainwright-forge-") as folder:
        empty = Path(folder) / "empty.db"
        open_store(empty).close()
        for line in sys.stdin:
            print(_child(json.loads(line), empty), flush=True)


def _child(asked: dict[str, str], empty: Path) -> int:
    child = os.fork()
    if child == 0:
        os.environ["CHAINWRIGHT_FAULT"] = asked["fault"]
        code = 0
        try:
            start = shop_child.NOON + timedelta(hours=float(asked["hours"]))
            shop_child.live(Path(asked["folder"]), start, empty)
        except FaultError:
            code = THROWN
        except BaseException:  # noqa: BLE001 - the end of a process
            traceback.print_exc()
            code = 1
        os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    main()
