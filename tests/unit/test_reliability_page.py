"""The page of what was tried tells what tests measured, and all of it."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from tests.figures import Result

ROOT = Path(__file__).parents[2]
_CALL = re.compile(r'figures\(\s*"(R[0-9]+)"')


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_reliability", ROOT / "docs" / "make_reliability.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_result_is_a_line_under_its_number(maker: ModuleType) -> None:
    test = "tests/crash/test_kill.py::test_no_letter_is_lost[7]"
    made = maker.page([Result("R1", test, "N", True, 61.25, {"rounds": 500, "lost": 0, "ratio": 0.25})])
    assert "### R1. The engine is killed" in made
    assert "- no letter is lost (long, 61 s): rounds 500, lost 0, ratio 0.25." in made
    assert "failed" not in made


def test_cases_of_one_test_are_one_line(maker: ModuleType) -> None:
    cases = [
        Result("R2", f"t.py::test_a[{point}]", "C", True, 2, {"point": point, "after": after, "lost": 0})
        for after, point in enumerate(("a", "b", "c", "d", "e"), start=1)
    ]
    assert "- a (5 cases, every change, 10 s): point: 5 kinds, after 1 to 5, lost 0." in maker.page(cases)


def test_a_failed_run_is_told_first(maker: ModuleType) -> None:
    made = maker.page([Result("R3", "t.py::test_a", "C", False, 1, {"lost": 2})])
    assert "**1 of 1 tests failed.**" in made
    assert "(every change, 1 s): lost 2." in made


def test_every_number_that_a_test_measures_has_its_place_on_the_page(maker: ModuleType) -> None:
    measured = {
        number
        for path in (ROOT / "tests").rglob("test_*.py")
        if path != Path(__file__) and path.name != "test_figures.py"
        for number in _CALL.findall(path.read_text("utf-8"))
    }
    assert len(measured) >= 5
    assert measured <= set(maker.TRIED)
