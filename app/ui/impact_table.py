"""What becomes of the people inside when a draft is published: a row for each node that is different."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from app.canvas.words import bead_words, node_title
from app.model.flow import EMPTY, Flow, Node
from app.model.kinds import KINDS, Category, kind_of
from app.model.shifts import Change, Choice, Impact, Move, Stand
from app.ui.inspector.editor import Choice as Box
from app.ui.segmented import Segmented
from app.ui.theme import Theming
from app.ui.widgets import CutLabel, Drawn, column, label, line, row
from app.ui.words import number, tr

_TILE: Final = 32
_NUMBERS: Final = 64
_CHOICES: Final = 356
_ELSEWHERE: Final = ""


@dataclass(frozen=True, slots=True)
class Sums:
    """How many finish, move and leave by what is chosen, and how many of those who move go on at once."""

    finish: int = 0
    move: int = 0
    leave: int = 0
    at_once: int = 0


class ImpactTable(QWidget):
    """``follows``: by node that is gone, where its people would have gone on.

    Signals:
        changed: something else is chosen.
    """

    changed = Signal()

    def __init__(
        self,
        theming: Theming,
        impact: Impact,
        new: Flow,
        follows: Mapping[str, str] = EMPTY,
        names: Mapping[tuple[int, str], str] = EMPTY,
    ) -> None:
        super().__init__()
        self._theming = theming
        self.impact = impact
        several = len({one.version for one in impact.stands if one.here}) > 1
        named = [
            replace(one, name=names.get((one.version, one.node), one.name))
            for one in impact.stands
            if one.change is not Change.NONE
        ]
        self.rows = [
            StandRow(theming, [one], new, follows.get(one.node, ""), version=several) for one in named
        ]
        elsewhere = [one for one in impact.stands if one.change is Change.NONE and one.here]
        if elsewhere:
            self.rows.append(StandRow(theming, elsewhere, new, "", version=False))
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(10)
        self._grid.setColumnStretch(0, 1)
        self.setLayout(self._grid)
        self._add_heads()
        for one in self.rows:
            one.changed.connect(self.changed)
            self._add(one)

    def moves(self) -> tuple[Move, ...]:
        """What is chosen for those who shall not finish."""
        return tuple(move for one in self.rows for move in one.moves())

    def sums(self) -> Sums:
        """How many go which way."""
        sums = {choice: sum(one.here for one in self.rows if one.choice is choice) for choice in Choice}
        moving, leaving = sums[Choice.MOVE], sums[Choice.LEAVE]
        at_once = sum(one.at_once for one in self.rows if one.choice is Choice.MOVE)
        return Sums(self.impact.inside - moving - leaving, moving, leaving, at_once)

    @property
    def unfinished(self) -> StandRow | None:
        """The first row that does not say where its people go."""
        return next((one for one in self.rows if one.lacks_target), None)

    def show_impact(self, impact: Impact) -> None:
        """What was chosen, looked at more closely."""
        self.impact = impact
        known = {(one.version_id, one.node): one for one in impact.stands}
        for shown in self.rows:
            shown.update_stands([known.get((one.version_id, one.node), one) for one in shown.stands])

    def _add_heads(self) -> None:
        heads = (
            tr("What changed"),
            tr("Before it"),
            tr("In it now"),
            tr("Past it"),
            tr("The people in it now"),
        )
        for place, words in enumerate(heads):
            head = label(words, "caption")
            if 0 < place < 4:
                head.setAlignment(Qt.AlignmentFlag.AlignRight)
                head.setFixedWidth(_NUMBERS)
            self._grid.addWidget(head, 0, place)

    def _add(self, one: StandRow) -> None:
        place = self._grid.rowCount()
        self._grid.addWidget(line(), place, 0, 1, 5)
        for number_, widget in enumerate((one.head, one.before, one.now, one.past, one.what)):
            self._grid.addWidget(widget, place + 1, number_, Qt.AlignmentFlag.AlignVCenter)


class StandRow(QWidget):
    """The people at one node of one version, or (several stands) all those where nothing is different.

    Its widgets lie in the grid of the table.
    """

    changed = Signal()

    def __init__(
        self, theming: Theming, stands: Sequence[Stand], new: Flow, follows: str, *, version: bool
    ) -> None:
        super().__init__()
        self.hide()
        self._theming = theming
        self.stands = list(stands)
        self._first = stands[0]
        self._is_elsewhere = self._first.change is Change.NONE
        self.head = self._made_head(version=version)
        self.before = _number(0 if self._is_elsewhere else self._first.before, "muted")
        self.now = _number(self.here, "number")
        self.past = _number(0 if self._is_elsewhere else self._first.past, "muted")
        if self._is_elsewhere:
            self.before.setText("")
            self.past.setText("")
        self.target = _targets(new, follows)
        self.segmented = Segmented(self._choices(), tr("The people at {name}").format(name=self.name))
        self.segmented.chosen.connect(self._chosen)
        self.target.activated.connect(self._chosen)
        self.what = QWidget()
        self.what.setFixedWidth(_CHOICES)
        nobody = label(tr("Nobody is there."), "muted")
        self._going = row(label(tr("They go on at"), "secondary"), self.target, gap=8)
        self._going.setStretch(1, 1)
        self._to = QWidget()
        self._to.setLayout(self._going)
        self.what.setLayout(column(self.segmented if self.here else nobody, self._to, gap=6))
        self._to.setVisible(False)
        self._say()

    @property
    def name(self) -> str:
        """What the row is about."""
        return tr("Everywhere else") if self._is_elsewhere else self._first.name

    @property
    def here(self) -> int:
        """How many people it is about."""
        return sum(one.here for one in self.stands)

    @property
    def at_once(self) -> int:
        """How many of them would go on at once if they were moved."""
        return sum(one.at_once for one in self.stands)

    @property
    def choice(self) -> Choice:
        """What becomes of them."""
        return Choice(self.segmented.value) if self.here else Choice.FINISH

    @property
    def lacks_target(self) -> bool:
        """Whether they move and nobody said where to."""
        return self._asks_target and not self.target.currentData()

    @property
    def _asks_target(self) -> bool:
        return self.choice is Choice.MOVE and self._first.needs_target

    def moves(self) -> list[Move]:
        """What is chosen, as the engine takes it."""
        if self.choice is Choice.FINISH:
            return []
        to = str(self.target.currentData() or "") if self._asks_target else ""
        return [Move(one.node, self.choice, to, one.version) for one in self.stands]

    def update_stands(self, stands: Sequence[Stand]) -> None:
        """The same people, looked at more closely."""
        self.stands = [replace(one, name=old.name) for one, old in zip(stands, self.stands, strict=True)]
        self._say()

    def _made_head(self, *, version: bool) -> QWidget:
        kind = None if self._is_elsewhere else KINDS.get(self._first.kind)

        def draw(scale: float) -> QPixmap:
            if self._is_elsewhere:
                color = self._theming.theme.colors["ink-3"]
                return self._theming.icons.pixmap("contacts", color, _TILE, scale)
            return self._theming.tile(kind, _TILE, scale, off=kind is None)

        title = CutLabel(self.name, "strong")
        if self._first.change is Change.REMOVED:
            font = title.font()
            font.setStrikeOut(True)
            title.setFont(font)
        about = label(self._about(version=version), "small", wrap=True)
        about.setToolTip("\n".join(self._first.words))
        head = QWidget()
        box = row(Drawn(self._theming, draw, _TILE), column(title, about, gap=0), gap=12)
        box.setStretch(1, 1)
        head.setLayout(box)
        return head

    def _about(self, *, version: bool) -> str:
        words = _difference(self._first)
        if self._is_elsewhere:
            words = tr("Nothing is different where they stand.")
        if version:
            return tr("{words}, in version {number}").format(words=words, number=self._first.version)
        return words

    def _choices(self) -> list[tuple[str, str]]:
        words = {Choice.FINISH: tr("Finish old"), Choice.MOVE: tr("Move"), Choice.LEAVE: tr("Leave")}
        offered = [one for one in words if one in self._first.choices] or [Choice.FINISH]
        return [(str(one), words[one]) for one in offered]

    def _chosen(self) -> None:
        self._to.setVisible(self._asks_target)
        self._say()
        self.changed.emit()

    def _say(self) -> None:
        count = number(self.here)
        told = {
            Choice.FINISH: self._finish_words().format(count=count),
            Choice.MOVE: self._move_words(),
            Choice.LEAVE: tr("{count} get no more").format(count=count),
        }
        for value, part in self.segmented.parts.items():
            part.say(told[Choice(value)])

    def _finish_words(self) -> str:
        if self._first.change is Change.REMOVED:
            return tr("{count} still pass it")
        kind = KINDS.get(self._first.kind)
        if kind is not None and kind.category is Category.WAIT and not self._is_elsewhere:
            return tr("{count} wait as before")
        return tr("{count} stay on it")

    def _move_words(self) -> str:
        if self._first.needs_target:
            to = self.target.currentText() if self.target.currentData() else ""
            if not to:
                return tr("say where to")
            return tr("{count} go to {title}").format(count=number(self.here), title=to)
        if self.at_once:
            return tr("{count} go on now").format(count=number(self.at_once))
        return tr("{count} go over").format(count=number(self.here))


def _number(count: int, role: str) -> QLabel:
    made = label(number(count), role)
    made.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    made.setFixedWidth(_NUMBERS)
    return made


def _targets(new: Flow, follows: str) -> Box:
    """Where people can be moved to: no start and no end."""
    box = Box()
    box.setAccessibleName(tr("Where they go on"))
    box.setPlaceholderText(tr("Choose"))
    for node in new.nodes:
        kind = kind_of(node)
        if kind is not None and kind.category not in (Category.ENTRY, Category.END):
            box.addItem(_place_words(node), node.id)
    box.setCurrentIndex(box.findData(follows) if follows else -1)
    return box


def _place_words(node: Node) -> str:
    """“Letter 3”; a wait is told by its time."""
    kind = kind_of(node)
    if kind is not None and kind.category is Category.WAIT and not node.title.strip():
        return tr("Wait: {time}").format(time=bead_words(node))
    return node_title(node)


def _difference(stand: Stand) -> str:
    """What is different, in one clause that stands below the node's name."""
    if stand.change is Change.REMOVED:
        return tr("Removed")
    if stand.change is Change.KIND:
        return tr("It is another kind of node now")
    words = stand.words[0] if stand.words else ""
    rest = words[len(stand.name) :].strip() if words.startswith(f"{stand.name} ") else words
    more = len(stand.words) - 1
    rest = rest[:1].upper() + rest[1:]
    return tr("{words}, and {count} more").format(words=rest, count=more) if more > 0 else rest
