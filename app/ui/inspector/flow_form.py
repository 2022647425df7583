"""The form of the flow itself: its name, its goal, who enters again, what ends a journey."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.model.flow import MOST_INSIDE, Flow, Problem
from app.model.kinds import Setting, SettingType
from app.ui.inspector.condition import ConditionEditor
from app.ui.inspector.duration import DurationEditor
from app.ui.inspector.editor import UNSET, Choice, Context, Editor, choice
from app.ui.inspector.field import Field
from app.ui.inspector.lists import TextsEditor
from app.ui.inspector.plain import LineEditor, NumberEditor
from app.ui.inspector.ways import ExitsEditor
from app.ui.widgets import column, label
from app.ui.words import tr

_FIRST_PAUSE: Final = "P7D"


class FlowForm(QWidget):
    """``renamed`` carries the flow's new name, ``changed`` the settings that are others now."""

    renamed = Signal(str)
    changed = Signal(object)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._goal: dict[str, Any] = {}
        name = LineEditor(_NAME)
        self.name = Field(_NAME, name, context)
        # A draft is stored under its name: half a name must never be one.
        name.line.editingFinished.connect(lambda: self._rename(name.line.text().strip()))
        self.goal = self._field(
            _GOAL, TextsEditor(context.theming, _GOAL, tr("Add an event"), context.events), self._goal_events
        )
        self.goal_where = self._field(
            _GOAL_WHERE, ConditionEditor(context, about_event=True), self._goal_condition
        )
        self.exits = self._field(_EXITS, ExitsEditor(context), self._set("exits"))
        self.key = self._field(_KEY, LineEditor(_KEY), self._set("key"))
        self.reentry = self._field(_REENTRY, ReentryEditor(), self._set("reentry"))
        self.fresh = self._field(_FRESH, DurationEditor(_FRESH), self._set("fresh"))
        self.inside = self._field(_INSIDE, NumberEditor(_INSIDE, tr("people")), self._set("inside"))
        self._fields = {
            "goal": self.goal,
            "exits": self.exits,
            "key": self.key,
            "reentry": self.reentry,
            "fresh": self.fresh,
            "inside": self.inside,
        }
        box = column(
            self.name,
            self.goal,
            self.goal_where,
            self.exits,
            label(tr("Who enters"), "strong"),
            self.reentry,
            self.key,
            self.fresh,
            self.inside,
            None,
            gap=14,
        )
        self.setLayout(box)

    def show_flow(self, flow: Flow, problems: Sequence[Problem]) -> None:
        """Shows the flow's settings and the problems that are about none of its nodes."""
        settings = flow.settings
        goal = settings.get("goal")
        self._goal = dict(goal) if isinstance(goal, Mapping) else {}
        self.name.editor.show_value(flow.name)
        self.goal.editor.show_value(self._goal.get("events"))
        self.goal_where.editor.show_value(self._goal.get("where"))
        self.goal_where.setVisible(bool(self._goal.get("events")))
        for name in ("exits", "key", "reentry", "fresh", "inside"):
            self._fields[name].editor.show_value(settings.get(name))
        for name, field in self._fields.items():
            field.show_problems([one for one in problems if not one.nodes and one.setting.startswith(name)])

    def focus_setting(self, path: str) -> bool:
        """Puts the cursor into the setting of this path."""
        self._fields.get(path.split(".", 1)[0].split("[", 1)[0], self.name).editor.take_focus()
        return True

    def _field(self, setting: Setting, editor: Editor, told: Any) -> Field:
        field = Field(setting, editor, self._context)
        field.changed.connect(lambda _name, value: told(value))
        return field

    def _set(self, name: str) -> Any:
        return lambda value: self.changed.emit({name: value})

    def _rename(self, name: str) -> None:
        if name and name != self._context.flow().name:
            self.renamed.emit(name)

    def _goal_events(self, value: object) -> None:
        self._change_goal("events", value)

    def _goal_condition(self, value: object) -> None:
        self._change_goal("where", value)

    def _change_goal(self, name: str, value: object) -> None:
        goal = {**self._goal, name: value}
        goal = {key: one for key, one in goal.items() if one is not UNSET}
        self.changed.emit({"goal": goal if goal.get("events") else UNSET})


class ReentryEditor(Editor):
    """Whether a person may come in again, and how long after the last start."""

    def __init__(self) -> None:
        super().__init__()
        self.kind: Choice = choice(
            [
                ("never", tr("Never")),
                ("after", tr("After a time")),
                ("restart", tr("From the start, while nothing was sent")),
            ]
        )
        self.kind.activated.connect(self._chosen)
        self.after = DurationEditor(_AFTER)
        self.after.changed.connect(self._after_changed)
        self.setLayout(column(self.kind, self.after, gap=4))
        self.setFocusProxy(self.kind)
        self.show_value(None)

    def show_value(self, value: Any) -> None:
        after = value.get("after") if isinstance(value, Mapping) else None
        kind = "after" if after is not None else value if value in ("never", "restart") else "never"
        self.kind.setCurrentIndex(self.kind.findData(kind))
        self.after.setVisible(kind == "after")
        self.after.show_value(after)

    def _chosen(self) -> None:
        kind = self.kind.currentData()
        self.after.setVisible(kind == "after")
        if kind == "after":
            self.after.show_value(_FIRST_PAUSE)
            self.changed.emit({"after": _FIRST_PAUSE})
        else:
            self.changed.emit(kind)

    def _after_changed(self, value: object) -> None:
        if value is not UNSET:
            self.changed.emit({"after": value})


_NAME: Final = Setting("name", SettingType.LINE, "Name")
_GOAL: Final = Setting(
    "goal",
    SettingType.EVENTS,
    "Goal",
    "The event that means success. Whoever has it leaves the flow and gets nothing more.",
)
_GOAL_WHERE: Final = Setting("goal_where", SettingType.CONDITION, "Goal only if")
_EXITS: Final = Setting(
    "exits", SettingType.EVENTS, "Also leaves on", "Events that end a journey without being its goal."
)
_KEY: Final = Setting(
    "key",
    SettingType.LINE,
    "One journey for each",
    "A field of the start event, such as basket_id: two baskets of one person are then two journeys.",
)
_REENTRY: Final = Setting(
    "reentry", SettingType.CHOICE, "Comes in again", "Counted from the start of the last journey."
)
_INSIDE: Final = Setting(
    "inside",
    SettingType.NUMBER,
    "At most inside",
    "Who comes while so many are inside does not come in. Empty: no limit.",
    minimum=1,
    maximum=MOST_INSIDE,
)
_AFTER: Final = Setting("after", SettingType.DURATION, "After")
_FRESH: Final = Setting(
    "fresh",
    SettingType.DURATION,
    "Events count for",
    "An event older than this starts nothing. Empty: 1 hour.",
)
