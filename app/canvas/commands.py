"""One undo command per change. A command holds the change as values and never an item of the picture."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from PySide6.QtGui import QUndoCommand

from app.canvas import edits, joining
from app.canvas.changes import Change
from app.canvas.document import CanvasDocument
from app.canvas.edits import EdgeKey
from app.canvas.frames import Frame
from app.canvas.words import node_title, tr
from app.model.flow import Edge, Flow, Node, Note

_MERGING = 1


class FlowCommand(QUndoCommand):
    """A change of the document's flow. Commands with one ``burst`` key merge into one step of undo."""

    def __init__(
        self,
        document: CanvasDocument,
        text: str,
        edit: Callable[[Flow], Flow],
        burst: tuple[object, ...] | None = None,
    ) -> None:
        super().__init__(text)
        self._document = document
        self.change = Change.between(document.flow, document.after(edit))
        self.burst = None if burst is None else (document.burst, *burst)
        self.setObsolete(not self.change)

    def redo(self) -> None:
        self._document.apply(self.change)

    def undo(self) -> None:
        self._document.apply(self.change.turned())

    def id(self) -> int:
        return -1 if self.burst is None else _MERGING

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, FlowCommand) or other.burst != self.burst:
            return False
        after = self._document.flow
        before = self.change.turned().apply(other.change.turned().apply(after))
        self.change = Change.between(before, after)
        self.setObsolete(not self.change)
        return True


class AddNodes(FlowCommand):
    """Nodes, with the edges among them, at the end of the flow."""

    def __init__(
        self, document: CanvasDocument, nodes: Collection[Node], edges: Iterable[Edge] = (), text: str = ""
    ) -> None:
        name = node_title(next(iter(nodes)))
        super().__init__(
            document,
            text or tr("Add {name}").format(name=name),
            lambda flow: edits.add(flow, nodes, edges),
        )


class InsertNode(FlowCommand):
    """A node between the ends of an edge; what follows moves right to make room."""

    def __init__(
        self,
        document: CanvasDocument,
        edge: EdgeKey,
        node: Node,
        outlet: str,
        places: Mapping[str, tuple[float, float]],
    ) -> None:
        super().__init__(
            document,
            tr("Insert {name}").format(name=node_title(node)),
            lambda flow: edits.place(edits.insert(flow, edge, node, outlet), places),
        )


class RemoveParts(FlowCommand):
    """Nodes with the edges on them, edges, notes and frames."""

    def __init__(
        self,
        document: CanvasDocument,
        nodes: Collection[str] = (),
        edges: Collection[EdgeKey] = (),
        notes: Collection[str] = (),
        frames: Collection[str] = (),
    ) -> None:
        super().__init__(
            document,
            removal_words(document.flow, nodes, edges, notes),
            lambda flow: edits.remove(flow, nodes, edges, notes, frames),
        )


class Move(FlowCommand):
    """Parts of the picture, all by the same way. Arrow keys on one selection merge."""

    def __init__(
        self,
        document: CanvasDocument,
        way: tuple[float, float],
        nodes: Collection[str] = (),
        notes: Collection[str] = (),
        frames: Collection[str] = (),
        *,
        by_keys: bool = False,
    ) -> None:
        dx, dy = way
        super().__init__(
            document,
            _moving_words(document.flow, nodes, notes, frames),
            lambda flow: edits.move(flow, dx, dy, nodes=nodes, notes=notes, frames=frames),
            ("move", frozenset(nodes), frozenset(notes), frozenset(frames)) if by_keys else None,
        )


class Connect(FlowCommand):
    """An edge; the one that left the same outlet before goes."""

    def __init__(self, document: CanvasDocument, source: str, outlet: str, target: str) -> None:
        super().__init__(
            document, tr("Connect"), lambda flow: edits.connect(flow, Edge(source, outlet, target))
        )


class Reconnect(FlowCommand):
    """An end of an edge put elsewhere; another edge that left the same outlet goes."""

    def __init__(self, document: CanvasDocument, old: EdgeKey, new: EdgeKey) -> None:
        super().__init__(
            document, tr("Connect otherwise"), lambda flow: joining.reconnected(flow, old, Edge(*new))
        )


class Disconnect(FlowCommand):
    """Edges away."""

    def __init__(self, document: CanvasDocument, edges: Collection[EdgeKey]) -> None:
        super().__init__(document, tr("Disconnect"), lambda flow: edits.remove(flow, edges=edges))


class ChangeSettings(FlowCommand):
    """Settings of one node; ``edits.UNSET`` takes one out. Typing in one field merges until it is left."""

    def __init__(self, document: CanvasDocument, node_id: str, changes: Mapping[str, Any]) -> None:
        super().__init__(
            document,
            tr("Change {name}").format(name=node_title(document.flow.by_id[node_id])),
            lambda flow: edits.change_settings(flow, node_id, changes),
            ("settings", node_id, *sorted(changes)),
        )


class Rename(FlowCommand):
    """Another title of one node; typing merges."""

    def __init__(self, document: CanvasDocument, node_id: str, title: str) -> None:
        super().__init__(
            document,
            tr("Rename {name}").format(name=node_title(document.flow.by_id[node_id])),
            lambda flow: edits.rename(flow, node_id, title),
            ("title", node_id),
        )


class ChangeFlow(FlowCommand):
    """The flow's own name and settings; typing merges."""

    def __init__(
        self, document: CanvasDocument, name: str | None = None, settings: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(
            document,
            tr("Change the flow"),
            lambda flow: edits.change_flow(flow, name, settings),
            ("flow", name is not None, *sorted(settings or {})),
        )


class PutNote(FlowCommand):
    """A new note, or another text or size of one; typing merges."""

    def __init__(self, document: CanvasDocument, note: Note) -> None:
        known = any(old.id == note.id for old in document.flow.notes)
        super().__init__(
            document,
            tr("Change a note") if known else tr("Add a note"),
            lambda flow: edits.put_note(flow, note),
            ("note", note.id) if known else None,
        )


class PutFrame(FlowCommand):
    """A new frame, or another title or size of one."""

    def __init__(self, document: CanvasDocument, frame: Frame) -> None:
        super().__init__(document, tr("Change a frame"), lambda flow: edits.framed(flow, frame))


class Exchange(FlowCommand):
    """The whole drawing for another one: a version that was published, or what somebody else has drawn."""

    def __init__(self, document: CanvasDocument, flow: Flow, text: str) -> None:
        super().__init__(document, text, lambda _flow: flow)


class Paste(FlowCommand):
    """Parts from elsewhere, with ids that are new here."""

    def __init__(self, document: CanvasDocument, parts: Flow) -> None:
        super().__init__(document, tr("Paste"), lambda flow: edits.joined(flow, parts))


class Arrange(FlowCommand):
    """Nodes at new places, all at once."""

    def __init__(self, document: CanvasDocument, places: Mapping[str, tuple[float, float]]) -> None:
        super().__init__(document, tr("Tidy up"), lambda flow: edits.place(flow, places))


def removal_words(
    flow: Flow, nodes: Collection[str], edges: Collection[EdgeKey], notes: Collection[str]
) -> str:
    """“Delete Letter 2”, for the parts that go."""
    if len(nodes) == 1 and (node := flow.by_id.get(next(iter(nodes)))) is not None:
        return tr("Delete {name}").format(name=node_title(node))
    if nodes:
        return tr("Delete {count} nodes").format(count=len(nodes))
    if edges:
        return tr("Disconnect")
    return tr("Delete a note") if notes else tr("Delete")


def _moving_words(flow: Flow, nodes: Collection[str], notes: Collection[str], frames: Collection[str]) -> str:
    """“Move Letter 2”, “Move 3 nodes”; a frame with nodes in it is a frame."""
    if len(frames) == 1:
        return tr("Move a frame")
    if len(nodes) == 1 and (node := flow.by_id.get(next(iter(nodes)))) is not None:
        return tr("Move {name}").format(name=node_title(node))
    if nodes:
        return tr("Move {count} nodes").format(count=len(nodes))
    return tr("Move a note") if len(notes) == 1 else tr("Move")
