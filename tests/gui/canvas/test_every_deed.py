"""Each command of menus, palette and keys makes one step that can be taken back, or leaves the flow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu

from app.canvas import clipboard
from app.canvas.deeds.base import Deed, Effect, Place
from app.canvas.deeds.every import ALL
from app.canvas.edits import key_of
from app.canvas.hits import Hit, Target
from app.canvas.selection import Parts
from app.canvas.widget import Canvas
from app.flows.codec import write_flow
from app.model.flow import Edge, Flow, Note
from app.model.ports import Counts
from tests.gui.canvas.conftest import Open
from tests.gui.canvas.fingers import Fingers
from tests.unit.canvas.drawn import node

pytestmark = pytest.mark.qt_log_ignore("does not support grabbing", extend=True)

FLOW = Flow(
    "Baskets",
    nodes=(
        node("start", "entry.manual", 3, 5),
        node("letter", "email", 250, 40, subject="Hello", reactions=["opened"], timeout="P1D"),
        node("text", "sms", 520, 0, text="Hi"),
        replace(node("end", "end", 820, 90), extra={"color": "rose"}),
    ),
    edges=(
        Edge("start", "entered", "letter"),
        Edge("letter", "opened", "text"),
        Edge("text", "sent", "end"),
    ),
    notes=(Note("n1", "Ask Anna: https://example.org" + "\nand wait" * 9, 0, 300),),
    extra={"frames": [{"id": "f1", "title": "Winter", "x": 0, "y": 500, "width": 240, "height": 160}]},
)


def on_node(canvas: Canvas) -> None:
    canvas.focus.walk_to(Hit(Target.NODE, "letter"))


def on_edge(canvas: Canvas) -> None:
    canvas.focus.walk_to(Hit(Target.EDGE, edge=key_of(FLOW.edges[1])))


def on_note(canvas: Canvas) -> None:
    canvas.focus.walk_to(Hit(Target.NOTE, "n1"))


def on_frame(canvas: Canvas) -> None:
    canvas.focus.walk_to(Hit(Target.FRAME, "f1"))


def on_several(canvas: Canvas) -> None:
    canvas.selection.set(Parts.of_nodes(["letter", "text", "end"]))


def on_box(canvas: Canvas) -> None:
    on_several(canvas)
    canvas.run("collapse-selection")
    canvas.selection.set(Parts.of_nodes(["letter", "text", "end"]))


def on_nothing(canvas: Canvas) -> None:
    canvas.selection.clear()


PLACES: tuple[Callable[[Canvas], None], ...] = (
    on_node,
    on_edge,
    on_note,
    on_frame,
    on_several,
    on_box,
    on_nothing,
)


ASKING = {"rename", "connect", "lead-elsewhere", "move", "write", "note"}
"""Deeds that first ask for words or a place, and change nothing when nothing is given."""


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Files are not asked for, pages of the web are not opened."""
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a, **_k: ("", ""))
    monkeypatch.setattr("PySide6.QtGui.QDesktopServices.openUrl", lambda *_a: True)
    QGuiApplication.clipboard().setText(clipboard.copied(FLOW, Parts.of_nodes(["text"])))


def standing(opened: Open, place: Callable[[Canvas], None]) -> Fingers:
    hand = opened(FLOW)
    hand.canvas.set_counts(Counts(here={"letter": 3}, names={("letter", "failed:capped"): 2}))
    place(hand.canvas)
    QApplication.processEvents()
    hand.canvas.document.seal()
    return hand


def offering(opened: Open, deed: Deed) -> Iterator[tuple[Fingers, str]]:
    """Each situation in which the deed is offered, one after the other, and its name."""
    for place in PLACES:
        hand = standing(opened, place)
        if deed.ready(hand.canvas):
            yield hand, place.__name__


def end(hand: Fingers) -> None:
    """What is still open is left as a person leaves it."""
    canvas = hand.canvas
    canvas.keys.leave()
    canvas.menus.close()
    canvas.adder.close()
    canvas.renamer.close()
    canvas.papers.close()
    canvas.view.setFocus()
    QApplication.processEvents()


def do(hand: Fingers, deed: Deed) -> tuple[str, str, int]:
    """(the flow before, the flow after, steps of undo more)"""
    stack = hand.canvas.document.undo_stack
    before, index = write_flow(hand.canvas.document.flow), stack.index()
    hand.canvas.run(deed.name)
    QApplication.processEvents()
    end(hand)
    return before, write_flow(hand.canvas.document.flow), stack.index() - index


def named(effect: Effect) -> list[Deed]:
    return [deed for deed in ALL if deed.effect is effect]


def test_every_deed_has_a_name_of_its_own_and_says_what_it_does_to_the_flow() -> None:
    names = [deed.name for deed in ALL]
    assert len(names) == len(set(names))
    assert {deed.effect for deed in ALL} == {Effect.CHANGES, Effect.HISTORY, Effect.LOOKS}


@pytest.mark.parametrize("deed", named(Effect.CHANGES), ids=lambda deed: deed.name)
def test_what_changes_the_flow_is_one_step_that_goes_back_and_forth_byte_for_byte(
    opened: Open, nowhere: None, deed: Deed
) -> None:
    changed = []
    for hand, where in offering(opened, deed):
        before, after, steps = do(hand, deed)
        changed.append(before != after)
        assert steps == (0 if before == after else 1), where
        if steps:
            hand.canvas.run("undo")
            assert write_flow(hand.canvas.document.flow) == before, where
            hand.canvas.run("redo")
            assert write_flow(hand.canvas.document.flow) == after, where
    assert any(changed) or deed.name in ASKING


@pytest.mark.parametrize("deed", named(Effect.LOOKS), ids=lambda deed: deed.name)
def test_what_only_looks_leaves_flow_and_history_alone(opened: Open, nowhere: None, deed: Deed) -> None:
    for hand, where in offering(opened, deed):
        before, after, steps = do(hand, deed)
        assert (after, steps) == (before, 0), where


def test_every_deed_is_offered_in_one_of_these_situations(opened: Open, nowhere: None) -> None:
    offered = {"undo", "redo"}
    for place in PLACES:
        hand = standing(opened, place)
        offered |= {deed.name for deed in ALL if deed.ready(hand.canvas)}
    assert {deed.name for deed in ALL} == offered


def test_what_stands_in_a_context_menu_is_a_deed_and_nothing_else(opened: Open) -> None:
    hand = opened(FLOW)
    on_node(hand.canvas)
    actions = {id(action) for _deed, action in hand.canvas.actions_.at(Place.NODE)}
    shown = hand.canvas.menus.made(Place.NODE)
    own = [one for one in shown.actions() if not one.isSeparator() and one.menu() is None]
    assert own
    assert {id(action) for action in own} <= actions
    for one in shown.actions():
        inner = one.menu()
        if isinstance(inner, QMenu):
            assert {id(action) for action in inner.actions()} <= actions


def test_no_two_deeds_have_the_same_key_where_both_can_be_meant() -> None:
    taken: dict[str, list[Deed]] = {}
    for deed in ALL:
        for key in deed.keys:
            taken.setdefault(str(key), []).append(deed)
    for key, deeds in taken.items():
        everywhere = [deed for deed in deeds if not deed.on_paper]
        assert len(everywhere) <= 1, key
        assert not (everywhere and len(deeds) > 1), key
