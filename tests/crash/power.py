"""What a disk may hold after the power was cut: made from a recording of all writes of a process.

What was forced to the disk is there. Of what was written since, each write is lost, there, or torn: of each
of its sectors a coin says whether it is the new one.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final

SECTOR: Final = 512
_CALLS: Final = "pwrite64,write,fdatasync,fsync,ftruncate,unlink,unlinkat,rename"
_CALL: Final = re.compile(r'(\w+)\((?:AT_FDCWD[^,]*, )?(?:\d+<([^>]*)>|"([^"]*)")(?:, (.*))?\)\s+= (-?\d+)')
_WRITTEN: Final = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?, (\d+)(?:, (\d+))?')


@dataclass(frozen=True, slots=True)
class Call:
    """One call that changes a file, or forces what was written before to the disk."""

    what: str
    """``write``, ``cut``, ``remove`` or ``force``."""
    file: str
    offset: int = 0
    content: bytes = b""


def record(command: Sequence[str], folder: Path, out: Path, root: Path) -> list[Call]:
    """Runs a command, of one thread; what it does to the files of a folder, in order."""
    traced = ["strace", "-y", "-xx", "-s", "70000", "-e", f"trace={_CALLS}", "-o", str(out), *command]
    done = subprocess.run(traced, cwd=root, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    with out.open(encoding="ascii") as lines:
        return [call for line in lines if (call := _read(line, str(folder))) is not None]


def _read(line: str, folder: str) -> Call | None:
    found = _CALL.match(line)
    if found is None:
        assert line.startswith(("+++", "---")) or folder not in line, line[:200]
        return None
    name, by_number, by_name, rest, answer = found.groups()
    path = _plain(by_number or by_name or "")
    if not path.startswith(f"{folder}/") or answer == "-1":
        return None
    file = path[len(folder) + 1 :]
    if name in ("fdatasync", "fsync"):
        return Call("force", file)
    if name.startswith("unlink"):
        return Call("remove", file)
    if name == "ftruncate":
        return Call("cut", file, int(rest))
    assert name in ("pwrite64", "write"), line[:200]
    written = _WRITTEN.match(rest or "")
    assert written is not None, line[:200]
    content = bytes.fromhex(written[1].replace("\\x", ""))
    assert not written[2], "a write was recorded in part"
    assert len(content) == int(answer)
    return Call("write", file, int(written[4] or -1), content)


def _plain(text: str) -> str:
    return bytes.fromhex(text.replace("\\x", "")).decode() if text.startswith("\\x") else text


@dataclass
class Disk:
    """What is safe on it, and what was written since."""

    safe: dict[str, bytearray]
    since: list[Call] = field(default_factory=list)

    def take(self, call: Call) -> None:
        """The next call."""
        if call.what != "force":
            self.since.append(call)
            return
        for one in self.since:
            if one.file == call.file:
                _apply(self.safe, one)
        self.since = [one for one in self.since if one.file != call.file]

    def after_the_cut(self, chance: Random) -> dict[str, bytearray]:
        """One of all the states that are possible now."""
        state = {name: bytearray(content) for name, content in self.safe.items()}
        for call in self.since:
            fate = chance.randrange(3)
            if fate == 1 or (fate == 2 and call.what != "write"):
                _apply(state, call)
            elif fate == 2:
                for start in range(0, len(call.content), SECTOR):
                    if chance.randrange(2):
                        part = call.content[start : start + SECTOR]
                        _apply(state, Call("write", call.file, call.offset + start, part))
        return state


def _apply(state: dict[str, bytearray], call: Call) -> None:
    if call.what == "remove":
        state.pop(call.file, None)
        return
    content = state.setdefault(call.file, bytearray())
    if call.what == "cut":
        del content[call.offset :]
        content.extend(bytes(call.offset - len(content)))
    else:
        end = call.offset + len(call.content)
        content.extend(bytes(max(end - len(content), 0)))
        content[call.offset : end] = call.content


@dataclass(frozen=True, slots=True)
class Cut:
    """A state of the disk, and what was said aloud before the power went."""

    files: dict[str, bytearray]
    said: bytes
    wire: bytes


def cuts(calls: Sequence[Call], before: dict[str, bytes], states: int, seed: int) -> Iterator[Cut]:
    """So many states, at moments and with fates by the seed. What is said stands on no disk of ours."""
    chance = Random(seed)
    moments = sorted(chance.randrange(len(calls)) for _ in range(states))
    disk = Disk({name: bytearray(content) for name, content in before.items()})
    said = {"said.txt": bytearray(), "wire.txt": bytearray()}
    for number, call in enumerate(calls):
        if call.file in said:
            said[call.file] += call.content
        else:
            disk.take(call)
        while moments and moments[0] == number:
            moments.pop(0)
            yield Cut(disk.after_the_cut(chance), bytes(said["said.txt"]), bytes(said["wire.txt"]))
