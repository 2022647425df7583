"""The form of one node, made from its row of the node table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.model.flow import Node, Problem
from app.model.kinds import Kind, Setting, ticked, value_of
from app.ui.inspector.editor import Context
from app.ui.inspector.factory import editor_for
from app.ui.inspector.field import Field
from app.ui.inspector.reactions import ReactionsEditor
from app.ui.inspector.section import Fold, warning
from app.ui.widgets import column, label, line
from app.ui.words import said, tr

_FOLDED = "Sending"


class NodeForm(QWidget):
    """``changed`` carries a setting's name and its new value (``UNSET`` takes it out)."""

    changed = Signal(str, object)

    def __init__(self, kind: Kind, context: Context) -> None:
        super().__init__()
        self._kind = kind
        self.context = context
        self.fields: dict[str, Field] = {}
        self.fold: Fold | None = None
        self._warning = warning(
            context.theming,
            tr("Mail programs open letters by themselves. For anything final, trust “clicked”."),
        )
        box = column(gap=14)
        for section in dict.fromkeys(setting.section for setting in kind.settings):
            self._add_section(box, section)
        box.addStretch(1)
        self.setLayout(box)

    def show_node(self, node: Node, problems: Sequence[Problem]) -> None:
        """Shows the node's settings; what does not matter as they stand is hidden."""
        for name, field in self.fields.items():
            field.editor.show_value(value_of(node, name))
            field.setVisible(matters(self._kind, field.setting, node))
            field.show_problems([problem for problem in problems if _about(problem, name)])
        self._warning.setVisible("opened" in ticked(node) and self._kind.name == "email")
        if self.fold is not None:
            self.fold.say(_summary(node))

    def show_counts(self, counts: Mapping[str, int]) -> None:
        """How often each reaction came."""
        field = self.fields.get("reactions")
        if field is not None and isinstance(field.editor, ReactionsEditor):
            field.editor.show_counts(counts)

    def focus_setting(self, path: str) -> bool:
        """Puts the cursor into the setting of this path; False when the form has none."""
        name, _, inside = path.replace("[", ".").partition(".")
        field = self.fields.get(name) or next(iter(self.fields.values()), None)
        if field is None:
            return False
        if self.fold is not None and self.fold.isAncestorOf(field):
            self.fold.open()
        if inside and name in self.fields:
            field.editor.focus_part(inside)
        else:
            field.editor.take_focus()
        return True

    def _add_section(self, box: QVBoxLayout, section: str) -> None:
        settings = [setting for setting in self._kind.settings if setting.section == section]
        if section == _FOLDED:
            self.fold = Fold(
                self.context.theming, said(section), [self._field(setting) for setting in settings]
            )
            box.addWidget(line())
            box.addWidget(self.fold)
            return
        if section and section != settings[0].label and len(settings) > 1:
            box.addWidget(label(said(section), "strong"))
        for setting in settings:
            box.addWidget(self._field(setting, heading=setting.label == section))
            if setting.name == "timeout":
                box.addWidget(self._warning)

    def _field(self, setting: Setting, *, heading: bool = False) -> Field:
        field = Field(setting, editor_for(self._kind, setting, self.context), self.context, heading=heading)
        field.changed.connect(self.changed)
        self.fields[setting.name] = field
        return field


def matters(kind: Kind, setting: Setting, node: Node) -> bool:
    """Whether this setting changes anything as the others stand."""
    if setting.name == "reason":
        return bool(value_of(node, "purpose") == "transactional")
    if setting.name == "timeout" and kind.reactions and not kind.waits_on_page:
        return bool(ticked(node))
    if setting.name == "human_only":
        return "opened" in ticked(node)
    return len(setting.choices) != 1


def _about(problem: Problem, name: str) -> bool:
    return problem.setting == name or problem.setting.startswith((f"{name}.", f"{name}["))


def _summary(node: Node) -> str:
    """What the folded part says of itself: what it is, and what is not as it usually is."""
    is_service = value_of(node, "purpose") == "transactional"
    parts = [tr("Service message") if is_service else tr("Advertising")]
    importance = {"high": tr("important"), "low": tr("can wait")}.get(str(value_of(node, "priority")))
    topic = node.settings.get("topic")
    return ", ".join([*parts, *([importance] if importance else []), *([str(topic)] if topic else [])])
