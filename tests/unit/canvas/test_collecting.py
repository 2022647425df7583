"""Searches for dead values while much is made, and after it."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from app.canvas.collecting import later, look_at_all


class Circle:
    """Holds itself."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_nothing_is_searched_inside_and_it_goes_on_behind() -> None:
    with later():
        assert not gc.isenabled()
        with later():
            pass
        assert not gc.isenabled(), "the inner one ended the outer one"
    assert gc.isenabled()


def test_whoever_had_switched_it_off_finds_it_off() -> None:
    gc.disable()
    try:
        with later():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_what_was_made_inside_is_not_looked_at_again_but_by_a_search_of_everything() -> None:
    with later():
        dead = weakref.ref(Circle())
    gc.collect()
    assert dead() is not None
    look_at_all()
    assert dead() is None
