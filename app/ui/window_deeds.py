"""Everything a person can ask of the window itself: one row per command, as the deeds of the canvas are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence

from app.canvas.actions import sequences
from app.canvas.deeds.base import Effect, Key
from app.model.flow import Flow
from app.ui.words import tr

if TYPE_CHECKING:
    from app.ui.main_window import MainWindow

_Keys = QKeySequence.StandardKey
_RARE: Final = Qt.Key.Key_Back.value


def _always(_window: MainWindow) -> bool:
    return True


def _on_flow(window: MainWindow) -> bool:
    return window.page == "flow"


def _is_open(window: MainWindow) -> bool:
    return window.session.is_open


@dataclass(frozen=True, slots=True)
class WindowDeed:
    """A command of the window. ``words`` and ``group`` are English; ``tr`` turns them on screen."""

    name: str
    words: str
    group: str
    effect: Effect
    """What it does to the document on the canvas."""
    run: Callable[[MainWindow], None]
    keys: tuple[Key, ...] = ()
    ready: Callable[[MainWindow], bool] = _always
    icon: str = "right"
    section: int = 0
    """The part of the page's menu in which it stands; 0: it is not there."""


_FLOW, _WINDOW, _FIND = "Flow", "Window", "Find"
_LOOKS, _OPENS = Effect.LOOKS, Effect.OPENS
DEEDS: Final = (
    WindowDeed("open-file", "Open a file…", _FLOW, _OPENS, lambda window: window.open_file(), (_Keys.Open,)),
    WindowDeed(
        "new",
        "New flow",
        _FLOW,
        _OPENS,
        lambda window: window.start_flow(Flow(tr("New flow"))),
        (_Keys.New,),
        icon="plus",
    ),
    WindowDeed(
        "save",
        "Save the draft",
        _FLOW,
        _LOOKS,
        lambda window: window.save(),
        (_Keys.Save,),
        _is_open,
        "save",
        section=1,
    ),
    WindowDeed(
        "save-as",
        "Save as a file…",
        _FLOW,
        _LOOKS,
        lambda window: window.save_as(),
        (_Keys.SaveAs, "Ctrl+Shift+S"),
        _is_open,
        "save",
        section=1,
    ),
    WindowDeed(
        "versions",
        "Versions and differences…",
        _FLOW,
        _LOOKS,
        lambda window: window.show_versions(),
        (),
        _is_open,
        "diff",
        section=2,
    ),
    WindowDeed(
        "history",
        "History",
        _FLOW,
        _LOOKS,
        lambda window: window.flow.toggle_history(),
        ("Ctrl+H",),
        _on_flow,
        "history",
        section=2,
    ),
    WindowDeed(
        "publish",
        "Publish…",
        _FLOW,
        _LOOKS,
        lambda window: window.life.publish(),
        ("Ctrl+Shift+Return", "Ctrl+Shift+Enter"),
        _on_flow,
        "publish",
    ),
    WindowDeed(
        "pause",
        "Pause",
        _FLOW,
        _LOOKS,
        lambda window: window.life.pause(),
        icon="pause",
        section=3,
    ),
    WindowDeed(
        "resume", "Go on", _FLOW, _LOOKS, lambda window: window.resume_asked(), icon="play", section=3
    ),
    WindowDeed(
        "pause-entries",
        "Let nobody new in",
        _FLOW,
        _LOOKS,
        lambda window: window.life.pause_entries(),
        section=3,
    ),
    WindowDeed(
        "take-back",
        "Take the last publish back…",
        _FLOW,
        _LOOKS,
        lambda window: window.life.take_back(),
        icon="undo",
        section=3,
    ),
    WindowDeed("stop", "Stop the flow…", _FLOW, _LOOKS, lambda window: window.stop_asked(), section=3),
    WindowDeed(
        "new-segment",
        "New segment…",
        _WINDOW,
        _LOOKS,
        lambda window: window.segmenting.edit(""),
        icon="entry-segment",
    ),
    WindowDeed(
        "sending",
        "Settings of sending…",
        _WINDOW,
        _LOOKS,
        lambda window: window.life.set_sending(),
        icon="settings",
    ),
    WindowDeed(
        "brake",
        "Stop everything…",
        _WINDOW,
        _LOOKS,
        lambda window: window.life.brake(),
        icon="brake",
    ),
    WindowDeed(
        "settings",
        "Settings of this flow",
        _FLOW,
        _LOOKS,
        lambda window: window.show_settings(),
        ("Ctrl+,",),
        _on_flow,
        "settings",
    ),
    WindowDeed(
        "rename-flow",
        "Rename the flow",
        _FLOW,
        Effect.CHANGES,
        lambda window: window.flow.bar.name.edit(),
        ("F2",),
        _on_flow,
        "edit",
    ),
    WindowDeed(
        "find-anything",
        "Find or do anything",
        _FIND,
        _LOOKS,
        lambda window: window.find_anything(),
        ("Ctrl+K",),
        icon="search",
    ),
    WindowDeed(
        "find",
        "Find in the flow",
        _FIND,
        _LOOKS,
        lambda window: window.flow.finding.ask(),
        (_Keys.Find,),
        _on_flow,
        "search",
    ),
    WindowDeed(
        "find-next",
        "Next match",
        _FIND,
        _LOOKS,
        lambda window: window.flow.finding.go(1),
        ("F3",),
        _on_flow,
        "down",
    ),
    WindowDeed(
        "find-before",
        "Match before",
        _FIND,
        _LOOKS,
        lambda window: window.flow.finding.go(-1),
        ("Shift+F3",),
        _on_flow,
        "up",
    ),
    WindowDeed("back", "Back", _WINDOW, _LOOKS, lambda window: window.back(), ("Alt+Left",), icon="left"),
    WindowDeed(
        "next-part", "Next part of the window", _WINDOW, _LOOKS, lambda window: window.go_part(1), ("F6",)
    ),
    WindowDeed(
        "part-before",
        "Part of the window before",
        _WINDOW,
        _LOOKS,
        lambda window: window.go_part(-1),
        ("Shift+F6",),
    ),
    WindowDeed(
        "all-keys", "All keys", _WINDOW, _LOOKS, lambda window: window.show_keys(), ("F1",), icon="help"
    ),
)
"""All of them, in the order of the menu. A new command is a row."""


class WindowActions:
    """The rows as Qt actions of one window."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._actions = {deed.name: self._made(deed) for deed in DEEDS}
        section = 1
        for deed in DEEDS:
            if deed.section > section:
                window.menu.addSeparator()
            if deed.section:
                section = deed.section
                window.menu.addAction(self._actions[deed.name])

    def __getitem__(self, name: str) -> QAction:
        """The action of the row of this name."""
        return self._actions[name]

    def offered(self) -> tuple[tuple[WindowDeed, QAction], ...]:
        """What can be done now."""
        pairs = ((deed, self._actions[deed.name]) for deed in DEEDS)
        return tuple((deed, one) for deed, one in pairs if one.isEnabled() and deed.ready(self._window))

    def _made(self, deed: WindowDeed) -> QAction:
        action = QAction(tr(deed.words), self._window)
        action.setObjectName(deed.name)
        action.setShortcuts(sequences(deed.keys))
        action.triggered.connect(lambda _on=False: self._run(deed))
        self._window.addAction(action)
        return action

    def _run(self, deed: WindowDeed) -> None:
        if deed.ready(self._window):
            deed.run(self._window)


def keys_of(action: QAction) -> tuple[str, ...]:
    """Its shortcuts as this system writes them, without those of keys that few keyboards have."""
    native = QKeySequence.SequenceFormat.NativeText
    return tuple(one.toString(native) for one in action.shortcuts() if _is_common(one))


def _is_common(sequence: QKeySequence) -> bool:
    """No key of media, such as “Open”, and not the Enter of the keypad, which does what Return does."""
    pressed = sequence[0].key()  # type: ignore[index]  # the stubs do not know of it
    return pressed.value < _RARE and pressed is not Qt.Key.Key_Enter
