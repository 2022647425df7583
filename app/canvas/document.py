"""The document of one canvas: the flow value, its undo history, and what is known of it from outside."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from app.canvas.changes import Change, Delta
from app.canvas.edits import EdgeKey
from app.canvas.facts import Change as NodeChange
from app.canvas.facts import Changed, Facts, Step, bad_edges, problems_by_node, worked
from app.model.flow import Flow, Problem

if TYPE_CHECKING:
    from app.flows.windows import Ring
    from app.model.counts import Counts


class CanvasDocument(QObject):
    """A flow under edit. The value is never changed in place; only commands exchange it.

    Signals:
        changed: the flow is another one; carries the ``Delta``.
        facts_changed: problems, numbers, pause or way are others; carries the ``Facts`` before.
    """

    changed = Signal(object)
    facts_changed = Signal(object)

    def __init__(self, flow: Flow, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._flow = flow
        self._facts = Facts()
        self._burst = 0
        self._is_restoring = False
        self.is_read_only = False
        """Whether commands are left undone: a version that is looked at, not edited."""
        self.undo_stack = QUndoStack(self)
        self.tidier: Callable[[Flow, Flow], Flow] | None = None
        """Puts things in their places after an edit (from, to); whoever draws the document knows how."""

    @property
    def flow(self) -> Flow:
        """The drawing as it stands."""
        return self._flow

    @property
    def facts(self) -> Facts:
        """What is known of it from outside."""
        return self._facts

    @property
    def burst(self) -> int:
        """Commands of one burst on one thing (typing in a field) are one step of undo."""
        return self._burst

    def after(self, edit: Callable[[Flow], Flow]) -> Flow:
        """The flow after an edit; in a drawing that is kept tidy, with everything in its place."""
        edited = edit(self._flow)
        return edited if self.tidier is None else self.tidier(self._flow, edited)

    def seal(self) -> None:
        """Ends the burst: the next edit is a step of its own. Call it when a field is left."""
        self._burst += 1

    def do(self, command: QUndoCommand) -> None:
        """Carries out a command and keeps it for undo; one that changes nothing leaves the history alone."""
        if not command.isObsolete() and not self.is_read_only:
            self.undo_stack.push(command)

    def replace(self, flow: Flow) -> None:
        """Opens another flow here: the history is emptied."""
        self.undo_stack.clear()
        self.apply(Change.between(self._flow, flow))

    def restore(self, flow: Flow, commands: Sequence[QUndoCommand], done: int) -> None:
        """Opens a flow with its history: the first ``done`` commands have led to it, the others follow it."""
        self.replace(flow)
        self._is_restoring = True
        for command in commands:
            self.undo_stack.push(command)
        self.undo_stack.setIndex(done)
        self._is_restoring = False

    def apply(self, change: Change) -> None:
        """Makes a change; commands call it and nobody else."""
        if not change or self._is_restoring:
            return
        self._flow = change.apply(self._flow)
        self.changed.emit(Delta.of(change))

    def set_problems(self, problems: Sequence[Problem]) -> None:
        """Shows these problems on their nodes and edges."""
        listed = tuple(problems)
        self._set_facts(
            replace(
                self._facts, problems=listed, by_node=problems_by_node(listed), bad_edges=bad_edges(listed)
            )
        )

    def set_counts(self, counts: Counts) -> None:
        """Shows how many people are at each node and walked each edge."""
        from app.flows.sentences import failures  # not needed for the first picture

        told = failures(counts, self.flow)
        self._set_facts(replace(self._facts, counts=counts, failed=told, worked=worked(counts)))

    def set_rings(self, rings: Mapping[str, Ring]) -> None:
        """Shows how long ago a person last wrote when these messages are sent."""
        self._set_facts(replace(self._facts, rings=rings))

    def set_paused(self, since: str | None) -> None:
        """Shows that the flow is paused since then (words such as “since 9:12”), or that it is not (None)."""
        self._set_facts(replace(self._facts, paused=since))

    def set_way(self, way: Sequence[Step]) -> None:
        """Lights the way of one person and fades all else; an empty way shows everything again."""
        steps = tuple(way)
        self._set_facts(
            replace(
                self._facts,
                way=steps,
                way_nodes=frozenset(step.node for step in steps),
                way_words={(step.node, step.outlet): step.words for step in steps if step.outlet},
            )
        )

    def set_changes(self, nodes: Mapping[str, NodeChange], edges: Mapping[EdgeKey, Changed]) -> None:
        """Shows what became of these parts since another version."""
        self._set_facts(replace(self._facts, node_changes=nodes, edge_changes=edges))

    def _set_facts(self, facts: Facts) -> None:
        if facts != self._facts:
            before, self._facts = self._facts, facts
            self.facts_changed.emit(before)
