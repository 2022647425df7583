from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.channels.registry import Kit, discovered
from app.channels.texts import Texts
from app.support.net import Client
from tests.unit.channels.making import LINKS, SHOP

CODE = """
class Pigeon:
    name = "pigeon"
    idempotent = True
    in_flight = 1
    def __init__(self, kit): self.kit = kit
    def prepare(self, outgoing): ...
    def send(self, batch): return []
    def close(self): ...

class Owl(Pigeon):
    name = "another"

def not_set_up(kit): return None
def broken(kit): raise RuntimeError("planted")
def no_channel(kit): return "a text"
"""
POINTS = """[chainwright.channels]
pigeon = pigeon_post:Pigeon
owl = pigeon_post:Owl
crow = pigeon_post:not_set_up
dodo = pigeon_post:broken
egg = pigeon_post:no_channel
ghost = pigeon_post:nothing
"""


@pytest.fixture
def distribution(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An installed package of somebody else."""
    (tmp_path / "pigeon_post.py").write_text(CODE, encoding="utf-8")
    info = tmp_path / "pigeon_post-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: pigeon-post\nVersion: 1.0\n", encoding="utf-8"
    )
    (info / "entry_points.txt").write_text(POINTS, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    sys.modules.pop("pigeon_post", None)


def kit_of(name: str) -> Kit:
    return Kit({"box": name}, lambda secret: f"{name}.{secret}", SHOP, LINKS, Client(), Texts())


def test_a_foreign_channel_is_found_and_broken_ones_stop_no_other(
    distribution: None, expect_log: Callable[[str], None]
) -> None:
    expect_log("bug in a foreign channel")
    channels, broken = discovered(kit_of)
    (pigeon,) = channels
    assert pigeon.name == "pigeon"
    assert pigeon.kit.settings == {"box": "pigeon"}  # type: ignore[attr-defined]
    assert [one.name for one in broken] == ["dodo", "egg", "ghost", "owl"]
    assert all("update or remove it" in one.sentence for one in broken)


def test_without_foreign_channels_there_are_none() -> None:
    assert discovered(kit_of) == ([], [])
