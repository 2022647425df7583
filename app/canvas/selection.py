"""What is selected, by id. It belongs to one canvas and not to the items: it survives their change."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, Signal

from app.canvas.edits import EdgeKey, key_of
from app.canvas.frames import frames_of
from app.model.flow import Flow
from app.model.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Parts:
    """Some parts of a drawing."""

    nodes: frozenset[str] = frozenset()
    edges: frozenset[EdgeKey] = frozenset()
    notes: frozenset[str] = frozenset()
    frames: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.nodes or self.edges or self.notes or self.frames)

    def __or__(self, other: Parts) -> Parts:
        return Parts(
            self.nodes | other.nodes,
            self.edges | other.edges,
            self.notes | other.notes,
            self.frames | other.frames,
        )

    def __xor__(self, other: Parts) -> Parts:
        return Parts(
            self.nodes ^ other.nodes,
            self.edges ^ other.edges,
            self.notes ^ other.notes,
            self.frames ^ other.frames,
        )

    def __and__(self, other: Parts) -> Parts:
        return Parts(
            self.nodes & other.nodes,
            self.edges & other.edges,
            self.notes & other.notes,
            self.frames & other.frames,
        )

    @classmethod
    def of_flow(cls, flow: Flow) -> Parts:
        """All nodes, notes and frames of a flow."""
        return cls(
            nodes=frozenset(node.id for node in flow.nodes),
            notes=frozenset(note.id for note in flow.notes),
            frames=frozenset(frame.id for frame in frames_of(flow)),
        )

    @classmethod
    def of_nodes(cls, names: Iterable[str]) -> Parts:
        """These nodes."""
        return cls(nodes=frozenset(names))


class Selection(QObject):
    """The selected parts. ``changed`` carries the ``Parts`` before."""

    changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._parts = Parts()
        self.widen: Callable[[Parts], Parts] = _as_it_is
        """What is selected together with these parts: the scene adds what a box hides."""

    @property
    def parts(self) -> Parts:
        return self._parts

    def set(self, parts: Parts) -> None:
        """Selects these parts and nothing else."""
        wider = self.widen(parts)
        if wider != self._parts:
            before, self._parts = self._parts, wider
            self.changed.emit(before)

    def clear(self) -> None:
        self.set(Parts())

    def toggle(self, parts: Parts) -> None:
        """Adds what is not selected, takes away what is."""
        self.set(self._parts ^ self.widen(parts))

    def keep_existing(self, flow: Flow, frames: Iterable[str]) -> None:
        """Forgets what is no longer in the flow."""
        there = Parts(
            frozenset(flow.by_id),
            frozenset(map(key_of, flow.edges)),
            frozenset(note.id for note in flow.notes),
            frozenset(frames),
        )
        self.set(self._parts & there)


def _as_it_is(parts: Parts) -> Parts:
    return parts
