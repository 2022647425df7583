"""The ways of a split: a name and a share of everybody each, in an order that can be changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from app.flows.shares import held_out, shares, weight_of, with_share
from app.ui.inspector.editor import UNSET, Context, mark_bad
from app.ui.inspector.lists import Rows
from app.ui.widgets import Button, IconButton, label, row
from app.ui.words import percent, tr

_LONGEST: Final = 100
_SHARE_WIDTH: Final = 56
_TAKEN: Final = "hold-out"


class ArmsEditor(Rows):
    """Whoever types a share into one way takes it from the others, so that all are a hundred again."""

    def __init__(self, context: Context) -> None:
        super().__init__(context.theming, tr("Add a way"), lowest=0)
        self._context = context
        self._arms: list[dict[str, Any]] = []
        self._shown: Any = None
        self._hold_out = 0.0
        self._before: list[float] = []
        """The weights as they were when the share that is typed now was begun."""
        self._typed_at = -1
        self.even = Button(context.theming, tr("Share evenly"), kind="link-small")
        self.even.clicked.connect(self._share_evenly)
        self.add_beside(self.even)
        self._told = label(role="hint", wrap=True)
        self.add_below(self._told)
        self.fill([])

    @property
    def arms(self) -> list[ArmRow]:
        """The row of each way."""
        return [one for one in self.rows if isinstance(one, ArmRow)]

    def make_row(self, item: Any) -> QWidget:
        arm = dict(item) if isinstance(item, Mapping) else self._new_arm()
        made = ArmRow(self, arm)
        made.renamed.connect(self.tell)
        made.shared.connect(lambda value: self._share(made, value))
        made.settled.connect(self._settle)
        made.name.editingFinished.connect(self._settle_names)
        made.removed.connect(lambda: self.remove_row(made))
        return made

    def read_rows(self) -> Any:
        self._arms = [one.read() for one in self.arms]
        self._shown = list(self._arms)
        return self._shown or UNSET

    def tell(self) -> None:
        names = [one.name.text().strip() for one in self.arms]
        for one, name in zip(self.arms, names, strict=True):
            mark_bad(one.name, bad=not name or names.count(name) > 1 or name == _TAKEN)
        # Two ways of one name, or one without, would lose the edges of a way while it is still typed.
        if all(names) and len(set(names)) == len(names) and _TAKEN not in names:
            super().tell()
        self._say()

    def _settle_names(self) -> None:
        """A name that could not be taken becomes again what it was."""
        for one in self.arms:
            if one.name.property("bad"):
                one.name.setText(str(one.arm.get("name") or ""))
                mark_bad(one.name, bad=False)
        self._say()

    def show_value(self, value: Any) -> None:
        node = self._context.flow().by_id.get(self._context.node_id)
        self._hold_out = held_out(node.settings.get("hold_out")) if node else 0.0
        shown = [arm for arm in value if isinstance(arm, Mapping)] if isinstance(value, (list, tuple)) else []
        if shown != self._shown:
            self._shown = shown
            self._typed_at = -1
            self.fill(shown)
        self._show_shares(self.arms[self._typed_at] if self._typed_at >= 0 else None)

    def count_changed(self) -> None:
        self._typed_at = -1
        self._show_shares()

    def weights(self) -> list[float]:
        """The weight of each way as it stands."""
        return [weight_of(one.arm) for one in self.arms]

    def _new_arm(self) -> dict[str, Any]:
        taken = {one.name.text().strip() for one in self.arms}
        letters = (chr(ord("A") + number) for number in range(26))
        numbered = (tr("way {number}").format(number=number) for number in range(27, 1_000))
        name = next(name for name in (*letters, *numbered) if name not in taken)
        weights = self.weights()
        weight = round(sum(weights) / len(weights), 3) if sum(weights) else 50
        return {"name": name, "weight": int(weight) if weight == int(weight) else weight}

    def _share(self, typed: ArmRow, value: float) -> None:
        place = self.arms.index(typed)
        if self._typed_at != place:
            self._typed_at, self._before = place, self.weights()
        made = with_share(self._before, place, value, self._hold_out)
        for one, weight in zip(self.arms, made, strict=True):
            one.arm["weight"] = int(weight) if weight == int(weight) else weight
        self._show_shares(typed)
        self.tell()

    def _share_evenly(self) -> None:
        for one in self.arms:
            one.arm["weight"] = 1
        self._settle()
        self.tell()

    def _settle(self) -> None:
        """The share that was typed stands; what is left empty or wrong is put right again."""
        self._typed_at = -1
        self._show_shares()

    def _show_shares(self, typed: ArmRow | None = None) -> None:
        weights = self.weights()
        for one, share in zip(self.arms, shares(weights, self._hold_out), strict=True):
            if one is not typed:
                one.show_share(share)
        self.even.setVisible(len(set(weights)) > 1)
        self._say()

    def _say(self) -> None:
        self._told.setText(
            sentence([one.name.text().strip() for one in self.arms], self.weights(), self._hold_out)
        )
        self._told.setVisible(len(self.arms) > 0)


class ArmRow(QWidget):
    """One way: handle, name, share, way out.

    Signals:
        renamed: its name is another.
        shared: so many percent were typed into it.
        settled: whoever typed the share is done.
        removed: it is to go.
    """

    renamed = Signal()
    shared = Signal(float)
    settled = Signal()
    removed = Signal()

    def __init__(self, editor: ArmsEditor, arm: Mapping[str, Any]) -> None:
        super().__init__()
        self.arm = dict(arm)
        theming = editor.theming
        self.name = QLineEdit(str(arm.get("name") or ""))
        self.name.setMaxLength(_LONGEST)
        self.name.setAccessibleName(tr("Name of the way"))
        self.name.textEdited.connect(lambda _text: self.renamed.emit())
        self.share = QLineEdit()
        self.share.setFixedWidth(_SHARE_WIDTH)
        self.share.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.share.setAccessibleName(tr("Share in percent"))
        self.share.textEdited.connect(self._typed)
        self.share.editingFinished.connect(self._finish)
        self.grip = editor.grip(lambda: self)
        away = IconButton(theming, "close", tr("Take out"), size=16, color="ink-3")
        away.clicked.connect(self.removed)
        box = row(self.grip, self.name, self.share, label("%", "secondary"), away, gap=4)
        box.setStretch(1, 1)
        self.setLayout(box)
        self.setFocusProxy(self.name)

    def read(self) -> dict[str, Any]:
        """The way as the file has it."""
        self.arm = {**self.arm, "name": self.name.text().strip(), "weight": self.arm.get("weight", 0)}
        return dict(self.arm)

    def show_share(self, share: float) -> None:
        """So many percent of everybody come by here."""
        mark_bad(self.share, bad=False)
        if _read(self.share.text()) != round(share, 1):
            self.share.setText(percent(share))
        name = self.name.text().strip()
        self.grip.setAccessibleName(tr("Move “{name}”").format(name=name))

    def _typed(self, text: str) -> None:
        value = _read(text)
        mark_bad(self.share, bad=value is None and bool(text.strip()))
        if value is not None:
            self.shared.emit(value)

    def _finish(self) -> None:
        self.settled.emit()


def sentence(names: Sequence[str], weights: Sequence[float], hold_out: float) -> str:
    """Such as “Of 100 people 45 go by A, 45 by B and 10 get none of it”."""
    if not any(weights):
        return tr("Nobody goes on: every way has 0 %.")
    found = shares(weights, hold_out)
    first = tr("Of 100 people {count} go by {name}").format(count=percent(found[0]), name=names[0])
    rest = [
        tr("{count} by {name}").format(count=percent(share), name=name)
        for name, share in zip(names[1:], found[1:], strict=True)
    ]
    if hold_out:
        rest.append(tr("{count} get none of it").format(count=percent(hold_out)))
    *middle, last = [first, *rest]
    return tr("{start} and {last}.").format(start=", ".join(middle), last=last) if middle else f"{last}."


def _read(text: str) -> float | None:
    """The percents that were typed; None for what is no share."""
    plain = text.replace("%", "").strip()
    for locale in (QLocale(), QLocale.c()):
        value, good = locale.toDouble(plain)
        if good and 0 <= value <= 100:
            return round(value, 1)
    return None
