"""Sources of other people come in through the entry points of an installed distribution."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.model.people import Address, ImportReport
from app.sources.registry import Kit, foreign_sources
from app.support.net import Client

MODULE = """
from app.model.people import Address, ContactRow

class Pantry:
    name = "pantry"

    def __init__(self, kit):
        self.kit = kit

    def contacts(self, *, now, report):
        report.read += 1
        yield ContactRow(1, (Address("email", self.kit.settings["who"]),))

def pantry(kit):
    return Pantry(kit)

def asleep(kit):
    return None

def broken(kit):
    raise RuntimeError("it broke")

def stone(kit):
    return object()
"""
ENTRIES = """\
[chainwright.sources]
pantry = pantry_source:pantry
asleep = pantry_source:asleep
broken = pantry_source:broken
missing = pantry_source:nothing_of_this_name
stone = pantry_source:stone
"""


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pantry_source.py").write_text(MODULE)
    info = tmp_path / "pantry_source-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: pantry-source\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(ENTRIES)
    monkeypatch.syspath_prepend(str(tmp_path))


def kit(name: str) -> Kit:
    return Kit({"who": f"{name}@example.org"}, lambda _: None, Client())


@pytest.mark.usefixtures("installed")
def test_good_sources_work_and_broken_ones_are_named(expect_log: Callable[[str], None]) -> None:
    expect_log("bug in a foreign source")
    sources, broken = foreign_sources(kit)
    assert [source.name for source in sources] == ["pantry"]
    assert [(one.name, one.sentence) for one in broken] == [
        ("broken", "The source “broken” cannot be loaded; update or remove it."),
        ("missing", "The source “missing” cannot be loaded; update or remove it."),
        ("stone", "“stone” is not a source; update or remove it."),
    ]
    report = ImportReport()
    rows = list(sources[0].contacts(now=datetime(2026, 9, 1, tzinfo=UTC), report=report))
    assert (report.read, rows[0].addresses) == (1, (Address("email", "pantry@example.org"),))


def test_without_any_there_are_none() -> None:
    assert foreign_sources(kit) == ([], [])
