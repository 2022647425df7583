"""Settings of sending: hours and limits by channel, what one person gets at most, days off, a new domain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QFrame, QGridLayout, QLineEdit, QScrollArea, QWidget

from app.model.desk import SettingText
from app.model.kinds import KINDS, Setting, SettingType
from app.ui.inspector.duration import DurationEditor
from app.ui.inspector.editor import mark_bad
from app.ui.theme import Theming
from app.ui.widgets import Button, column, label, line, part, row
from app.ui.words import said, tr

_WIDTH: Final = 760
_HEIGHT: Final = 700
_AROUND: Final = 48
_MARGIN: Final = 32
_NARROW: Final = 96
_BY_CHANNEL: Final = ("window", "ceiling", "rate")
_WITHIN: Final = Setting("cap_within", SettingType.DURATION, "In this time")
_PREFIX: Final = "sending."


class SendingForm(QDialog):
    """An empty field means what stands in it in grey. It stays open until all of it is stored.

    Signals:
        save_asked: what was changed is to be stored; carries texts by name.
    """

    save_asked = Signal(object)

    def __init__(self, theming: Theming, texts: Sequence[SettingText], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Sending"))
        self._theming = theming
        self._before = {text.name: text.value for text in texts}
        self.lines = {text.name: _line(text) for text in texts}
        self.within = self._made_within(texts)
        self.error = label(role="error", wrap=True)
        self.error.hide()
        self.setLayout(column(self._made_area(), self._made_foot(), gap=0))
        room = parent.size() if parent is not None else self.size()
        self.setMinimumWidth(min(_WIDTH, max(480, room.width() - _AROUND)))
        self.resize(self.minimumWidth(), min(_HEIGHT, max(360, room.height() - _AROUND)))
        next(iter(self.lines.values()), self.save).setFocus()

    def changed(self) -> Mapping[str, str]:
        """What is another than it was, by name."""
        now = {name: field.text().strip() for name, field in self.lines.items()}
        return {name: text for name, text in now.items() if text != self._before[name]}

    def say_error(self, sentence: str) -> None:
        """Why it cannot be stored, at the field that it is about."""
        self.save.setEnabled(True)
        name = next((one for one in self.lines if sentence.startswith(f"{one} ")), "")
        for one, field in self.lines.items():
            mark_bad(field, bad=one == name)
        words = sentence.removeprefix(f"{name} ")
        if name:
            words = tr("{field}: {words}").format(field=self.lines[name].accessibleName(), words=words)
            self.lines[name].setFocus(Qt.FocusReason.OtherFocusReason)
        self.error.setText(words)
        self.error.setVisible(bool(words))

    def _made_within(self, texts: Sequence[SettingText]) -> DurationEditor:
        """A length of time is no text for people: this editor writes it into the field, which is not seen."""
        made = DurationEditor(_WITHIN)
        name = f"{_PREFIX}cap_within"
        text = next((one for one in texts if one.name == name), SettingText(name))
        made.show_value(text.value or text.usual)
        made.changed.connect(lambda value: self.lines[name].setText(value if isinstance(value, str) else ""))
        return made

    def _made_area(self) -> QWidget:
        inside = part(QWidget(), "clear")
        inside.setLayout(
            column(
                label(tr("Sending"), "page-title"),
                label(
                    tr("When advertising goes out, and how much of it. It holds from the next message on."),
                    "secondary",
                    wrap=True,
                ),
                4,
                *_section(tr("By channel"), self._made_channels()),
                *_section(tr("One person"), self._made_person()),
                *_section(tr("Days off and opening hours"), self._made_days()),
                *_section(tr("A new sending domain"), self._made_warm_up()),
                None,
                margins=(_MARGIN, 28, _MARGIN, 24),
            )
        )
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        return area

    def _made_channels(self) -> QWidget:
        made = QWidget()
        grid = QGridLayout(made)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        heads = (tr("Hours"), tr("Most a day"), tr("As fast as"))
        for place, words in enumerate(heads, start=1):
            grid.addWidget(label(words, "label"), 0, place)
            grid.setColumnStretch(place, 2 if place != 2 else 1)
        channels = dict.fromkeys(name.rpartition(".")[2] for name in self.lines if name.count(".") > 1)
        for place, channel in enumerate(channels, start=1):
            title = said(KINDS[channel].title)
            grid.addWidget(label(title), place, 0)
            for beside, (table, words) in enumerate(zip(_BY_CHANNEL, heads, strict=True), start=1):
                field = self.lines[f"{_PREFIX}{table}.{channel}"]
                field.setAccessibleName(tr("{channel}, {what}").format(channel=title, what=words))
                if not field.placeholderText():
                    field.setPlaceholderText(tr("No limit"))
                grid.addWidget(field, place, beside)
        hint = tr(
            "Hours on each person's own clock: 08:00-21:00, mon-sat 09:00-20:00, or always. 0 a day: any "
            "number. Fast: 30/min, 500/day."
        )
        grid.addWidget(label(hint, "hint", wrap=True), len(channels) + 1, 1, 1, 3)
        return made

    def _made_person(self) -> QWidget:
        made = QWidget()
        cap, important = self._named("cap", tr("At most")), self._named("cap_important", tr("Important ones"))
        made.setLayout(
            row(
                column(label(tr("At most"), "label"), cap, gap=4),
                column(label(tr("Important ones up to"), "label"), important, gap=4),
                column(label(tr("In this time"), "label"), self.within, gap=4),
                None,
                gap=16,
            )
        )
        for field in (cap, important):
            field.setFixedWidth(_NARROW)
        return made

    def _made_days(self) -> QWidget:
        made = QWidget()
        made.setLayout(
            column(
                row(
                    self._over("holidays", tr("Public holidays of"), tr("None; such as DE or DE-BY")),
                    self._over("closed", tr("Days off of your own"), tr("Such as 2026-12-24, 2026-12-31")),
                    gap=16,
                ),
                self._over("business", tr("Opening hours, for waits until you are open")),
                gap=10,
            )
        )
        return made

    def _made_warm_up(self) -> QWidget:
        made = QWidget()
        first = self._over("warm_up_first", tr("Letters on its first day"))
        factor = self._over("warm_up_factor", tr("Times so many each day"))
        since = self._over("warm_up_since", tr("It began on"), tr("Such as 2026-12-01"))
        made.setLayout(row(since, first, factor, gap=16))
        return made

    def _over(self, name: str, words: str, usual: str = "") -> QWidget:
        field = self._named(name, words)
        if usual:
            field.setPlaceholderText(usual)
        made = QWidget()
        made.setLayout(column(label(words, "label"), field, gap=4))
        return made

    def _named(self, name: str, words: str) -> QLineEdit:
        field = self.lines[f"{_PREFIX}{name}"]
        field.setAccessibleName(words)
        return field

    def _made_foot(self) -> QWidget:
        self.no = Button(self._theming, tr("Not now"), kind="large")
        self.no.setAutoDefault(False)
        self.no.clicked.connect(self.reject)
        self.save = Button(self._theming, tr("Save"), "save", "large-primary", color="on-accent")
        self.save.setDefault(True)
        self.save.clicked.connect(self._save)
        foot = part(QWidget(), "dialog-foot")
        box = row(self.error, self.no, self.save, margins=(_MARGIN, 14, _MARGIN, 14))
        box.setStretch(0, 1)
        box.insertStretch(0)
        foot.setLayout(box)
        return foot

    def _save(self) -> None:
        changed = self.changed()
        if not changed:
            self.reject()
            return
        self.save.setEnabled(False)
        self.save_asked.emit(changed)


def _line(text: SettingText) -> QLineEdit:
    made = QLineEdit(text.value)
    made.setPlaceholderText(text.usual)
    return made


def _section(words: str, inside: QWidget) -> tuple[QWidget | int, ...]:
    return 4, line(), label(words, "group"), inside
