"""One message under edit: its texts in the document, the person it is shown as, and how they get it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from PySide6.QtCore import QObject, QSettings, QTimer, Signal

from app.canvas.changes import Delta
from app.canvas.commands import ChangeSettings
from app.canvas.document import CanvasDocument
from app.canvas.edits import UNSET
from app.flows.checks.wording import PROPERTIES
from app.model.flow import Flow, Node
from app.model.kinds import Setting, kind_of, value_of
from app.model.ports import Desk, Person, Preview
from app.model.rungs import rung_named, rung_settings
from app.ui.editors.field_popup import Fields
from app.ui.operations import Lane, Operations

PREVIEW_MS: Final = 120
_PERSON: Final = "editor/person"
_ME: Final = "editor/me-"


class Editing(QObject):
    """Every change is a step of undo of the flow; typing in one place is one step.

    Signals:
        changed: the node's settings are others.
        previewed: how the person gets it is known anew; carries the ``Preview``.
        person_changed: it is shown as somebody else.
        fields_changed: which fields there are is known.
        gone: the node is not there any more.
    """

    changed = Signal()
    previewed = Signal(object)
    person_changed = Signal()
    fields_changed = Signal()
    gone = Signal()

    def __init__(self, desk: Desk, operations: Operations, document: CanvasDocument) -> None:
        super().__init__()
        self._desk, self._operations, self.document = desk, operations, document
        self.node_id = ""
        self.node = Node("", "")
        self.person: Person | None = None
        self.people: Sequence[Person] = ()
        self.fields = Fields()
        self.preview = Preview()
        self.texts: Sequence[str] = ()
        """Liquid texts that are filled along with the message."""
        self._asked = 0
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(PREVIEW_MS)
        self._soon.timeout.connect(self._ask)
        document.changed.connect(self._document_changed)

    def open(self, node_id: str, fields: Sequence[str]) -> None:
        """Edits this node's texts from now on."""
        node = self.find(node_id)
        if node is None:
            raise KeyError(node_id)
        self.node_id, self.node = node_id, node
        self.fields = replace(self.fields, person=tuple(fields))
        self.preview = Preview()
        self.document.seal()
        self._operations.run(lambda: self._desk.people("", 50), self._show_people, lane=Lane.PREVIEW)
        names = event_names(self.flow)
        self._operations.run(lambda: self._desk.event_fields(names), self._show_fields, lane=Lane.PREVIEW)

    def close(self) -> None:
        """Edits nothing any more."""
        self.document.seal()
        self.node_id = ""
        self._soon.stop()

    @property
    def flow(self) -> Flow:
        """The drawing as it stands."""
        return self.document.flow

    def find(self, node_id: str) -> Node | None:
        """The node of this id, or the rung of a “First that works” as a node (``reach1#0``)."""
        return self.flow.by_id.get(node_id) or rung_named(self.flow, node_id)

    @property
    def marketing(self) -> bool:
        """Whether it is advertising."""
        return bool(value_of(self.node, "purpose") != "transactional")

    @property
    def known_fields(self) -> frozenset[str]:
        """Every property that a text may ask for."""
        return PROPERTIES | frozenset(self.fields.person)

    def text(self, name: str) -> str:
        """A setting as text, empty when it has none."""
        value = self.node.settings.get(name)
        return value if isinstance(value, str) else ""

    def setting(self, name: str) -> Setting:
        """The row of the node table about it."""
        kind = kind_of(self.node)
        setting = kind.setting(name) if kind else None
        if setting is None:
            raise KeyError(name)
        return setting

    def change(self, changes: Mapping[str, Any], *, alone: bool = False) -> None:
        """Other settings of the node; with ``alone`` a step of undo of its own."""
        if not self.node_id:
            return
        if alone:
            self.document.seal()
        owner, whole = self._changed(changes)
        self.document.do(ChangeSettings(self.document, owner, whole))
        if alone:
            self.document.seal()

    def _changed(self, changes: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
        """Which node of the drawing has other settings by it, and which."""
        if self.node_id in self.flow.by_id:
            return self.node_id, changes
        owner, _, number = self.node_id.rpartition("#")
        kind = kind_of(self.node)
        own = {setting.name for setting in rung_settings(kind)} if kind else set()
        rungs = list(self.flow.by_id[owner].settings["rungs"])
        rung = rungs[int(number)]
        said = {name: value for name, value in changes.items() if name in own}
        settings = {**(rung.get("settings") or {}), **said}
        kept = {name: value for name, value in settings.items() if value is not UNSET}
        rungs[int(number)] = {**rung, "settings": kept}
        return owner, {"rungs": rungs, **{name: value for name, value in changes.items() if name not in own}}

    def show_as(self, person: Person | None) -> None:
        """Shows it as this person would get it."""
        self.person = person
        QSettings().setValue(_PERSON, person.id if person else 0)
        self.person_changed.emit()
        self.refresh()

    def find_people(self, words: str, done: Any) -> None:
        """``done`` gets the people in whose name or address these words stand."""
        self._operations.run(lambda: self._desk.people(words, 20), done, lane=Lane.PREVIEW)

    def refresh(self) -> None:
        """Asks anew, soon, how the person gets it."""
        self._soon.start()

    @property
    def me(self) -> str:
        """My own address for this channel, as it was typed the last time."""
        kept = QSettings().value(_ME + self.node.kind, "")
        return kept if isinstance(kept, str) else ""

    def send_to_me(self, address: str, done: Any, failed: Any) -> None:
        """Sends it to me as the person would get it."""
        QSettings().setValue(_ME + self.node.kind, address)
        flow, node_id = self.flow, self.node_id
        person_id = self.person.id if self.person else None
        self._operations.run(
            lambda: self._desk.send_to_me(flow, node_id, person_id, address),
            lambda _none: done(),
            failed=failed,
        )

    def _document_changed(self, _delta: Delta) -> None:
        if not self.node_id:
            return
        node = self.find(self.node_id)
        if node is None or node.kind != self.node.kind:
            self.node_id = ""
            self.gone.emit()
        elif node != self.node:
            self.node = node
            self.changed.emit()
            self.refresh()

    def _show_people(self, people: Sequence[Person]) -> None:
        self.people = people
        kept = QSettings().value(_PERSON, 0)
        known = {str(person.id): person for person in people}
        self.person = known.get(str(kept)) or (people[0] if people else None)
        self.person_changed.emit()
        self.refresh()

    def _show_fields(self, names: Sequence[str]) -> None:
        self.fields = replace(self.fields, event=tuple(names))
        self.fields_changed.emit()

    def _ask(self) -> None:
        if not self.node_id:
            return
        self._asked += 1
        number, flow, node_id, texts = self._asked, self.flow, self.node_id, tuple(self.texts)
        person_id = self.person.id if self.person else None

        def show(preview: Preview) -> None:
            if number == self._asked and self.node_id == node_id:
                self.preview = preview
                self.previewed.emit(preview)

        self._operations.run(
            lambda: self._desk.preview(flow, node_id, person_id, texts), show, lane=Lane.PREVIEW
        )


def event_names(flow: Flow) -> list[str]:
    """Names of the events that this flow begins with."""
    listed = (node.settings.get("events") for node in flow.nodes if node.kind == "entry.event")
    return [
        name
        for names in listed
        if isinstance(names, (list, tuple))
        for name in names
        if isinstance(name, str)
    ]
