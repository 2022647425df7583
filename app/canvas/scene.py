"""The scene: a mirror of the document. It changes only the items whose parts changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QEasingCurve, QObject, QRectF, Signal
from PySide6.QtWidgets import QGraphicsScene

from app.canvas import collecting
from app.canvas.changes import Delta
from app.canvas.document import CanvasDocument
from app.canvas.drawing import Drawing
from app.canvas.edits import EdgeKey
from app.canvas.facts import Facts
from app.canvas.geometry import Rect
from app.canvas.glide import Glide
from app.canvas.items.edge import EdgeItem
from app.canvas.items.node import NodeItem
from app.canvas.items.overview import OverviewItem
from app.canvas.items.paper import FrameItem, NoteItem
from app.canvas.look import Level, Look
from app.canvas.nearby import Nearby
from app.canvas.routing import Routing
from app.canvas.selection import Parts, Selection
from app.canvas.style import Style
from app.model.flow import Flow

_MARGIN: Final = 400.0
_MOST_GLIDING: Final = 200


class CanvasScene(QGraphicsScene):
    """Items of one document.

    Signals:
        arranged: places, sizes or routes are others (for minimap and ruler).
    """

    arranged = Signal()

    def __init__(
        self, document: CanvasDocument, selection: Selection, style: Style, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.BspTreeIndex)
        self.document = document
        self.selection = selection
        self.look = Look(style)
        with collecting.later():
            self.drawing = Drawing(document.flow, style.m, style.measure, routed=False)
        self._near = Nearby(self, self.look, self.drawing, document, selection)
        self.runners = self._near.runners
        self.notes: dict[str, NoteItem] = {}
        self.frames: dict[str, FrameItem] = {}
        self.overview = OverviewItem(self.look)
        self.overview.setVisible(False)
        self.addItem(self.overview)
        self.is_still = False
        self._glide = Glide(self._glide_step, self)
        self._glide_next: tuple[int, QEasingCurve.Type] | None = None
        self._preview: dict[str, tuple[float, float]] = {}
        self._routing = Routing(self.drawing, self)
        self._routing.start()
        with collecting.later():
            self._routing.settle()
        self._routing.found.connect(self._on_routes)
        self._build()
        document.changed.connect(self._on_changed)
        document.facts_changed.connect(self._on_facts)
        document.tidier = self._kept_tidy
        self.tidied: Flow | None = None
        """The drawing as it was when it was last tidied."""
        selection.widen = self._widened
        selection.changed.connect(self._on_selection)

    # --- for views and gestures -------------------------------------------------------------------------

    @property
    def nodes(self) -> Mapping[str, NodeItem]:
        """The items of the nodes near the view; those of others do not exist. See ``drawing`` for all."""
        return self._near.nodes

    @property
    def edges(self) -> Mapping[EdgeKey, EdgeItem]:
        """The items of the edges near the view."""
        return self._near.edges

    def look_at(self, seen: QRectF | None) -> None:
        """The view shows this part; None: there is no view, and everything is to be there."""
        area = None if seen is None else Rect(seen.x(), seen.y(), seen.width(), seen.height())
        if area is None:
            self.flush()
        self._near.look_at(area)

    def hover(self, nodes: Mapping[str, frozenset[str]], edges: Iterable[EdgeKey] = ()) -> None:
        """Darkens these nodes (each with the outlets that show a plus) and edges, and no others."""
        passing = self._near.passing
        before, before_edges = passing.hovered, passing.hovered_edges
        passing.hovered, passing.hovered_edges = dict(nodes), frozenset(edges)
        self._dress(before.keys() | nodes.keys(), before_edges | passing.hovered_edges)

    def lift(self, names: Iterable[str]) -> None:
        """These nodes, and no others, are in the hand: above all and a little transparent."""
        passing = self._near.passing
        before, passing.lifted = passing.lifted, frozenset(names)
        self._dress(before | passing.lifted)

    def light(self, keys: Iterable[EdgeKey]) -> None:
        """Something would be put into these edges, and no others."""
        passing = self._near.passing
        before, passing.lit = passing.lit, frozenset(keys)
        self._dress((), before | passing.lit)

    @property
    def leaving(self) -> frozenset[EdgeKey]:
        """The edges that would go."""
        return self._near.passing.leaving

    @property
    def lit(self) -> frozenset[EdgeKey]:
        """The edges that are lit."""
        return self._near.passing.lit

    def fade(self, keys: Iterable[EdgeKey]) -> None:
        """These edges, and no others, would go if the person let go now."""
        passing = self._near.passing
        before, passing.leaving = passing.leaving, frozenset(keys)
        self._dress((), before | passing.leaving)

    def invite(self, source: str, allowed: Callable[[str], bool] | None, *, back: bool = False) -> None:
        """A wire is pulled from ``source`` and may end where ``allowed`` says; None: no longer.

        ``back``: it is pulled from an inlet to an outlet.
        """
        passing = self._near.passing
        passing.source, passing.allowed, passing.is_back = source, allowed, back
        self._dress(self._near.nodes)

    def set_zoom(self, zoom: float, ratio: float) -> None:
        """Tells the items how large they are seen; below 40 % the overview takes their place."""
        before = self.look.level
        self.look.set_zoom(zoom, ratio)
        if (before is Level.OVERVIEW) != (self.look.level is Level.OVERVIEW):
            self._switch_overview(on=self.look.level is Level.OVERVIEW)

    def set_style(self, style: Style) -> None:
        """Paints everything in another theme."""
        self.look.set_style(style)
        self.update()

    def set_still(self, *, is_still: bool) -> None:
        """Reduced motion: nothing slides, edges light up instead of a running dot."""
        self.is_still = self.runners.is_still = is_still

    def flush(self) -> None:
        """Finds the careful ways of all edges now, however many there are."""
        self._routing.finish()

    def _on_routes(self) -> None:
        self._near.show_routes(tuple(self._near.edges))
        self._near.renew()
        self._fit_index()
        self._refresh_overview()
        self.arranged.emit()

    def settle(self) -> None:
        """Ends what slides, and gives every edge a way."""
        self._glide.finish()
        self._routing.settle()

    def glide_next(self, ms: int, curve: QEasingCurve.Type) -> None:
        """The next change lets nodes slide to their places."""
        self._glide_next = None if self.is_still else (ms, curve)

    def preview_places(self, places: Mapping[str, tuple[float, float]]) -> None:
        """Shows nodes at other places for the time of a gesture. Edges of these nodes follow."""
        self._routing.rest()
        places = {name: place for name, place in places.items() if name in self.drawing.boxes}
        back = tuple(self._preview.keys() - places.keys())
        for name in back:
            self._put(name, self._preview.pop(name))
        for name, place in places.items():
            self._preview.setdefault(name, self.drawing.places[name])
            self._put(name, place)
        self._follow((*places, *back))

    def preview_papers(self, parts: Parts, dx: float, dy: float) -> None:
        """Shows notes and frames moved for the time of a gesture; (0, 0) puts them back."""
        for name in parts.notes & self.notes.keys():
            note = self.notes[name]
            note.place(note.note.x + dx, note.note.y + dy)
        for name in parts.frames & self.frames.keys():
            frame = self.frames[name]
            frame.setPos(frame.frame.x + dx, frame.frame.y + dy)

    def end_preview(self, *, put_back: bool) -> None:
        """Forgets the preview. ``put_back``: the document did not take it over, show what it says."""
        for name, place in self._preview.items():
            if name in self.drawing.places:
                self.drawing.place(name, place)
                if put_back:
                    self._near.move(name)
        had, self._preview = bool(self._preview), {}
        if had:
            self._routing.start()
        if had and put_back:
            self._routing.settle()

    def close(self) -> None:
        """Looks no longer at document and selection."""
        self._routing.stop()
        self.runners.stop_all()
        self.document.tidier = None
        self.document.changed.disconnect(self._on_changed)
        self.document.facts_changed.disconnect(self._on_facts)
        self.selection.changed.disconnect(self._on_selection)

    def refresh_facts(self) -> None:
        """Shows marks, counts and the lit way again, after a gesture faded some."""
        self._apply_facts(self.document.facts)

    def extent(self) -> QRectF:
        """The rectangle around everything drawn; empty when nothing is."""
        return _qrect(self.drawing.extent())

    def extent_of(self, names: Iterable[str]) -> QRectF:
        """The rectangle around these nodes."""
        return _qrect(self.drawing.extent([name for name in names if name in self.drawing.boxes]))

    def parts_within(self, area: QRectF) -> Parts:
        """What an area touches: nodes and notes by their bodies."""
        rect = Rect(area.x(), area.y(), area.width(), area.height())
        return Parts(
            nodes=frozenset(self.drawing.nodes_near(rect)),
            notes=frozenset(
                name for name, item in self.notes.items() if area.intersects(item.area.translated(item.pos()))
            ),
        )

    def _widened(self, parts: Parts) -> Parts:
        """Of a box all that is inside: what is done to the box is done to that."""
        shown = self.drawing.shown
        if not shown:
            return parts
        edges = frozenset(key for key in parts.edges if not shown.is_within(key[0], key[2]))
        return replace(parts, nodes=shown.widened(parts.nodes), edges=edges)

    # --- the mirror -------------------------------------------------------------------------------------

    def _build(self) -> None:
        for note in self.drawing.notes:
            self._add_note(note.id)
        self._sync_frames()
        self._apply_facts(Facts())
        self._fit_index()

    def _on_changed(self, delta: Delta) -> None:
        self._glide.finish()
        before = dict(self.drawing.places) if self._glide_next else {}
        update = self.drawing.update(self.document.flow, delta)
        for name in update.removed:
            self._near.drop_node(name)
        for name in update.faces:
            self._near.refresh_node(name)
        self._near.refresh_edges()
        self._near.renew()
        self._sync_notes(delta)
        if delta.header:
            self._sync_frames()
        self.selection.keep_existing(self.document.flow, self.frames)
        self._start_glide(before)
        if update.routes:
            self._routing.start()
        elif delta.notes_added or delta.notes_changed or delta.notes_removed or delta.header:
            self.arranged.emit()

    def _on_facts(self, before: Facts) -> None:
        self._apply_facts(before)

    def _on_selection(self, before: Parts) -> None:
        now = self.selection.parts
        self._dress(before.nodes ^ now.nodes, before.edges ^ now.edges)
        for name in before.notes ^ now.notes:
            if (note := self.notes.get(name)) is not None:
                note.set_selected(name in now.notes)
        for name in before.frames ^ now.frames:
            if (frame := self.frames.get(name)) is not None:
                frame.set_selected(name in now.frames)
        if self.overview.isVisible():
            self.overview.set_selected(now.nodes)

    def _dress(self, names: Iterable[str], keys: Iterable[EdgeKey] = ()) -> None:
        for name in names:
            self._near.dress_node(name)
        for key in keys:
            self._near.dress_edge(key)

    def _sync_notes(self, delta: Delta) -> None:
        for name in delta.notes_removed:
            if name in self.notes:
                self.removeItem(self.notes.pop(name))
        for name in delta.notes_added:
            self._add_note(name)
        known = {note.id: note for note in reversed(self.drawing.notes)}
        for name in delta.notes_changed:
            if name in self.notes and name in known:
                self.notes[name].show_note(known[name])

    def _add_note(self, name: str) -> None:
        note = next((note for note in self.drawing.notes if note.id == name), None)
        if note is not None and name not in self.notes:
            self.notes[name] = NoteItem(self.look, note)
            self.addItem(self.notes[name])

    def _sync_frames(self) -> None:
        wanted = {frame.id: frame for frame in self.drawing.frames}
        for name in self.frames.keys() - wanted.keys():
            self.removeItem(self.frames.pop(name))
        for name, frame in wanted.items():
            if name not in self.frames:
                self.frames[name] = FrameItem(self.look, frame)
                self.addItem(self.frames[name])
            else:
                self.frames[name].show_frame(frame)

    def _apply_facts(self, before: Facts) -> None:
        self._near.dress_all()
        self._run_dots(before)
        self.overview.show_facts(self.drawing, self.document.facts)

    def _run_dots(self, before: Facts) -> None:
        """A dot runs along each edge in view that was walked since, but not at first sight of the counts."""
        was, now = before.counts.edges, self.document.facts.counts.edges
        if not was or was is now:
            return
        view = _bounds_of_views(self)
        seen = Rect(view.x(), view.y(), view.width(), view.height())
        for key in self.drawing.flow_edges():
            if now.get(key[:2], 0) > was.get(key[:2], 0) and self.drawing.is_edge_near(key, seen):
                self.runners.start(key, self.drawing.routes[key].points)

    # --- movement ---------------------------------------------------------------------------------------

    def _start_glide(self, before: Mapping[str, tuple[float, float]]) -> None:
        wish, self._glide_next = self._glide_next, None
        ways = {
            name: (before[name], place)
            for name, place in self.drawing.places.items()
            if name in before and before[name] != place
        }
        if wish is not None and ways and len(ways) <= _MOST_GLIDING:
            self._glide.start(ways, *wish)

    def _kept_tidy(self, before: Flow, after: Flow) -> Flow:
        """What an edit comes to in a drawing that is kept tidy; nodes slide to their places."""
        from app.canvas.tidying import kept_tidy  # not needed for the first picture

        found = kept_tidy(self.drawing, before, after)
        if found is not after:
            self.glide_next(self.look.style.m.layout, QEasingCurve.Type.InOutCubic)
        return found

    def _glide_step(self, places: Mapping[str, tuple[float, float]], arrived: bool) -> None:
        there = {name: place for name, place in places.items() if name in self.drawing.places}
        for name, place in there.items():
            self._put(name, place)
        if arrived:
            self._routing.start()
            self._routing.settle()
        else:
            self._follow(tuple(there))

    def _follow(self, names: tuple[str, ...]) -> None:
        """The edges of these nodes go where the nodes are now."""
        area = None if self.look.level is Level.OVERVIEW else self._near.area
        keys = self.drawing.reroute_at(names, area, self._near.edges)
        self._near.show_routes(keys, for_a_step=True)
        if self.look.level is Level.OVERVIEW:
            self.overview.follow(self.drawing, names, keys)

    def _put(self, name: str, place: tuple[float, float]) -> None:
        self.drawing.place(name, place)
        self._near.move(name)

    def _switch_overview(self, *, on: bool) -> None:
        self.overview.setVisible(on)
        if on:
            self._near.renew()
            self._refresh_overview()
            self.overview.set_selected(self.selection.parts.nodes)
        else:
            self.overview.forget()

    def _refresh_overview(self) -> None:
        if self.look.level is Level.OVERVIEW:
            self.overview.refresh(self.drawing)

    def _fit_index(self) -> None:
        """The index parts this rectangle; what lies outside is still found, only slower."""
        extent = self.extent()
        wish = extent.adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN)
        if not self.sceneRect().contains(extent) or self.sceneRect().width() > 3 * wish.width():
            self.setSceneRect(wish)


def _qrect(rect: Rect | None) -> QRectF:
    return QRectF() if rect is None else QRectF(rect.x, rect.y, rect.width, rect.height)


def _bounds_of_views(scene: QGraphicsScene) -> QRectF:
    seen = QRectF()
    for view in scene.views():
        if view.isVisible():
            seen = seen.united(view.mapToScene(view.viewport().rect()).boundingRect())
    return seen
