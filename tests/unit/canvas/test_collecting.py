"""Searches for dead values while much is made, and after it.

Each in a process of its own: a search of everything would find what other tests have left behind.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from textwrap import dedent

ROOT = Path(__file__).parents[3]
HEAD = """
import gc
import weakref

from app.canvas.collecting import later, look_at_all


class Circle:
    def __init__(self):
        self.me = self


"""


def alone(lines: str) -> None:
    """Runs these lines; an assertion that fails in them fails here."""
    command = [sys.executable, "-c", HEAD + dedent(lines)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr


def test_nothing_is_searched_inside_and_it_goes_on_behind() -> None:
    alone("""
        with later():
            assert not gc.isenabled()
            with later():
                pass
            assert not gc.isenabled(), "the inner one ended the outer one"
        assert gc.isenabled()
    """)


def test_whoever_had_switched_it_off_finds_it_off() -> None:
    alone("""
        gc.disable()
        with later():
            pass
        assert not gc.isenabled()
    """)


def test_what_was_made_inside_is_not_looked_at_again_but_by_a_search_of_everything() -> None:
    alone("""
        with later():
            dead = weakref.ref(Circle())
        gc.collect()
        assert dead() is not None
        look_at_all()
        assert dead() is None
    """)
