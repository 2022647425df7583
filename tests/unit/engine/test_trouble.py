"""R4, R5: what goes wrong is told once, in a sentence where it is the world's, and tried again later."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest

from app.engine.trouble import Troubles
from app.model.errors import WorldError

FULL = WorldError("There is no room left. Make room on the disk; nothing was lost.")


@pytest.fixture(autouse=True)
def _expected(expect_log: Callable[[str], None]) -> None:
    expect_log("the engine (waits|met an error)")


def test_pauses_double_up_to_ten_seconds_and_begin_anew() -> None:
    troubles = Troubles()
    assert [troubles.met("deciding", FULL) for _ in range(6)] == [1.0, 2.0, 4.0, 8.0, 10.0, 10.0]
    troubles.over("deciding")
    assert troubles.met("deciding", FULL) == 1.0


def test_what_comes_again_and_again_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    troubles = Troubles()
    for error in (FULL, WorldError(str(FULL)), KeyError("a"), KeyError("a"), KeyError("b")):
        troubles.met("deciding", error)
    logged = [(record.levelno, bool(record.exc_info)) for record in caplog.records]
    assert logged == [(logging.WARNING, False), (logging.ERROR, True), (logging.ERROR, True)]
    assert "no room left" in caplog.records[0].getMessage()


def test_a_trouble_is_over_when_the_one_who_met_it_has_overcome_it() -> None:
    troubles = Troubles()
    assert (troubles.name, troubles.sentence) == ("", "")
    troubles.met("email", KeyError("a"))
    troubles.met("deciding", FULL)
    assert (troubles.name, troubles.sentence) == ("KeyError", str(FULL))
    troubles.over("deciding")
    assert troubles.sentence.endswith("The log has the details.")
    troubles.over("sms")
    assert troubles.name == "KeyError"
    troubles.over("email")
    assert (troubles.name, troubles.sentence) == ("", "")
