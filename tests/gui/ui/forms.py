"""Forms of the inspector as a test fills them in."""

from __future__ import annotations

from typing import Any, TypeVar

from app.model.flow import Flow, Node
from app.ui.inspector.editor import Editor
from tests.gui.ui.conftest import Opener
from tests.gui.ui.desk import MemoryDesk
from tests.gui.ui.person import Person

_Editor = TypeVar("_Editor", bound=Editor)


def of(person: Person, name: str, kind: type[_Editor]) -> _Editor:
    """The editor of a setting of the selected node, which is of this class."""
    editor = person.editor(name)
    assert isinstance(editor, kind)
    return editor


def alone(open_window: Opener, desk: MemoryDesk, kind: str, settings: dict[str, Any] | None = None) -> Person:
    """A flow of one node, which is selected."""
    desk.put(Flow("One", (Node("it", kind, "It", 40, 40, settings or {}),)))
    person = open_window("One")
    person.select_by_key("it")
    return person


def said(person: Person, name: str, node_id: str = "it") -> Any:
    """What the drawing says of this setting now; None when nothing."""
    return person.flow.by_id[node_id].settings.get(name)


def steps(person: Person) -> int:
    """How many steps of undo there are."""
    return person.window.session.document.undo_stack.count()
