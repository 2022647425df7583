"""The flow that was open last is drawn before the desk answers, and what is drawn on it meanwhile stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.canvas.commands import Rename
from app.flows.codec import read_flow, write_flow
from app.model.flow import Flow
from app.ui.last import Last, Look, read_last, write_last
from app.ui.main_window import MainWindow
from app.ui.theme import Theming
from tests.gui.ui.desk import MemoryDesk, basket_flow

NAME = "Abandoned basket"
LOOK = Look(600.0, 320.0, 0.75)
Starter = Callable[..., MainWindow]


def titled(flow: Flow, title: str) -> Flow:
    """The flow with another title of its first letter."""
    nodes = (replace(node, title=title) if node.id == "letter1" else node for node in flow.nodes)
    return replace(flow, nodes=tuple(nodes))


def title_of(text: str) -> str:
    return read_flow(text).by_id["letter1"].title


@pytest.fixture
def start(qtbot: QtBot, desk: MemoryDesk, theming: Theming) -> Iterator[Starter]:
    """`start(copy, look)`: a window that shows the copy over a desk that does not answer yet."""
    opened: list[MainWindow] = []

    def make(copy: Flow, look: Look | None = None) -> MainWindow:
        desk.gate.clear()
        last = Last(copy.name, write_flow(copy), look)
        window = MainWindow(desk, theming, save_ms=40, last=(last, last.flow()))
        opened.append(window)
        window.resize(1440, 900)
        window.show()
        qtbot.waitExposed(window)
        qtbot.wait(20)
        return window

    yield make
    desk.gate.set()
    for window in opened:
        window.complete()
        window.numbers.stop()
        window.operations.close()
        window.hide()
        window.deleteLater()


def begun(window: MainWindow, desk: MemoryDesk, qtbot: QtBot) -> None:
    """The desk answers, and all that waited for it is done."""
    window.begin_in_steps()
    qtbot.waitUntil(lambda: window.operations.busy)
    desk.gate.set()
    qtbot.waitUntil(lambda: not window.operations.busy and not window.session.recalled)


def draw(window: MainWindow, title: str) -> None:
    document = window.session.document
    document.do(Rename(document, "letter1", title))
    document.seal()


def test_the_copy_is_drawn_and_edited_before_anything_is_read(
    start: Starter, desk: MemoryDesk, qtbot: QtBot
) -> None:
    window = start(basket_flow())
    assert window.page == "flow"
    assert set(window.flow.canvas.scene.drawing.boxes) == {node.id for node in basket_flow().nodes}
    assert window.flow.canvas.view.seen.contains(window.flow.canvas.scene.extent())
    assert not desk.threads
    draw(window, "At once")
    assert window.session.document.flow.by_id["letter1"].title == "At once"


def test_what_was_in_view_is_in_view_again_and_stays_when_the_draft_was_read(
    start: Starter, desk: MemoryDesk, qtbot: QtBot
) -> None:
    desk.put(basket_flow())
    window = start(basket_flow(), LOOK)
    assert window.flow.canvas.view.zoom == LOOK.zoom
    assert window.flow.look().x == pytest.approx(LOOK.x, abs=4)
    assert window.flow.look().y == pytest.approx(LOOK.y, abs=4)
    begun(window, desk, qtbot)
    qtbot.wait(20)
    assert window.flow.canvas.view.zoom == LOOK.zoom
    assert window.flow.look().x == pytest.approx(LOOK.x, abs=4)
    assert desk.stored[NAME].draft == write_flow(basket_flow())


def test_what_is_drawn_meanwhile_is_stored_and_can_be_undone(
    start: Starter, desk: MemoryDesk, qtbot: QtBot
) -> None:
    desk.put(basket_flow())
    window = start(basket_flow())
    draw(window, "One")
    draw(window, "Two")
    begun(window, desk, qtbot)
    qtbot.waitUntil(lambda: title_of(desk.stored[NAME].draft) == "Two")
    assert [step.name for step in window.session.keeper.recorder.steps] == [
        "Rename Letter 1",
        "Rename One",
    ]
    window.session.document.undo_stack.undo()
    assert window.session.document.flow.by_id["letter1"].title == "One"
    qtbot.waitUntil(lambda: title_of(desk.stored[NAME].draft) == "One")


def test_what_was_drawn_meanwhile_is_in_the_history_of_the_next_start(
    start: Starter, desk: MemoryDesk, qtbot: QtBot
) -> None:
    desk.put(basket_flow())
    first = start(basket_flow())
    draw(first, "One")
    begun(first, desk, qtbot)
    qtbot.waitUntil(lambda: title_of(desk.stored[NAME].draft) == "One" and not first.operations.busy)
    second = start(titled(basket_flow(), "One"))
    draw(second, "Two")
    begun(second, desk, qtbot)
    qtbot.waitUntil(lambda: title_of(desk.stored[NAME].draft) == "Two")
    assert len(second.session.keeper.recorder.steps) == 2
    second.session.document.undo_stack.setIndex(0)
    assert second.session.document.flow == basket_flow()


def test_the_stored_draft_is_shown_when_it_is_another_one(
    start: Starter, desk: MemoryDesk, qtbot: QtBot
) -> None:
    desk.put(titled(basket_flow(), "From elsewhere"))
    window = start(basket_flow())
    begun(window, desk, qtbot)
    assert window.session.document.flow.by_id["letter1"].title == "From elsewhere"
    assert window.session.conflict is None
    assert not window.session.dirty


def test_what_was_drawn_on_an_old_copy_goes_the_way_of_every_conflict(
    start: Starter, desk: MemoryDesk, qtbot: QtBot
) -> None:
    desk.put(titled(basket_flow(), "From elsewhere"))
    window = start(basket_flow())
    draw(window, "Mine")
    begun(window, desk, qtbot)
    qtbot.waitUntil(lambda: window.session.conflict is not None)
    conflict = window.session.conflict
    assert conflict is not None
    assert title_of(desk.stored[NAME].draft) == "From elsewhere"
    window.session.take_theirs(conflict)
    qtbot.waitUntil(lambda: not window.operations.busy)
    assert window.session.document.flow.by_id["letter1"].title == "From elsewhere"
    window.session.document.undo_stack.undo()
    assert window.session.document.flow.by_id["letter1"].title == "Mine"


def test_a_draft_that_is_gone_leads_to_the_list_of_flows(
    start: Starter, desk: MemoryDesk, qtbot: QtBot
) -> None:
    window = start(basket_flow())
    begun(window, desk, qtbot)
    assert window.page == "flows"
    assert window.notice.isVisible()
    assert not window.session.is_open
    assert window.remembered() is None


def test_what_was_drawn_on_a_draft_that_is_gone_is_stored_as_a_new_one(
    start: Starter, desk: MemoryDesk, qtbot: QtBot
) -> None:
    window = start(basket_flow())
    draw(window, "Mine")
    begun(window, desk, qtbot)
    qtbot.waitUntil(lambda: NAME in desk.stored and title_of(desk.stored[NAME].draft) == "Mine")


def test_saving_and_closing_at_once_wait_for_the_desk(start: Starter, desk: MemoryDesk, qtbot: QtBot) -> None:
    desk.put(basket_flow())
    window = start(basket_flow())
    draw(window, "Mine")
    saved: list[str] = []
    window.session.save(lambda: saved.append("saved"))
    window.close()
    assert window.isVisible()
    assert saved == []
    window.begin_in_steps()
    qtbot.waitUntil(lambda: window.operations.busy)
    desk.gate.set()
    qtbot.waitUntil(lambda: not window.isVisible())
    assert saved == ["saved"]
    assert title_of(desk.stored[NAME].draft) == "Mine"


def test_a_window_without_a_desk_closes(start: Starter, desk: MemoryDesk, qtbot: QtBot) -> None:
    desk.put(basket_flow())
    window = start(basket_flow())
    desk.gate.set()
    window.gone.emit()
    qtbot.waitUntil(lambda: not window.isVisible())


def test_the_next_start_shows_what_was_stored_last_as_it_was_looked_at(
    start: Starter, desk: MemoryDesk, qtbot: QtBot, tmp_path: Path
) -> None:
    desk.put(basket_flow())
    window = start(basket_flow(), LOOK)
    draw(window, "Mine")
    begun(window, desk, qtbot)
    qtbot.waitUntil(lambda: title_of(desk.stored[NAME].draft) == "Mine" and not window.operations.busy)
    shown = window.remembered()
    assert shown is not None
    file = tmp_path / "made" / "last"
    write_last(file, shown)
    kept = read_last(file)
    assert kept is not None
    assert kept[0] == shown
    assert kept[0].text == desk.stored[NAME].draft
    assert kept[1].by_id["letter1"].title == "Mine"


@pytest.mark.parametrize(
    "content",
    ["", "{}\n", "[]\n{}", '{"name": "A", "look": [1, 2]}\n{}', '{"name": "A"}\nnot a flow', "\udcff"],
)
def test_a_damaged_copy_is_no_copy(tmp_path: Path, content: str) -> None:
    file = tmp_path / "last"
    file.write_bytes(content.encode("utf-8", "surrogateescape"))
    assert read_last(file) is None
    assert read_last(tmp_path / "none") is None


def test_a_copy_that_cannot_be_written_is_not_missed(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    write_last(tmp_path / "file" / "last", Last("A", "B"))
    assert read_last(tmp_path / "file" / "last") is None
