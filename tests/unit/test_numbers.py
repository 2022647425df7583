"""Each rule of a journey, and each number of the list of tests owed, is named by a test that shows it.

A number counts where it stands in the docstring of a test, in its name, or in the docstring of a module of
tests; never in a comment, or in the text of a helper.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

TESTS: Final = Path(__file__).parents[1]
RULES: Final = frozenset(range(1, 24)) - {15, 20}
"""Those of DESIGN.md 5b that the engine keeps; replies and typed addresses belong to the channels and the
site."""
OWED: Final = frozenset({1, 2, 3, 4, 5, 6, 8, 9, 10, 12, 13, 15, 16, 17, 18, 20, 21, 22, 23, 27, 43})
"""Those of RELIABILITY.md that the engine owes."""
_RULE: Final = re.compile(r"(?<![a-z])rules?[ _](\d+(?:(?:, | and | to |_and_)\d+)*)", re.IGNORECASE)
_OWED: Final = re.compile(r"\bR(\d+)(?: to R(\d+))?\b")


def texts(source: str) -> Iterator[tuple[str, bool]]:
    """What the tests of a file say of themselves, and whether it is one test that says it."""
    module = ast.parse(source)
    tests = [
        one
        for one in ast.walk(module)
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef) and one.name.startswith("test_")
    ]
    if tests:
        yield ast.get_docstring(module) or "", False
    for one in tests:
        yield f"{one.name.replace('test_', ' ', 1)}\n{ast.get_docstring(one) or ''}", True


def rules_in(source: str) -> set[int]:
    """The rules that single tests name."""
    found = (match[1] for text, single in texts(source) if single for match in _RULE.finditer(text))
    return {number for numbers in found for number in _spread(numbers)}


def owed_in(source: str) -> set[int]:
    """The R numbers that tests or their module name."""
    found = [match for text, _ in texts(source) for match in _OWED.finditer(text)]
    return {number for one in found for number in range(int(one[1]), int(one[2] or one[1]) + 1)}


def _spread(numbers: str) -> Iterator[int]:
    """“7 to 9” are three rules, “2 and 12” are two."""
    for part in re.split(r", | and |_and_", numbers):
        first, _, last = part.partition(" to ")
        yield from range(int(first), int(last or first) + 1)


@pytest.fixture(scope="module")
def sources() -> list[str]:
    paths = sorted(TESTS.rglob("test_*.py"))
    return [path.read_text(encoding="utf-8") for path in paths if path != Path(__file__)]


def test_every_rule_of_a_journey_is_named_by_a_test(sources: list[str]) -> None:
    named = set[int]().union(*map(rules_in, sources))
    assert sorted(RULES - named) == [], "rules that no test names"


def test_every_number_that_is_owed_is_named_by_a_test(sources: list[str]) -> None:
    named = set[int]().union(*map(owed_in, sources))
    assert sorted(OWED - named) == [], "R numbers that no test names"


SAID = '''"""R15 to R17: of the module."""

# rule 1

def helper():
    """Rule 2."""

def test_one():
    """Rules 7 to 9, and rule 12."""

class TestMore:
    async def test_two_of_rule_3(self):
        """Rules 4 and 5; R22."""
        assert "rule 6"
'''


def test_only_what_tests_say_of_themselves_counts() -> None:
    assert rules_in(SAID) == {3, 4, 5, 7, 8, 9, 12}
    assert owed_in(SAID) == {15, 16, 17, 22}
    assert rules_in(SAID.replace("Rules 7 to 9, and rule 12.", "")) == {3, 4, 5}


def test_a_file_without_tests_says_nothing() -> None:
    assert rules_in('"""Rule 1, R1."""\n') == owed_in('"""Rule 1, R1."""\n') == set()
