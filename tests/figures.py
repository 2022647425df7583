"""What a test measured, kept for the reliability page: one small JSON file a test.

A test asks for the fixture ``figures`` and calls it once for each number of RELIABILITY.md that it shows:
``figures("R1", rounds=30, seed=7, lost=0, doubled=0)``. Nothing is kept unless the environment names a folder
in ``CHAINWRIGHT_FIGURES``; the files of an earlier run in it are replaced test by test.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Generator, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

import pytest

VARIABLE: Final = "CHAINWRIGHT_FIGURES"
_PASSED: Final = pytest.StashKey[bool]()
_NUMBER: Final = re.compile(r"R[1-9][0-9]?|rule [1-9][0-9]?|show [1-9]")
Figure = int | float | str | bool | None


@dataclass(frozen=True, slots=True)
class Result:
    """What one test showed for one number."""

    number: str
    """``R1`` to ``R46``, ``rule 1`` to ``rule 23``, or ``show 1`` to ``show 7`` of the issue."""
    test: str
    tier: str
    """``C`` or ``N``."""
    passed: bool
    seconds: float
    figures: dict[str, Figure] = field(default_factory=dict)


class Figures:
    """Takes a test's figures while it runs."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, Figure]] = {}

    def __call__(self, number: str, **figures: Figure) -> None:
        """Adds to what is known for this number; a later value of one name replaces the earlier."""
        assert _NUMBER.fullmatch(number), f"{number} is no number of RELIABILITY.md, DESIGN.md or the issue"
        self.kept.setdefault(number, {}).update(figures)
        print(number, *(f"{name}={value}" for name, value in figures.items()))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call":
        item.stash[_PASSED] = report.passed
    return report


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Iterator[Figures]:
    """`figures(number, **values)`: what this test measured, for the reliability page."""
    taken, begun = Figures(), time.monotonic()
    yield taken
    folder = os.environ.get(VARIABLE)
    if folder and taken.kept:
        node = request.node
        nightly = request.config.getoption("--nightly") and node.get_closest_marker("nightly") is not None
        seconds = round(time.monotonic() - begun, 1)
        results = [
            Result(
                number, node.nodeid, "N" if nightly else "C", node.stash.get(_PASSED, False), seconds, values
            )
            for number, values in taken.kept.items()
        ]
        _keep(Path(folder), node.nodeid, results)


def _keep(folder: Path, test: str, results: list[Result]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[^A-Za-z0-9]+", "-", test).strip("-")[-120:]
    text = json.dumps([asdict(one) for one in results], ensure_ascii=False, indent=1)
    (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def read(folder: Path) -> list[Result]:
    """All results of a folder, by number and test."""
    found = [Result(**one) for path in folder.glob("*.json") for one in json.loads(path.read_text("utf-8"))]
    return sorted(found, key=lambda one: (one.number[0], int(re.sub(r"\D", "", one.number)), one.test))
