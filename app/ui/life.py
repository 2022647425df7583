"""The life of the open flow: publish, pause, go on, stop. Each shows what it would do before it does it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QWidget

from app.model.flow import Problem
from app.model.ports import Desk, FlowInfo, PublishResult
from app.ui.confirm import Confirm, Shade
from app.ui.operations import Operations
from app.ui.outlook import outlook
from app.ui.publish_dialog import Outlook, PublishDialog
from app.ui.session import Session
from app.ui.theme import Theming
from app.ui.words import people, tr


class FlowLife(QObject):
    """Signals:
    refused: errors stand in the way of publishing; carries all problems.
    done: it was done; carries the words that say so.
    """

    refused = Signal(object)
    done = Signal(str)

    def __init__(
        self, desk: Desk, operations: Operations, session: Session, theming: Theming, window: QWidget
    ) -> None:
        super().__init__(window)
        self._desk = desk
        self._operations = operations
        self._session = session
        self._theming = theming
        self._window = window
        self._shade = Shade(window)
        self.dialog: QDialog | None = None
        """The question that is open now."""

    def publish(self) -> None:
        """Checks; with errors says so, else asks."""
        flow, name = self._session.document.flow, self._session.name

        def show(result: tuple[Outlook | None, tuple[Problem, ...]]) -> None:
            made, problems = result
            if made is None:
                self._session.document.set_problems(problems)
                self.refused.emit(problems)
                return
            if made.unchanged and made.info is not None:
                words = tr("Nothing has changed since version {number}")
                self.done.emit(words.format(number=made.info.version))
                return
            self.ask(PublishDialog(self._theming, made, self._window), self._publish_now)

        self._operations.run(lambda: outlook(self._desk, flow, name), show)

    def pause(self) -> None:
        """Nothing goes out and nobody comes in until it goes on; waits go on."""
        name = self._session.name
        words = tr("“{name}” is paused. Waits go on, nothing is sent").format(name=name)
        self._operations.run(lambda: self._desk.pause(name), lambda _none: self.done.emit(words))

    def pause_entries(self) -> None:
        """Nobody new comes in; who is inside goes on."""
        name = self._session.name
        words = tr("Nobody new comes into “{name}”. Who is inside goes on").format(name=name)
        self._operations.run(
            lambda: self._desk.pause(name, entries_only=True), lambda _none: self.done.emit(words)
        )

    def resume(self) -> None:
        """It goes on."""
        name = self._session.name
        words = tr("“{name}” goes on").format(name=name)
        self._operations.run(lambda: self._desk.resume(name), lambda _none: self.done.emit(words))

    def stop(self, info: FlowInfo) -> None:
        """Asks, with the number, and ends all journeys."""
        question = tr("Stop “{name}”?").format(name=info.name)
        if info.inside:
            about = tr("{people} are inside. They leave now and get nothing more. This cannot be taken back.")
            button = tr("Stop for {people}").format(people=people(info.inside))
        else:
            about = tr("Nobody is inside. Nobody new comes in until it is published again.")
            button = tr("Stop the flow")
        dialog = Confirm(
            self._theming, question, about.format(people=people(info.inside)), button, self._window
        )
        self.ask(dialog, lambda: self._stop_now(info.name))

    def ask(self, dialog: QDialog, accepted: Callable[[], None]) -> None:
        """Opens a question over the window, dimmed behind it."""
        self.dialog = dialog
        self._shade.show()
        dialog.accepted.connect(accepted)
        dialog.finished.connect(self._asked)
        dialog.open()

    def _asked(self) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog = None
        self._shade.hide()
        # Not every desktop gives the keys back to where the question came from.
        self._window.activateWindow()

    def _publish_now(self) -> None:
        self._session.publish(self._published)

    def _published(self, result: PublishResult) -> None:
        if any(problem.severity == "error" for problem in result.problems):
            self._session.document.set_problems(result.problems)
            self.refused.emit(result.problems)
            return
        if result.unconfirmed:
            words = tr("Not published: {people} would get its first message within a day")
            self.done.emit(words.format(people=people(result.first_day)))
            return
        self.done.emit(tr("Version {number} is live").format(number=result.version))

    def _stop_now(self, name: str) -> None:
        def stopped(ended: int) -> None:
            self.done.emit(tr("Stopped. {people} left the flow").format(people=people(ended)))

        self._operations.run(lambda: self._desk.stop(name), stopped)
