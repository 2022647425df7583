"""The canvas as one widget: ruler, view, and the small cards over the paper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, QPointF, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from shiboken6 import isValid

from app.canvas import collecting
from app.canvas.collapse import reveal
from app.canvas.commands import AddNodes, FlowCommand
from app.canvas.document import CanvasDocument
from app.canvas.facts import Facts, Step
from app.canvas.focus import KeyFocus
from app.canvas.icons import Icons
from app.canvas.naming import new_node
from app.canvas.parts.goalbar import LineCard, Piece, goal_line, inside_line
from app.canvas.parts.hint import EmptyHint
from app.canvas.parts.minimap import Minimap
from app.canvas.parts.rulerbar import RulerBar
from app.canvas.placing import free_place, snapped
from app.canvas.scene import CanvasScene
from app.canvas.selection import Parts, Selection
from app.canvas.style import Style
from app.canvas.theme import CanvasTheme
from app.canvas.view import CanvasView
from app.canvas.words import tr
from app.model.flow import Flow, Problem
from app.model.kinds import KINDS

if TYPE_CHECKING:
    from app.canvas.accessible import Spoken
    from app.canvas.actions import CanvasActions
    from app.canvas.adding import Spot
    from app.canvas.gestures.adder import Adder
    from app.canvas.gestures.chainer import Chainer
    from app.canvas.gestures.keys import Keys
    from app.canvas.parts.menus import Menus
    from app.canvas.parts.papers import Papers
    from app.canvas.parts.rename import Renamer
    from app.canvas.parts.zoom import ZoomControl
    from app.model.counts import Counts

_EDGE: Final = 16
_BETWEEN: Final = 12
_READABLE: Final = 0.6


class Canvas(QWidget):
    """Shows and edits one document.

    One that is made ``bare`` is drawn and takes the mouse; ``complete`` adds what its first picture does
    without: commands and their keys, and everything that opens over the paper.

    Signals:
        selection_changed: ids of the selected nodes in the flow's order, as a tuple.
        open_requested: a node was double-clicked, or Enter was pressed on it; carries its id.
        settings_requested: the fields of a node are wanted, with the cursor in the first; carries its id.
        said: one plain sentence for the person (a paste that is no flow).
        undoable: what was just deleted, in words; one step of undo brings it back.
        counted: a number was clicked; carries the node's id (empty: the whole flow) and what it counts.
    """

    selection_changed = Signal(object)
    open_requested = Signal(str)
    settings_requested = Signal(str)
    said = Signal(str)
    undoable = Signal(str)
    counted = Signal(str, str)

    actions_: CanvasActions
    keys: Keys
    adder: Adder
    chainer: Chainer
    renamer: Renamer
    papers: Papers
    spoken: Spoken
    menus: Menus
    _zoom: ZoomControl

    def __init__(
        self,
        theme: CanvasTheme,
        icons: Icons,
        parent: QWidget | None = None,
        *,
        document: CanvasDocument | None = None,
        bare: bool = False,
    ) -> None:
        super().__init__(parent)
        self._is_whole = False
        self._icons = icons
        self._style = Style(theme, icons)
        self._still = False
        self._wants_fit = True
        self.selection: Selection = Selection(self)
        self.focus: KeyFocus = KeyFocus(self)
        self._ruler = RulerBar(self._style, self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self._ruler)
        self._refreshing = QTimer(self)
        self._refreshing.setSingleShot(True)
        self._refreshing.timeout.connect(self._show_surroundings)
        self._open(document or CanvasDocument(Flow(name=""), self))
        self._view = CanvasView(self._scene, self)
        self.focus.open()
        self._column.addWidget(self._view, 1)
        self.setFocusProxy(self._view)
        # Children of the viewport: what lies beside and over it would make every scrolling a full repaint.
        paper = self._view.viewport()
        self._goal = LineCard(self._style, paper, "goal")
        self._inside = LineCard(self._style, paper)
        self._minimap = Minimap(self._style, paper)
        self._hint = EmptyHint(self._style, paper)
        self._keyline = LineCard(self._style, paper)
        self._keyline.say(())
        self._connect()
        if bare:
            self._show_all()
        else:
            self.complete()

    def complete(self) -> None:
        """Adds what a bare canvas does without; nothing where it is there."""
        if self._is_whole:
            return
        self._build_rest()
        self.keys.told.connect(self._tell_keys)
        self._is_whole = True
        self._show_all()

    def _build_rest(self) -> None:
        from app.canvas.accessible import Spoken
        from app.canvas.actions import CanvasActions
        from app.canvas.gestures.adder import Adder
        from app.canvas.gestures.chainer import Chainer
        from app.canvas.gestures.keys import Keys
        from app.canvas.parts.menus import Menus
        from app.canvas.parts.papers import Papers
        from app.canvas.parts.rename import Renamer
        from app.canvas.parts.zoom import ZoomControl

        self.actions_ = CanvasActions(self)
        self.keys = Keys(self)
        self._view.keys = self.keys
        self._zoom = ZoomControl(self._style, self.actions_, self._view.viewport())
        self._zoom.show()
        self.adder = Adder(self)
        self.chainer = Chainer(self)
        self.renamer = Renamer(self)
        self.papers = Papers(self)
        self.spoken = Spoken(self)
        self.menus = Menus(self)

    # --- for the window ---------------------------------------------------------------------------------

    @property
    def document(self) -> CanvasDocument:
        """The document on the canvas."""
        return self._document

    @property
    def view(self) -> CanvasView:
        return self._view

    @property
    def pointer_place(self) -> QPointF | None:
        """Where a context menu was opened, in scene units, while it is open and what it offers is done."""
        return self._view.pointer_place

    @property
    def scene(self) -> CanvasScene:
        return self._scene

    @property
    def style_(self) -> Style:
        """Pens, brushes and pixmaps of the theme, for widgets that draw tiles too."""
        return self._style

    @property
    def selected(self) -> tuple[str, ...]:
        """Ids of the selected nodes, in the flow's order."""
        chosen = self.selection.parts.nodes
        return tuple(dict.fromkeys(node.id for node in self._document.flow.nodes if node.id in chosen))

    def set_document(self, document: CanvasDocument) -> None:
        """Shows another document, whole, with nothing selected. The old one is left as it is."""
        with collecting.later():
            self._show_document(document)
        if self.isVisible():
            self.fit()

    def _show_document(self, document: CanvasDocument) -> None:
        self._close()
        self._open(document)
        self._view.show_scene(self._scene)
        self._view.wait_for_fit()
        self.focus.open()
        self.spoken.open()
        self._wants_fit = True
        self._show_all()

    def set_theme(self, theme: CanvasTheme) -> None:
        """Paints everything in another theme."""
        self._style = Style(theme, self._icons)
        self._scene.set_style(self._style)
        for part in (
            self._ruler,
            self._goal,
            self._inside,
            self._minimap,
            self._hint,
            self._keyline,
        ):
            part.set_style(self._style)
        if self._is_whole:
            for later in (self._zoom, self.adder, self.chainer):
                later.set_style(self._style)
        self._view.viewport().update()

    def set_still(self, *, is_still: bool) -> None:
        """Reduced motion: nothing slides or runs."""
        self._still = is_still
        self._scene.set_still(is_still=is_still)

    def set_counts(self, counts: Counts) -> None:
        """People at each node and walks of each edge; an edge whose count rises gets a running dot."""
        self._document.set_counts(counts)

    def set_problems(self, problems: Sequence[Problem]) -> None:
        """Badges, red lines and the first words of each node's first problem."""
        self._document.set_problems(problems)

    def set_paused(self, since: str | None) -> None:
        """Amber chips, and words such as “since 9:12” below the titles; None: not paused."""
        self._document.set_paused(since)

    def walk(self, way: Sequence[Step]) -> None:
        """Lights one person's way and fades all else; an empty way shows everything again."""
        self._document.set_way(way)

    def reveal(self, node_id: str) -> None:
        """Selects a node and brings it into the middle, large enough to read."""
        if node_id not in self._document.flow.by_id:
            return
        if node_id in self._scene.drawing.shown.owner:
            opened = FlowCommand(self._document, tr("Open up"), lambda flow: reveal(flow, node_id))
            self._document.do(opened)
        self._scene.settle()
        self.selection.set(Parts.of_nodes([node_id]))
        if self._view.zoom < _READABLE:
            self._view.set_zoom(1.0)
        self._view.show_middle(self._scene.extent_of([node_id]).center())

    def add_kind(self, kind: str) -> str:
        """Adds a node behind the one that has the keyboard, else in the middle; answers its id."""
        name, drawing = self.focus.node, self._scene.drawing
        is_meant = self.focus.is_shown and name in drawing.boxes and KINDS[kind].has_inlet
        if not is_meant:
            return self.add_kind_at_centre(kind)
        from app.canvas.adding import added, spot_behind

        command, made = added(self._document, drawing, spot_behind(drawing, name), kind)
        self._document.do(command)
        self.selection.set(Parts.of_nodes([made]))
        return made

    def add_kind_at_centre(self, kind: str) -> str:
        """Adds a node in the middle of the view, where there is room; answers its id."""
        flow, grid = self._document.flow, self._style.m.grid
        middle = self._view.seen.center()
        _, box = self._scene.drawing.face_for(new_node(flow, kind, 0, 0))
        wish = (
            snapped(middle.x() - box.body.width / 2, grid),
            snapped(middle.y() - self._style.m.inlet_y, grid),
        )
        node = new_node(flow, kind, *free_place(self._scene.drawing, box, wish))
        self._document.do(AddNodes(self._document, [node]))
        self.selection.set(Parts.of_nodes([node.id]))
        return node.id

    def fit(self) -> None:
        """Shows the whole drawing, clear of the cards over the paper."""
        self._wants_fit = False
        self._scene.settle()
        self._view.fit(self._scene.extent(), margins=self._covered())

    def zoom_to_selection(self) -> None:
        """Shows the selected nodes as large as they fit."""
        self._scene.settle()
        self._view.fit(self._scene.extent_of(self.selection.parts.nodes), most=1.2)

    def show_hint(self) -> None:
        """The first gesture is taught while nothing is drawn, and nothing is about to be."""
        is_busy = self._is_whole and (self.chainer.is_open or self.adder.spot is not None)
        self._hint.setVisible(not (self._document.flow.nodes or is_busy))

    def run(self, deed: str) -> None:
        """Does the deed of this name, if it can be done now."""
        self.complete()
        self.actions_.run(deed)

    # --- inside -----------------------------------------------------------------------------------------

    def _open(self, document: CanvasDocument) -> None:
        self._document = document
        self.selection.clear()
        self._scene = CanvasScene(document, self.selection, self._style, self)
        self._scene.set_still(is_still=self._still)
        self._scene.arranged.connect(self._refresh_soon)
        document.changed.connect(self._on_changed)
        document.facts_changed.connect(self._on_facts)
        stack = document.undo_stack
        stack.canUndoChanged.connect(self._show_actions)
        stack.canRedoChanged.connect(self._show_actions)
        stack.indexChanged.connect(self._show_actions)

    def _close(self) -> None:
        self.complete()
        self._view.put_down()
        self.adder.close()
        self.chainer.close()
        self.papers.close()
        self.menus.close()
        self.keys.leave()
        self.spoken.close()
        self.focus.close()
        document, stack = self._document, self._document.undo_stack
        document.changed.disconnect(self._on_changed)
        document.facts_changed.disconnect(self._on_facts)
        stack.canUndoChanged.disconnect(self._show_actions)
        stack.canRedoChanged.disconnect(self._show_actions)
        stack.indexChanged.disconnect(self._show_actions)
        self._scene.close()
        self._scene.deleteLater()

    def _connect(self) -> None:
        self.selection.changed.connect(self._on_selection)
        self._view.viewed.connect(self._show_seen)
        self._view.limit_reached.connect(self._on_limit)
        self._view.opened.connect(self.open_requested)
        self._view.counted.connect(self.counted)
        self._goal.pressed.connect(lambda: self.counted.emit("", "end:goal"))
        self._inside.pressed.connect(lambda: self.counted.emit("", "here"))
        self._view.add_wanted.connect(self._add)
        self._view.menu_wanted.connect(self._open_menu)
        self._minimap.asked.connect(self._look_at)
        self._ruler.hovered.connect(self._hover_nodes)

    def _add(self, spot: Spot, typed: str) -> None:
        self.complete()
        self.adder.ask(spot, typed)

    def _look_at(self, at: QPointF) -> None:
        self._view.show_middle(at)

    def _show_all(self) -> None:
        self._show_actions()
        self._show_surroundings()
        self._show_seen()
        for part in (self._goal, self._inside, self._minimap, self._hint):
            part.raise_()
        if self._is_whole:
            self._zoom.raise_()

    def _show_actions(self) -> None:
        if not isValid(self._document.undo_stack):
            return  # The document went first, and its history says so while it goes.
        if self._is_whole:
            self.actions_.refresh()

    def _open_menu(self, at: QPoint, by_key: bool) -> None:
        self.complete()
        if by_key:
            self.menus.open_at_focus()
        else:
            self.menus.open_at(at)

    def _tell_keys(self, words: str) -> None:
        self._keyline.say((Piece(words, "plain"),) if words else ())
        self._place_cards()

    def _on_changed(self) -> None:
        self.focus.keep()
        self.show_hint()
        self._refresh_soon()

    def _refresh_soon(self) -> None:
        self._refreshing.start(0)

    def _show_surroundings(self) -> None:
        drawing, flow = self._scene.drawing, self._document.flow
        self._minimap.show_drawing(drawing)
        if self._is_whole:
            from app.canvas.ruler import ticks  # the times of arrival are not needed for the first picture

            self._ruler.show_ticks(ticks(flow, {name: place[0] for name, place in drawing.places.items()}))
        self.show_hint()
        self._minimap.setVisible(bool(flow.nodes))
        self._show_numbers()
        self._show_actions()

    def _show_numbers(self) -> None:
        counts = self._document.facts.counts
        self._goal.say(goal_line(self._document.flow, counts))
        self._inside.say(inside_line(counts))
        self._place_cards()

    def _show_seen(self) -> None:
        self._place_cards()
        seen = self._view.seen
        self._minimap.show_seen(seen)
        if self._is_whole:
            self._zoom.show_zoom(self._view.zoom)
        self._ruler.show_view(seen.x(), self._view.zoom)

    def _on_facts(self, before: Facts) -> None:
        if before.counts != self._document.facts.counts:
            self._show_numbers()

    def _on_limit(self) -> None:
        if self._is_whole and not self._still:
            self._zoom.nudge()

    def _on_selection(self) -> None:
        self._show_actions()
        self.selection_changed.emit(self.selected)

    def _hover_nodes(self, names: tuple[str, ...]) -> None:
        self._scene.hover(dict.fromkeys(names, frozenset()))

    def _covered(self) -> tuple[int, int, int, int]:
        """Left, top, right and bottom of the view that the cards cover."""
        top = _EDGE + self._goal.height() + _BETWEEN if self._goal.isVisibleTo(self._view) else _EDGE
        return 24, top, 24, _EDGE + self._minimap.height() + _BETWEEN

    def _place_cards(self) -> None:
        if self._document.is_read_only:
            for card in (self._goal, self._inside, self._minimap, self._hint, self._keyline):
                card.hide()
        size = self._view.viewport().size()
        right, bottom = size.width() - _EDGE, size.height() - _EDGE
        self._goal.move(_EDGE, _EDGE)
        self._inside.move(right - self._inside.width(), _EDGE)
        self._minimap.move(right - self._minimap.width(), bottom - self._minimap.height())
        left = right - (self._zoom.width() if self._is_whole else 0)
        if self._minimap.isVisibleTo(self._view):
            left -= self._minimap.width() + _BETWEEN
        if self._is_whole:
            self._zoom.move(left, bottom - self._zoom.height())
        above = self._keyline.width() + 2 * _EDGE > left
        lift = self._minimap.height() + _BETWEEN if above else 0
        self._keyline.move(_EDGE, bottom - self._keyline.height() - lift)
        third = max(_EDGE, size.width() // 3 - self._hint.width() // 2)
        self._hint.move(third, (size.height() - self._hint.height()) // 2)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._wants_fit:
            self.fit()
            self._view.setFocus()
