"""Segments of the window: read, made, changed and taken away, with the form that is open now."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, QTimer, Signal

from app.model.flow import Flow
from app.model.segments import SegmentInfo
from app.ui.confirm import Confirm
from app.ui.known import Known
from app.ui.operations import Lane, Operations
from app.ui.theme import Theming
from app.ui.words import tr

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.model.ports import Desk
    from app.ui.life import FlowLife
    from app.ui.segment_form import SegmentForm

_QUIET_MS: Final = 250
"""So long nothing is changed before people are counted."""


class Segmenting(QObject):
    """Signals:
    read: all segments; carries them by name.
    done: something was stored or taken away; carries the words that say so.
    """

    read = Signal(object)
    done = Signal(str)

    def __init__(
        self,
        desk: Desk,
        operations: Operations,
        theming: Theming,
        life: FlowLife,
        known: Known,
        flow: Callable[[], Flow],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._desk, self._operations, self._theming = desk, operations, theming
        self._life, self._known, self._flow, self._window = life, known, flow, window
        self.infos: dict[str, SegmentInfo] = {}
        self.form: SegmentForm | None = None
        self._is_counting = False
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(_QUIET_MS)
        self._quiet.timeout.connect(self._count)

    def refresh(self) -> None:
        """Reads them again."""
        self._operations.run(self._desk.segments, self._show, lane=Lane.NUMBERS)

    def _show(self, infos: Sequence[SegmentInfo]) -> None:
        self.infos = {info.name: info for info in infos}
        self.read.emit(tuple(infos))

    def edit(self, name: str, stored: Callable[[str], None] | None = None) -> None:
        """Opens the form of this segment, of a new one for an empty name; ``stored`` is told its name."""

        def show(infos: Sequence[SegmentInfo]) -> None:
            self._show(infos)
            self._open(self.infos.get(name), stored)

        self._operations.run(self._desk.segments, show)

    def _open(self, info: SegmentInfo | None, stored: Callable[[str], None] | None) -> None:
        from app.ui.segment_form import SegmentForm  # seldom needed

        form = SegmentForm(self._theming, info, self.infos, self._known, self._flow, self._window)
        self.form = form
        form.rule_changed.connect(lambda _rule: self._quiet.start())
        form.save_asked.connect(lambda: self._save(form, stored))
        form.delete_asked.connect(lambda: self._ask_to_delete(form))
        form.finished.connect(self._closed)
        self._life.ask(form, lambda: None)
        self._count()

    def _closed(self) -> None:
        self.form = None
        self._quiet.stop()

    def _count(self) -> None:
        """Counts whom the open form holds; once more where it has changed meanwhile."""
        form = self.form
        rule = form.rule if form is not None else None
        if form is None or rule is None or self._is_counting:
            return
        self._is_counting = True

        def over(show: Callable[[], None]) -> None:
            self._is_counting = False
            if self.form is form:
                show()
                if form.rule != rule:
                    self._quiet.start()

        self._operations.run(
            lambda: self._desk.segment_size(rule),
            lambda count: over(lambda: form.show_count(rule, count)),
            failed=lambda sentence: over(lambda: form.say_error(sentence)),
            lane=Lane.PREVIEW,
        )

    def _save(self, form: SegmentForm, stored: Callable[[str], None] | None) -> None:
        name, rule = form.called, form.rule
        before = form.info.name if form.info else name
        if rule is None:
            return

        def kept(infos: Sequence[SegmentInfo]) -> None:
            self._show(infos)
            if self.form is form:
                form.accept()
            if stored is not None:
                stored(name)
            self.done.emit(tr("“{name}” is stored").format(name=name))

        def failed(sentence: str) -> None:
            if self.form is form:
                form.say_error(sentence)
            else:
                self._operations.failed.emit(sentence)

        self._operations.run(lambda: _store(self._desk, before, name, rule), kept, failed=failed)

    def _ask_to_delete(self, form: SegmentForm) -> None:
        name = form.info.name if form.info else ""
        form.reject()
        about = tr("Nobody is lost: a segment only says who belongs together. Drafts that ask for it say so.")
        question, button = tr("Delete “{name}”?").format(name=name), tr("Delete the segment")
        dialog = Confirm(self._theming, question, about, button, self._window)
        self._life.ask(dialog, lambda: self._delete(name))

    def _delete(self, name: str) -> None:
        def gone(_none: None) -> None:
            self.done.emit(tr("“{name}” is deleted").format(name=name))
            self.refresh()

        self._operations.run(lambda: self._desk.delete_segment(name), gone)


def _store(desk: Desk, before: str, name: str, rule: Mapping[str, Any]) -> Sequence[SegmentInfo]:
    """Stores one; answers what all are now."""
    if before != name:
        desk.rename_segment(before, name)
    desk.save_segment(name, rule)
    return desk.segments()
