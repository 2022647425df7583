from __future__ import annotations

import threading

from pytestqt.qtbot import QtBot

from app.ui.refresh import Throttle


def test_a_thousand_questions_from_another_thread_are_few_answers_here(qtbot: QtBot) -> None:
    throttle = Throttle(interval_ms=200)
    answers: list[str] = []
    throttle.due.connect(lambda: answers.append(threading.current_thread().name))

    def ask() -> None:
        for _ in range(1_000):
            throttle.ask()

    asker = threading.Thread(target=ask)
    with qtbot.waitSignal(throttle.due):
        asker.start()
    asker.join()
    qtbot.wait(450)
    assert set(answers) == {"MainThread"}
    assert len(answers) <= 3


def test_the_first_question_after_a_rest_is_answered_at_once(qtbot: QtBot) -> None:
    throttle = Throttle(interval_ms=60_000)
    with qtbot.waitSignal(throttle.due, timeout=5_000):
        throttle.ask()
    throttle.ask()
    with qtbot.waitSignal(throttle.due, timeout=80, raising=False) as signal:
        pass
    assert not signal.signal_triggered


def test_whoever_asks_after_the_end_is_not_heard_and_nothing_breaks(qtbot: QtBot) -> None:
    throttle = Throttle(interval_ms=1)
    throttle.close()
    throttle.deleteLater()
    qtbot.wait(20)
    throttle.ask()
