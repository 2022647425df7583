"""R14: any edits by real gestures, all taken back, give the first document byte for byte; and forth again."""

from __future__ import annotations

from typing import Any, Final

import hypothesis
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication

from app.canvas.commands import ChangeFlow, ChangeSettings, Rename
from app.canvas.deeds.base import Effect
from app.canvas.deeds.every import ALL
from app.canvas.edits import UNSET, key_of
from app.canvas.frames import frames_of
from app.flows.codec import read_flow, write_flow
from app.flows.validate import validate
from app.model.flow import Flow
from app.model.kinds import KINDS
from tests.gui.canvas.conftest import Open
from tests.gui.canvas.fingers import Fingers
from tests.unit.canvas.drawn import chain

EDITS: Final = 50
LEAST: Final = 100
"""So many people in every run; the nightly profile has more."""
KEYS: Final = {
    "plain": Qt.KeyboardModifier.NoModifier,
    "ctrl": Qt.KeyboardModifier.ControlModifier,
    "shift": Qt.KeyboardModifier.ShiftModifier,
    "alt": Qt.KeyboardModifier.AltModifier,
}
CHANGING: Final = sorted(deed.name for deed in ALL if deed.effect is Effect.CHANGES)
SEEN: Final = (700, 400)
"""Gestures are made within this many scene units of the place that is looked at."""

number = st.integers(0, 1_000_000)
ways = st.tuples(st.integers(-SEEN[0] // 2, SEEN[0] // 2), st.integers(-SEEN[1] // 2, SEEN[1] // 2))
held = st.sampled_from(sorted(KEYS))
titles = st.sampled_from(["", "Brief 1", "手紙", "💐 Flowers", 'He said "yes" & <no>', "x" * 90])


class Edits(RuleBasedStateMachine):
    """A person who does anything, in any order, and changes their mind."""

    hand: Fingers

    def __init__(self) -> None:
        super().__init__()
        self.first = ""

    # --- helpers ----------------------------------------------------------------------------------------

    @property
    def flow(self) -> Flow:
        return self.hand.canvas.document.flow

    def pick(self, wish: int) -> str:
        """Any node, brought into the middle."""
        names = sorted(self.flow.by_id)
        name = names[wish % len(names)]
        shown = [one for one in names if one in self.hand.canvas.scene.drawing.boxes]
        return self.look_at(name if name in shown else shown[wish % len(shown)])

    def look_at(self, name: str) -> str:
        self.hand.canvas.scene.settle()
        x, y = self.hand.head(name)
        self.hand.canvas.view.show_middle(QPointF(x, y))
        return name

    def settle(self) -> None:
        """What opens beside the drawing (a list, a field in place) is left by Esc, like by a person."""
        QApplication.processEvents()
        popup = QApplication.activePopupWidget()
        if popup is not None:
            popup.close()
        if QApplication.focusWidget() is not self.hand.canvas.view:
            self.hand.canvas.view.setFocus()
        QApplication.processEvents()

    # --- gestures ---------------------------------------------------------------------------------------

    @initialize()
    def begin(self) -> None:
        canvas = self.hand.canvas
        canvas.view.put_down()
        canvas.document.replace(chain("entry.event", "email", "delay", "sms", "end"))
        canvas.view.set_zoom(1.0)
        canvas.view.show_from(QPointF(-100, -100))
        self.first = write_flow(self.flow)

    @rule(kind=st.sampled_from(sorted(KINDS)), at=ways, keep=st.booleans())
    def bring_from_the_palette(self, kind: str, at: tuple[int, int], keep: bool) -> None:
        middle = self.hand.canvas.view.seen.center()
        place = (middle.x() + at[0], middle.y() + at[1])
        self.hand.carry(kind, place, drop=keep)
        if not keep:
            self.hand.leave()

    @precondition(lambda self: self.flow.nodes)
    @rule(wish=number, way=ways, keys=held, regret=st.booleans())
    def drag_a_node(self, wish: int, way: tuple[int, int], keys: str, regret: bool) -> None:
        x, y = self.hand.head(self.pick(wish))
        self.hand.drag((x, y), (x + way[0], y + way[1]), keys=KEYS[keys], let_go=not regret)
        if regret:
            self.hand.key(Qt.Key.Key_Escape)
            self.hand.release((x + way[0], y + way[1]))
        self.settle()

    @precondition(lambda self: self.flow.nodes)
    @rule(wish=number, outlet=number, other=number, into_the_empty=st.booleans(), way=ways)
    def pull_a_wire(
        self, wish: int, outlet: int, other: int, into_the_empty: bool, way: tuple[int, int]
    ) -> None:
        name = self.pick(wish)
        rows = self.hand.canvas.scene.drawing.faces[name].rows
        if not rows:
            return
        start = self.hand.port(name, rows[outlet % len(rows)].outlet)
        names = sorted(self.hand.canvas.scene.drawing.boxes)
        target = names[other % len(names)]
        end = self.hand.canvas.scene.drawing.inlet(target) or self.hand.head(target)
        self.hand.drag(start, (start[0] + way[0], start[1] + way[1]) if into_the_empty else end)
        self.settle()

    @precondition(lambda self: self.flow.edges)
    @rule(wish=number, way=ways)
    def drag_an_edge(self, wish: int, way: tuple[int, int]) -> None:
        routes = self.hand.canvas.scene.drawing.routes
        keys = [key for edge in self.flow.edges if (key := key_of(edge)) in routes]
        if not keys:
            return
        x, y = routes[keys[wish % len(keys)]].points[-1]
        self.hand.canvas.view.show_middle(QPointF(x, y))
        self.hand.click((x - 12, y))
        self.hand.drag((x - 4, y), (x + way[0], y + way[1]))
        self.settle()

    @rule(start=ways, end=ways, keys=held)
    def draw_a_band(self, start: tuple[int, int], end: tuple[int, int], keys: str) -> None:
        middle = self.hand.canvas.view.seen.center()
        self.hand.drag(
            (middle.x() + start[0], middle.y() + start[1]),
            (middle.x() + end[0], middle.y() + end[1]),
            keys=KEYS[keys],
        )
        self.settle()

    @precondition(lambda self: self.flow.nodes)
    @rule(wish=number, keys=held, twice=st.booleans())
    def click_a_node(self, wish: int, keys: str, twice: bool) -> None:
        at = self.hand.head(self.pick(wish))
        if twice:
            self.hand.double_click(at)
        else:
            self.hand.click(at, KEYS[keys])
        self.settle()

    @rule(
        key=st.sampled_from(
            [Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Delete]
        ),
        keys=held,
    )
    def press_a_key(self, key: Qt.Key, keys: str) -> None:
        self.hand.key(key, KEYS[keys])
        self.settle()

    @rule(name=st.sampled_from(CHANGING))
    def do_a_deed(self, name: str) -> None:
        self.hand.canvas.run(name)
        self.settle()

    @rule(redo=st.booleans())
    def change_the_mind(self, redo: bool) -> None:
        self.hand.canvas.run("redo" if redo else "undo")

    # --- fields -----------------------------------------------------------------------------------------

    @precondition(lambda self: self.flow.nodes)
    @rule(wish=number, title=titles, seal=st.booleans())
    def type_a_title(self, wish: int, title: str, seal: bool) -> None:
        document = self.hand.canvas.document
        document.do(Rename(document, self.flow.nodes[wish % len(self.flow.nodes)].id, title))
        if seal:
            document.seal()

    @precondition(lambda self: self.flow.nodes)
    @rule(wish=number, which=number, take_out=st.booleans())
    def change_a_setting(self, wish: int, which: int, take_out: bool) -> None:
        document = self.hand.canvas.document
        node = self.flow.nodes[wish % len(self.flow.nodes)]
        kind = KINDS.get(node.kind)
        if kind is None or not kind.settings:
            return
        setting = kind.settings[which % len(kind.settings)]
        value: Any = UNSET if take_out else some_value(setting.name, setting.default)
        document.do(ChangeSettings(document, node.id, {setting.name: value}))

    @rule(name=titles)
    def rename_the_flow(self, name: str) -> None:
        document = self.hand.canvas.document
        document.do(ChangeFlow(document, name=name))

    # --- what holds always ------------------------------------------------------------------------------

    @invariant()
    def the_check_never_raises(self) -> None:
        validate(self.flow)

    @invariant()
    def the_selection_holds_nothing_dead(self) -> None:
        parts, flow = self.hand.canvas.selection.parts, self.flow
        assert parts.nodes <= set(flow.by_id)
        assert parts.edges <= set(map(key_of, flow.edges))
        assert parts.notes <= {note.id for note in flow.notes}
        assert parts.frames <= {frame.id for frame in frames_of(flow)}

    @invariant()
    def no_gesture_is_left_over(self) -> None:
        assert self.hand.canvas.view._hand.gesture is None

    def teardown(self) -> None:
        if not self.first:
            return
        document, stack = self.hand.canvas.document, self.hand.canvas.document.undo_stack
        while stack.canRedo():
            stack.redo()
        last = write_flow(document.flow)
        assert write_flow(read_flow(last)) == last
        while stack.canUndo():
            stack.undo()
        assert write_flow(document.flow) == self.first
        self.the_selection_holds_nothing_dead()
        while stack.canRedo():
            stack.redo()
        assert write_flow(document.flow) == last


def some_value(name: str, default: Any) -> Any:
    """A value as an editor would give it: the default in another case, else a text."""
    if name == "reactions":
        return ["opened", "clicked"]
    if name in ("for", "timeout", "quiet_for", "since_entry"):
        return "PT2H"
    return default if default is not None else "ein Text, 日本, 💐"


@pytest.mark.timeout(600)
def test_any_fifty_edits_taken_back_give_the_first_bytes_and_redone_the_last(opened: Open) -> None:
    class Here(Edits):
        hand = opened(Flow("New"))

    examples = max(LEAST, hypothesis.settings().max_examples)
    run_state_machine_as_test(
        Here, settings=hypothesis.settings(max_examples=examples, stateful_step_count=EDITS)
    )
