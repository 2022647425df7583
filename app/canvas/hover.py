"""What lies under a pointer that does nothing yet: darker lines, pluses, tooltips."""

from __future__ import annotations

from PySide6.QtCore import QPointF

from app.canvas.document import CanvasDocument
from app.canvas.edits import EdgeKey
from app.canvas.hits import Hit, Target, handle_at, handles, hit
from app.canvas.items.handles import HandlesItem
from app.canvas.items.window_ring import ring_sentence
from app.canvas.scene import CanvasScene
from app.canvas.words import node_title, outlet_words, tr


class Hover:
    """Keeps one thing hovered."""

    def __init__(self, scene: CanvasScene) -> None:
        self._scene = scene
        self.hit = Hit()
        self._handles = HandlesItem(scene.look)

    def find(self, at: QPointF) -> Hit:
        """What lies there: the handles of an edge that shows them, else the topmost thing."""
        for key in self._edges():
            found = handle_at(self._scene, at, key)
            if found is not None:
                return found
        return hit(self._scene, at)

    def refresh(self) -> None:
        """Shows the handles again, after edges, zoom or selection changed; none where one would go."""
        edges = () if self._scene.leaving else self._edges()
        shown = [handles(self._scene, key) for key in edges]
        ends = tuple(end for one in shown for end in (one.source, one.target) if end is not None)
        pluses = tuple(one.plus for one in shown if one.plus is not None)
        self._handles.show_at(ends, pluses)
        is_there = self._handles.scene() is not None
        if (ends or pluses) and not is_there:
            self._scene.addItem(self._handles)
        elif is_there and not (ends or pluses):
            self._scene.removeItem(self._handles)

    def over(self, found: Hit) -> None:
        """The pointer is over this now."""
        if found == self.hit:
            return
        self.hit = found
        self._darken(found)
        self.refresh()

    def _edges(self) -> tuple[EdgeKey, ...]:
        """The edges that show handles: the one under the pointer, and the one that is selected alone."""
        parts = self._scene.selection.parts
        alone = len(parts.edges) == 1 and not (parts.nodes or parts.notes or parts.frames)
        keys = [self.hit.edge, *(parts.edges if alone else ())]
        return tuple(dict.fromkeys(key for key in keys if key is not None))

    def _darken(self, found: Hit) -> None:
        if found.edge is not None:
            self._scene.hover({}, [found.edge])
        elif (name := self._scene.drawing.shown.box(found.name)) in self._scene.drawing.faces:
            ports = self._free(name)
            if found.target is Target.PORT:
                ports = frozenset({self._scene.drawing.row_of(found.name, found.outlet)})
            self._scene.hover({name: ports})
        else:
            self._scene.hover({})

    def words(self, found: Hit, document: CanvasDocument) -> str:
        """The tooltip, as rich text that breaks by itself."""
        from html import escape  # not needed for the first picture

        lines = _lines(found, document)
        return "<p>" + "<br>".join(escape(line) for line in lines) + "</p>" if lines else ""

    def _free(self, name: str) -> frozenset[str]:
        leading = self._scene.drawing.flow.leading
        rows = self._scene.drawing.faces[name].rows
        drawing = self._scene.drawing
        return frozenset(row.outlet for row in rows if drawing.outlet_of(name, row.outlet) not in leading)


def _lines(found: Hit, document: CanvasDocument) -> list[str]:
    flow, facts = document.flow, document.facts
    if found.target is Target.HANDLE:
        return [tr("Drag to lead it elsewhere")]
    if found.target is Target.PLUS:
        return [tr("Put something in between")]
    if found.target is Target.INLET:
        return [tr("Pull a line from here to what shall lead here")]
    if found.edge is not None:
        return [_edge_words(found.edge, document)]
    node = flow.by_id.get(found.name)
    if node is None or found.target not in (Target.NODE, Target.PORT):
        return []
    if found.target is Target.PORT:
        return [outlet_words(node, found.outlet)]
    if found.chip:
        return [tr("Who is here now") if found.chip == "here" else tr("What could not be sent, and why")]
    from app.flows.sentences import describe  # not needed for the first picture

    problems = facts.by_node.get(node.id, ())
    ring = facts.rings.get(node.id)
    told = [describe(flow, node.id, facts.counts), *([ring_sentence(ring)] if ring else ())]
    return [*told, *(problem.message for problem in problems)]


def _edge_words(key: EdgeKey, document: CanvasDocument) -> str:
    flow = document.flow
    source, target = flow.by_id.get(key[0]), flow.by_id.get(key[2])
    if source is None or target is None:
        return ""
    walked = document.facts.counts.edges.get(key[:2], 0)
    words = tr("{source}, {outlet}: to {target}.").format(
        source=node_title(source), outlet=outlet_words(source, key[1]), target=node_title(target)
    )
    return words + (" " + tr("Walked {count} times.").format(count=f"{walked:,}") if walked else "")
