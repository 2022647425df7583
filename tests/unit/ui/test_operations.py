from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.model.errors import WorldError
from app.ui.operations import Lane, Operations


@pytest.fixture
def operations(qtbot: QtBot) -> Iterator[Operations]:
    made = Operations()
    yield made
    made.close()


def test_work_is_done_elsewhere_and_told_here(operations: Operations, qtbot: QtBot) -> None:
    told: list[tuple[str, str]] = []
    operations.run(
        lambda: threading.current_thread().name,
        lambda name: told.append((name, threading.current_thread().name)),
    )
    qtbot.waitUntil(lambda: bool(told))
    assert told == [("ui-desk_0", "MainThread")]


def test_an_error_of_the_world_is_told_as_its_sentence(operations: Operations, qtbot: QtBot) -> None:
    def work() -> None:
        raise WorldError("The mail server refuses our password. Log in again")

    told: list[str] = []
    operations.run(work, failed=told.append)
    qtbot.waitUntil(lambda: bool(told))
    with qtbot.waitSignal(operations.failed) as signal:
        operations.run(work)
    assert signal.args == told == ["The mail server refuses our password. Log in again"]


def test_a_bug_is_logged_and_told_without_its_traceback(
    operations: Operations, qtbot: QtBot, expect_log: Callable[[str], None]
) -> None:
    expect_log("an operation of the window broke")
    with qtbot.waitSignal(operations.failed) as signal:
        operations.run(lambda: 1 / 0)
    assert signal.args is not None
    assert "division" not in signal.args[0]


def test_one_lane_keeps_its_order_and_does_not_hold_up_another(operations: Operations, qtbot: QtBot) -> None:
    gate = threading.Event()
    order: list[str] = []
    operations.run(lambda: gate.wait(20), lambda _open: order.append("first"))
    operations.run(lambda: None, lambda _none: order.append("second"))
    operations.run(lambda: None, lambda _none: order.append("check"), lane=Lane.CHECK)
    qtbot.waitUntil(lambda: order == ["check"])
    gate.set()
    qtbot.waitUntil(lambda: len(order) == 3)
    assert order == ["check", "first", "second"]


def test_after_closing_nothing_is_begun_or_told(qtbot: QtBot) -> None:
    operations = Operations()
    gate, began, told = threading.Event(), threading.Event(), list[object]()

    def work() -> None:
        began.set()
        gate.wait(20)

    operations.run(work, told.append)
    operations.run(lambda: None, told.append)
    assert began.wait(20)
    threading.Timer(0.05, gate.set).start()
    operations.close()
    operations.run(lambda: None, told.append)
    qtbot.wait(30)
    assert told == []


def test_being_busy_is_known_while_anything_is_under_way(operations: Operations, qtbot: QtBot) -> None:
    changes: list[bool] = []
    operations.busy_changed.connect(changes.append)
    operations.run(lambda: None)
    operations.run(lambda: None, lane=Lane.NUMBERS)
    assert operations.busy
    qtbot.waitUntil(lambda: not operations.busy)
    assert changes == [True, False]
