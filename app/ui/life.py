"""The life of the open flow: publish, pause, go on, stop. Each shows what it would do before it does it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QWidget

from app.flows.codec import write_flow
from app.model.desk import Braked, HeldGroup, SettingText
from app.model.flow import Flow, Problem
from app.model.ports import Desk, FlowInfo, PublishResult
from app.model.shifts import Impact, Move, TakenBack
from app.ui.confirm import Confirm, Shade
from app.ui.held_words import messages, told
from app.ui.operations import Lane, Operations
from app.ui.outlook import outlook
from app.ui.publish_dialog import Outlook, PublishDialog
from app.ui.session import Session
from app.ui.theme import Theming
from app.ui.words import number, people, time_now, tr


class FlowLife(QObject):
    """Signals:
    refused: errors stand in the way of publishing; carries all problems.
    done: it was done; carries the words that say so.
    published: a version is live that can be taken back for a while; carries a sentence about it.
    taken_back: the last publish was taken back.
    """

    refused = Signal(object)
    done = Signal(str)
    published = Signal(str)
    taken_back = Signal()

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
            self._ask_to_publish(made, flow, name)

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

    def brake(self) -> None:
        """Asks, and stops everything; then tells what had gone out already."""
        about = tr(
            "No message leaves this machine from now on, also after a restart. What is queued is taken back "
            "and waits for you; what is on its way is asked back where the provider can."
        )
        dialog = Confirm(self._theming, tr("Stop everything?"), about, tr("Stop everything"), self._window)
        self.ask(dialog, lambda: self._operations.run(self._desk.brake, self._braked))

    def _braked(self, done: Braked) -> None:
        from app.ui.gone_out import GoneOutDialog  # seldom needed

        self.ask(GoneOutDialog(self._theming, done, self._window), lambda: None)
        self.done.emit(tr("Everything is stopped"))

    def release_brake(self) -> None:
        """Asks of all that was taken back whether it is sent or dropped, and lets everything go on."""

        def ask(groups: Sequence[HeldGroup]) -> None:
            from app.ui.release_dialog import ReleaseDialog  # seldom needed

            dialog = ReleaseDialog(self._theming, groups, self._window)
            self.ask(dialog, lambda: self._release_now(dialog.dropped()))

        self._operations.run(self._desk.taken_back, ask)

    def _release_now(self, dropped: Sequence[HeldGroup]) -> None:
        words = tr("Everything goes on")
        self._operations.run(lambda: self._desk.release_brake(dropped), lambda _count: self.done.emit(words))

    def trust_clock(self) -> None:
        """The clock is right: everything goes on."""
        words = tr("Everything goes on")
        self._operations.run(self._desk.trust_clock, lambda _asked: self.done.emit(words))

    def let_go_on(self, name: str) -> None:
        """A flow that paused itself goes on, and whoever broke in it tries again."""

        def again() -> int:
            self._desk.resume(name)
            return self._desk.try_again(name)

        def gone_on(count: int) -> None:
            words = tr("“{name}” goes on").format(name=name)
            tried = tr("{people} try again where they broke").format(people=people(count))
            self.done.emit(f"{words}. {tried}" if count else words)

        self._operations.run(again, gone_on)

    def set_sending(self) -> None:
        """Opens the settings of sending, and stores what was changed there."""
        from app.ui.sending_form import SendingForm  # seldom needed

        def show(texts: Sequence[SettingText]) -> None:
            form = SendingForm(self._theming, texts, self._window)

            def failed(sentence: str) -> None:
                # Whoever has closed the form meanwhile is told all the same.
                (form.say_error if self.dialog is form else self._operations.failed.emit)(sentence)

            def stored(_none: None) -> None:
                if self.dialog is form:
                    form.accept()
                self.done.emit(tr("From the next message on it is sent so"))

            form.save_asked.connect(
                lambda values: self._operations.run(
                    lambda: self._desk.save_sending(values), stored, failed=failed
                )
            )
            self.ask(form, lambda: None)

        self._operations.run(self._desk.sending, show)

    def decide(self, group: HeldGroup, *, send: bool) -> None:
        """Asks with the number, where it cannot be taken back, and sends or drops what is held."""
        words = told(group)
        if send and not words.ask_send:
            self._decide_now(group, send=True)
            return
        if send:
            about = tr("Each is asked for consent once more as it goes out. This cannot be taken back.")
            dialog = Confirm(self._theming, words.ask_send, about, send_words(group), self._window)
        else:
            question = tr("Drop {messages} of “{flow}”?").format(messages=messages(group), flow=group.flow)
            about = tr("Nobody gets them; each goes on by “failed”. This cannot be taken back.")
            button = tr("Drop {count}").format(count=number(group.count))
            dialog = Confirm(self._theming, question, about, button, self._window)
        self.ask(dialog, lambda: self._decide_now(group, send=send))

    def _decide_now(self, group: HeldGroup, *, send: bool) -> None:
        def decided(count: int) -> None:
            words = tr("{count} are on their way") if send else tr("{count} were dropped")
            self.done.emit(words.format(count=number(count)))

        self._operations.run(lambda: self._desk.decide_held(group, send=send), decided)

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

    def _ask_to_publish(self, made: Outlook, flow: Flow, name: str) -> None:
        dialog = PublishDialog(self._theming, made, self._window)
        document = write_flow(flow)

        def look_closer(moves: tuple[Move, ...]) -> None:
            def show(impact: Impact) -> None:
                if self.dialog is dialog and dialog.answer().moves == moves:
                    dialog.show_impact(impact)

            self._operations.run(lambda: self._desk.impact(name, document, moves), show, lane=Lane.NUMBERS)

        dialog.moves_changed.connect(look_closer)
        self.ask(dialog, lambda: self._session.publish(self._published, answer=dialog.answer()))

    def take_back(self) -> None:
        """Says what taking the last publish back would do, and asks."""
        name = self._session.name

        def ask(found: TakenBack) -> None:
            question = tr("Take version {number} back?").format(number=found.undone)
            button = tr("Go back to version {number}").format(number=found.number)
            dialog = Confirm(self._theming, question, taken_back_words(found), button, self._window)
            self.ask(dialog, lambda: self._take_back_now(name))

        self._operations.run(lambda: self._desk.undo_publish(name, dry=True), ask)

    def _take_back_now(self, name: str) -> None:
        def done(found: TakenBack) -> None:
            self.taken_back.emit()
            self.done.emit(tr("Version {number} is live again").format(number=found.number))

        self._operations.run(lambda: self._desk.undo_publish(name), done)

    def _published(self, result: PublishResult) -> None:
        if any(problem.severity == "error" for problem in result.problems):
            self._session.document.set_problems(result.problems)
            self.refused.emit(result.problems)
            return
        if result.unconfirmed:
            # Others came meanwhile: it is shown and asked again.
            self.publish()
            return
        self.done.emit(tr("Version {number} is live").format(number=result.version))
        if result.version > 1:
            self.published.emit(published_words(result))

    def _stop_now(self, name: str) -> None:
        def stopped(ended: int) -> None:
            self.done.emit(tr("Stopped. {people} left the flow").format(people=people(ended)))

        self._operations.run(lambda: self._desk.stop(name), stopped)


def send_words(group: HeldGroup) -> str:
    """The button that sends them."""
    return tr("Send 1") if group.count == 1 else tr("Send {count}").format(count=number(group.count))


def published_words(result: PublishResult) -> str:
    """“Version 5 is live since 14:40. 44 people moved, 3 of them go on now. 7 left.”."""
    parts = [tr("Version {number} is live since {time}.").format(number=result.version, time=time_now())]
    if result.texts_only:
        parts.append(tr("Everybody inside has the new texts."))
    if result.moved and result.at_once:
        words = tr("{people} moved to it, {count} of them go on now.")
        parts.append(words.format(people=people(result.moved), count=number(result.at_once)))
    elif result.moved:
        parts.append(tr("{people} moved to it.").format(people=people(result.moved)))
    if result.left:
        parts.append(tr("{people} left the flow.").format(people=people(result.left)))
    return " ".join(parts)


def taken_back_words(found: TakenBack) -> str:
    """What taking a publish back would do."""
    parts = [tr("Version {number} is live again.").format(number=found.number)]
    if found.moved:
        parts.append(tr("{people} go back to where they were.").format(people=people(found.moved)))
    if found.returned:
        parts.append(tr("{people} who left come back in.").format(people=people(found.returned)))
    if found.stay:
        parts.append(
            tr("{people} have gone on since and stay as they are.").format(people=people(found.stay))
        )
    if found.came:
        words = tr("{people} have come in since; they finish on version {number}.")
        parts.append(words.format(people=people(found.came), number=found.undone))
    return " ".join(parts)
