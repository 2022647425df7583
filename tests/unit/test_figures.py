from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.figures import VARIABLE, Figures, read

ROOT = Path(__file__).parents[2]
TEST = """
def test_well(figures):
    figures("R3", states=500, lost=0)
    figures("R3", torn=0)
    figures("rule 16", laps=3)

def test_badly(figures):
    figures("R1", lost=1)
    assert False

def test_without(): pass
"""


def test_what_tests_measured_is_kept_in_a_folder_and_read_back(tmp_path: Path) -> None:
    (tmp_path / "test_some.py").write_text(TEST, encoding="utf-8")
    (tmp_path / "conftest.py").write_text(
        "pytest_plugins = ['tests.figures']\n"
        "def pytest_addoption(parser): parser.addoption('--nightly', action='store_true')\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "--rootdir",
            str(tmp_path),
            str(tmp_path),
        ],
        cwd=tmp_path,
        env={**os.environ, VARIABLE: str(tmp_path / "figures"), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "1 failed, 2 passed" in done.stdout, done.stdout
    found = read(tmp_path / "figures")
    assert [(one.number, one.passed, one.tier, one.figures) for one in found] == [
        ("R1", False, "C", {"lost": 1}),
        ("R3", True, "C", {"states": 500, "lost": 0, "torn": 0}),
        ("rule 16", True, "C", {"laps": 3}),
    ]


def test_only_known_numbers_are_taken() -> None:
    with pytest.raises(AssertionError, match="no number"):
        Figures()("S7", lost=0)
