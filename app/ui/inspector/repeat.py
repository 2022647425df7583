"""How a time comes again, in words: every Monday and Thursday, every month on the last day, until a day."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from PySide6.QtCore import QDate, QLocale, Qt
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QLayout, QLineEdit, QPushButton, QWidget

from app.canvas.repeat_words import DAY_NAMES, PLACE_NAMES, repeat_words, together
from app.flows.checks.values import moment_of
from app.flows.recurring import DAYS, LAST, OFTEN, PLACES, Repeat, read, write
from app.flows.repeats import fault_of, next_time
from app.ui.inspector.editor import UNSET, Choice, Context, Editor, choice, mark_bad
from app.ui.moments import day_and_date, here
from app.ui.widgets import column, label, row
from app.ui.words import said, tr

_ONCE: Final = ""
_OTHER: Final = "other"
_MOST: Final = 366
_SHORT: Final = 52
_SHOWN_TIMES: Final = 3
_A_MOMENT: Final = timedelta(seconds=1)


class RepeatEditor(Editor):
    """A rule that the form cannot show stands there in words and is kept until another is chosen."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._rule = ""
        self._repeat: Repeat | None = None
        self.often: Choice = choice(_often_options())
        self.often.setAccessibleName(tr("How often"))
        self.often.activated.connect(self._often_chosen)
        self.every = _number_line(tr("Every how many"))
        self.unit = label(role="secondary")
        self._interval = _holder(row(label(tr("Every"), "secondary"), self.every, self.unit, None, gap=6))
        self.days = {day: _day_button(day) for day in _days_in_order()}
        self._week = _holder(row(*self.days.values(), gap=4))
        self.which: Choice = choice(_which_options())
        self.which.setAccessibleName(tr("On which day of the month"))
        self.day = _number_line(tr("Day of the month"), 31)
        self.place: Choice = choice([(str(one), said(PLACE_NAMES[one])) for one in PLACES])
        self.place.setAccessibleName(tr("Which one"))
        self.weekday: Choice = choice([(day, said(DAY_NAMES[day])) for day in _days_in_order()])
        self.weekday.setAccessibleName(tr("Weekday"))
        self._nth = _holder(row(self.place, self.weekday, None, gap=6))
        self._month = _holder(column(self.which, self.day, self._nth, gap=4))
        self.end: Choice = choice(
            [("", tr("Without end")), ("until", tr("Until a day")), ("count", tr("So many times"))]
        )
        self.end.setAccessibleName(tr("Until when"))
        self.until = QLineEdit()
        self.until.setPlaceholderText("2026-12-24")
        self.until.setAccessibleName(tr("The last day"))
        self.count = _number_line(tr("How many times"), 10_000)
        self._ending = _holder(column(self.end, self.until, self.count, gap=4))
        self.words = label(role="hint", wrap=True)
        self._error = label(role="error", wrap=True)
        parts = (self.often, self._interval, self._week, self._month, self._ending, self._error, self.words)
        self.setLayout(column(*parts, gap=6))
        self.setFocusProxy(self.often)
        self._connect()
        self._show()

    def show_value(self, value: Any) -> None:
        rule = value if isinstance(value, str) else ""
        if rule != self._rule:
            self._rule = rule
            self._repeat = read(rule)
            self._show()
        self._say()

    def set_bad(self, *, bad: bool) -> None:
        mark_bad(self.often, bad=bad)

    def _connect(self) -> None:
        for day, button in self.days.items():
            button.clicked.connect(lambda _on=False, name=day: self._day_clicked(name))
        self.every.textEdited.connect(lambda text: self._numbered(text, lambda one, n: replace(one, every=n)))
        self.day.textEdited.connect(
            lambda text: self._numbered(text, lambda one, n: replace(one, month_day=n))
        )
        self.count.textEdited.connect(lambda text: self._numbered(text, lambda one, n: replace(one, count=n)))
        self.which.activated.connect(self._which_chosen)
        self.place.activated.connect(self._nth_chosen)
        self.weekday.activated.connect(self._nth_chosen)
        self.end.activated.connect(self._end_chosen)
        self.until.textEdited.connect(self._until_typed)

    def _often_chosen(self) -> None:
        often = str(self.often.currentData())
        if often == _OTHER:
            return
        kept = self._repeat or Repeat(often)
        self._put(Repeat(often, count=kept.count, until=kept.until) if often else None)

    def _day_clicked(self, day: str) -> None:
        if self._repeat is not None:
            kept = [one for one in self._repeat.days if one != day]
            days = [*kept, day] if self.days[day].isChecked() else kept
            self._put(replace(self._repeat, days=tuple(one for one in DAYS if one in days)))

    def _numbered(self, text: str, with_number: Callable[[Repeat, int], Repeat]) -> None:
        number = int(text) if text.isdigit() else 0
        if self._repeat is not None and number:
            self._put(with_number(self._repeat, number), settle=False)

    def _which_chosen(self) -> None:
        which = self.which.currentData()
        first = self._first()
        days = {"day": first.day if first else 1, "last": LAST}
        nth = ((first.day - 1) // 7 + 1 if first else 1, DAYS[first.weekday()] if first else "MO")
        nth = (min(nth[0], 4), nth[1])
        if self._repeat is not None:
            self._put(
                replace(
                    self._repeat, month_day=days.get(str(which), 0), nth=nth if which == "weekday" else None
                )
            )

    def _nth_chosen(self) -> None:
        if self._repeat is not None:
            nth = (int(str(self.place.currentData())), str(self.weekday.currentData()))
            self._put(replace(self._repeat, nth=nth))

    def _end_chosen(self) -> None:
        if self._repeat is None:
            return
        ending = str(self.end.currentData())
        self._put(replace(self._repeat, count=10 if ending == "count" else 0, until=""))
        self.until.setVisible(ending == "until")
        self.end.setCurrentIndex(self.end.findData(ending))
        if ending == "until":
            self.until.setFocus(Qt.FocusReason.OtherFocusReason)

    def _until_typed(self, text: str) -> None:
        day = day_of(text)
        good = bool(day) or not text.strip()
        self._error.setText("" if good else tr("Write it as 2026-12-24"))
        self._error.setVisible(not good)
        mark_bad(self.until, bad=not good)
        if self._repeat is not None and good:
            self._put(replace(self._repeat, until=day, count=0), settle=False)

    def _put(self, repeat: Repeat | None, *, settle: bool = True) -> None:
        """The rule is another. ``settle``: the form is laid out anew, which would disturb typing."""
        rule = write(repeat) if repeat else ""
        self._repeat = repeat
        is_new = rule != self._rule and not (rule and fault_of(rule))
        if is_new:
            self._rule = rule
        if settle:
            self._show()
        if is_new:
            self.changed.emit(rule or UNSET)
        self._say()

    def _show(self) -> None:
        repeat, is_other = self._repeat, bool(self._rule) and self._repeat is None
        if is_other and self.often.findData(_OTHER) < 0:
            self.often.addItem(tr("Its own way"), _OTHER)
        shown = _OTHER if is_other else repeat.often if repeat else _ONCE
        self.often.setCurrentIndex(self.often.findData(shown))
        for part, wanted in (
            (self._interval, repeat is not None),
            (self._week, shown == "WEEKLY"),
            (self._month, shown == "MONTHLY"),
            (self._ending, repeat is not None),
        ):
            part.setVisible(wanted)
        self._error.hide()
        if repeat is not None:
            self._show_repeat(repeat)
        self._say()

    def _show_repeat(self, repeat: Repeat) -> None:
        _put_number(self.every, repeat.every)
        self.unit.setText(_unit_words(repeat.often, repeat.every))
        for day, button in self.days.items():
            button.setChecked(day in repeat.days)
        which = "weekday" if repeat.nth else "last" if repeat.month_day == LAST else ""
        which = which or ("day" if repeat.month_day else "")
        self.which.setCurrentIndex(self.which.findData(which))
        self.day.setVisible(which == "day")
        _put_number(self.day, repeat.month_day)
        self._nth.setVisible(which == "weekday")
        if repeat.nth:
            self.place.setCurrentIndex(self.place.findData(str(repeat.nth[0])))
            self.weekday.setCurrentIndex(self.weekday.findData(repeat.nth[1]))
        ending = "count" if repeat.count else "until" if repeat.until else ""
        self.end.setCurrentIndex(self.end.findData(ending))
        self.until.setVisible(ending == "until")
        if day_of(self.until.text()) != repeat.until:
            self.until.setText(QDate.fromString(repeat.until, "yyyyMMdd").toString("yyyy-MM-dd"))
        self.count.setVisible(ending == "count")
        _put_number(self.count, repeat.count)

    def _say(self) -> None:
        words = repeat_words(self._rule) if self._rule else ""
        if self._rule and not words:
            words = tr("A rule that cannot be read. Choose another.")
        elif words:
            words = f"{words}. {self._times()}".rstrip()
        self.words.setText(words)
        self.words.setVisible(bool(words))
        if self._repeat is not None:
            self.unit.setText(_unit_words(self._repeat.often, self._repeat.every))

    def _times(self) -> str:
        """When it comes first: “First on Mon 7 Dec, Thu 10 Dec and Mon 14 Dec, at 09:00.”."""
        found = list(self._first_times())
        if not found:
            return ""
        days = together([day_and_date(one) for one in found])
        return tr("First on {days}, at {time}.").format(days=days, time=f"{found[0]:%H:%M}")

    def _first_times(self) -> Iterator[datetime]:
        first = self._first()
        if first is None or fault_of(self._rule):
            return
        since: datetime | None = first - _A_MOMENT
        for _ in range(_SHOWN_TIMES):
            since = next_time(self._rule, first, since, here()) if since else None
            if since is None:
                return
            yield since.astimezone(here())

    def _first(self) -> datetime | None:
        node = self._context.flow().by_id.get(self._context.node_id)
        first = moment_of(node.settings.get("start")) if node else None
        return first.astimezone(here()) if first else None


def day_of(text: str) -> str:
    """``20261224`` of the day that was typed, empty when it is none."""
    for form in ("yyyy-MM-dd", "d.M.yyyy", "yyyyMMdd"):
        day = QDate.fromString(text.strip(), form)
        if day.isValid():
            return day.toString("yyyyMMdd")
    return ""


def _often_options() -> Sequence[tuple[str, str]]:
    words = (tr("Every day"), tr("Every week"), tr("Every month"), tr("Every year"))
    return [(_ONCE, tr("Only once")), *zip(OFTEN, words, strict=True)]


def _which_options() -> Sequence[tuple[str, str]]:
    return [
        ("", tr("On the day of the first time")),
        ("day", tr("On a day of the month")),
        ("weekday", tr("On a weekday of the month")),
        ("last", tr("On the last day")),
    ]


def _unit_words(often: str, count: int) -> str:
    one, many = {
        "DAILY": (tr("day"), tr("days")),
        "WEEKLY": (tr("week"), tr("weeks")),
        "MONTHLY": (tr("month"), tr("months")),
        "YEARLY": (tr("year"), tr("years")),
    }[often]
    return one if count == 1 else many


def _days_in_order() -> list[str]:
    """Weekdays as the reader's country begins its weeks."""
    first = QLocale().firstDayOfWeek().value - 1
    return [*DAYS[first:], *DAYS[:first]]


def _day_button(day: str) -> QPushButton:
    made = QPushButton(said(DAY_NAMES[day])[:2])
    made.setProperty("kind", "day")
    made.setCheckable(True)
    made.setAccessibleName(said(DAY_NAMES[day]))
    made.setToolTip(said(DAY_NAMES[day]))
    return made


def _number_line(name: str, most: int = _MOST) -> QLineEdit:
    made = QLineEdit()
    made.setFixedWidth(_SHORT)
    made.setValidator(QIntValidator(1, most, made))
    made.setAccessibleName(name)
    return made


def _put_number(line: QLineEdit, number: int) -> None:
    if line.text() != str(number):
        line.setText(str(number) if number > 0 else "")


def _holder(box: QLayout) -> QWidget:
    made = QWidget()
    made.setLayout(box)
    return made
