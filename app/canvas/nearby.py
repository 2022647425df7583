"""The items of what is near the view: made when it comes near, dropped when it is far."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from PySide6.QtWidgets import QGraphicsScene

from app.canvas.document import CanvasDocument
from app.canvas.drawing import Drawing
from app.canvas.edits import EdgeKey
from app.canvas.faces import Face, Shape, Tone
from app.canvas.geometry import Box, Rect
from app.canvas.items.bead import BeadItem
from app.canvas.items.box import BoxItem
from app.canvas.items.edge import EdgeItem
from app.canvas.items.end import EndItem
from app.canvas.items.node import NodeItem
from app.canvas.items.runner import Runners
from app.canvas.look import Level, Look
from app.canvas.passing import LIFTED_Z, Passing
from app.canvas.selection import Selection

_AHEAD: Final = 240.0
"""Screen px around the view in which items are made before they are seen."""
_KEPT: Final = 480.0
"""Screen px around the view beyond which they are dropped."""
_MOST_FOLLOWED: Final = 16
"""Of more edges the rectangles around them are painted anew: they overlap."""
_EVERYTHING: Final = Rect(-1e9, -1e9, 2e9, 2e9)
_RANK: Final = 1e-5
"""Later parts lie over earlier ones, whichever item was made first."""
_ITEMS: Final[Mapping[Shape, type[NodeItem]]] = {
    Shape.BODY: NodeItem,
    Shape.BEAD: BeadItem,
    Shape.END: EndItem,
    Shape.BOX: BoxItem,
}


class Nearby:
    """Node and edge items of one scene. ``nodes`` and ``edges`` hold those that exist now and no others."""

    def __init__(
        self,
        scene: QGraphicsScene,
        look: Look,
        drawing: Drawing,
        document: CanvasDocument,
        selection: Selection,
    ) -> None:
        self._scene = scene
        self._look = look
        self._drawing = drawing
        self._document = document
        self._selection = selection
        self._seen: Rect | None = None
        self._area: Rect | None = None
        """What ``nodes`` and ``edges`` are complete for."""
        self.runners = Runners(scene, look, self.dress_edge)
        self.passing = Passing()
        self.nodes: dict[str, NodeItem] = {}
        self.edges: dict[EdgeKey, EdgeItem] = {}

    # --- what there is ----------------------------------------------------------------------------------

    @property
    def area(self) -> Rect | None:
        """What items are made for; None: nothing is seen closely."""
        return self._area

    def look_at(self, seen: Rect | None) -> None:
        """The view shows this part of the scene; None: everything is to be there."""
        self._seen = seen or _EVERYTHING
        area, wish = self._area, self._around(_AHEAD)
        if area is None or not area.holds(self._seen) or area.width > 2 * wish.width:
            self.renew()

    def renew(self) -> None:
        """Makes what has come near and drops what has gone, after places, ways or the level changed."""
        if self._seen is None or self._look.level is Level.OVERVIEW:
            self._area = None
            self._drop(set(self.nodes), set(self.edges))
            return
        self._area = self._around(_AHEAD)
        names, keys = self._drawing.near(self._area)
        kept_names, kept_keys = self._drawing.near(self._around(_KEPT))
        self._drop(self.nodes.keys() - kept_names, self.edges.keys() - kept_keys)
        for name in names:
            if name not in self.nodes:
                self._make_node(name)
        for key in keys:
            if key not in self.edges:
                self._make_edge(key)

    def refresh_node(self, name: str) -> None:
        """The node shows another face, or stands elsewhere."""
        item, face = self.nodes.get(name), self._drawing.faces[name]
        if item is not None and type(item) is not _ITEMS[face.shape]:
            self.drop_node(name)
            self._make_node(name)
        elif item is not None:
            item.show_face(face, self._drawing.boxes[name])
            item.place(*self._drawing.places[name])

    def refresh_edges(self) -> None:
        """Edges came or went, or lead from another kind of outlet."""
        there = self._drawing.flow_edges()
        for key in self.runners.running:
            if key not in there:
                self.runners.stop(key)
        self._drop((), self.edges.keys() - there)
        for key, edge in self.edges.items():
            edge.set_state(failed=self._drawing.tone(key) is Tone.FAILED)

    def drop_node(self, name: str) -> None:
        self._drop({name} & self.nodes.keys(), ())

    def move(self, name: str) -> None:
        """The node stands elsewhere."""
        if (item := self.nodes.get(name)) is not None:
            item.place(*self._drawing.places[name])
        elif (
            name in self._drawing.boxes
            and self._area is not None
            and self._drawing.body(name).touches(self._area)
        ):
            self._make_node(name)

    def show_routes(self, keys: Collection[EdgeKey], *, for_a_step: bool = False) -> None:
        """These edges go another way; ``for_a_step``: of a gesture, which brings the next one soon."""
        is_followed = for_a_step and len(keys) <= _MOST_FOLLOWED
        for key in keys:
            item, route = self.edges.get(key), self._drawing.routes.get(key)
            if item is not None and route is not None:
                (item.follow if is_followed else item.show_route)(route)
            elif route is not None and self._area is not None and self._drawing.is_edge_near(key, self._area):
                self._make_edge(key)

    # --- what it looks like -----------------------------------------------------------------------------

    def dress_all(self) -> None:
        """Gives every item what is known of it."""
        for name in self.nodes:
            self.dress_node(name)
        for key in self.edges:
            self.dress_edge(key)

    def dress_node(self, name: str) -> None:
        """Selection, numbers, problems and passing looks of one node."""
        item, facts, passing = self.nodes.get(name), self._document.facts, self.passing
        if item is None:
            return
        item.set_mark(self._drawing.mark(facts, name))
        item.set_selected(name in self._selection.parts.nodes)
        item.set_hover(name in passing.hovered, passing.hovered.get(name, frozenset()))
        item.invite(invites=passing.invites(name))
        item.setOpacity(passing.opacity(name, on_way=self._drawing.is_on_way(facts, name)))
        item.setZValue((LIFTED_Z if name in passing.lifted else 0.0) + self._drawing.rank(name) * _RANK)

    def dress_edge(self, key: EdgeKey) -> None:
        """The same of one edge."""
        item, facts, passing = self.edges.get(key), self._document.facts, self.passing
        if item is None:
            return
        words = facts.way_words.get(key[:2])
        item.set_count(facts.counts.edges.get(key[:2], 0), words or "")
        item.set_change(facts.edge_changes.get(key))
        item.set_state(
            selected=key in self._selection.parts.edges,
            hovered=key in passing.hovered_edges,
            walked=words is not None,
            lit=key in passing.lit or self.runners.lights(key),
            failed=self._drawing.tone(key) is Tone.FAILED,
        )
        item.setOpacity(passing.edge_opacity(key, on_way=not facts.way or words is not None))

    # --- inside -----------------------------------------------------------------------------------------

    def _around(self, px: float) -> Rect:
        return _EVERYTHING if self._seen is None else self._seen.grown(px / self._look.zoom)

    def _make_node(self, name: str) -> None:
        item = item_for(name, self._look, self._drawing.faces[name], self._drawing.boxes[name])
        item.place(*self._drawing.places[name])
        self.nodes[name] = item
        self.dress_node(name)
        self._scene.addItem(item)

    def _make_edge(self, key: EdgeKey) -> None:
        item = EdgeItem(key, self._look, order=self._drawing.rank_of_edge(key) * _RANK)
        if (route := self._drawing.routes.get(key)) is not None:
            item.show_route(route)
        self.edges[key] = item
        self.dress_edge(key)
        self._scene.addItem(item)

    def _drop(self, names: Iterable[str], keys: Iterable[EdgeKey]) -> None:
        for name in names:
            self._scene.removeItem(self.nodes.pop(name))
        for key in keys:
            self._scene.removeItem(self.edges.pop(key))


def item_for(name: str, look: Look, face: Face, box: Box) -> NodeItem:
    """The item that paints this face."""
    return _ITEMS[face.shape](name, look, face, box)
