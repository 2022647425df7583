"""Which editor shows which type of setting."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from app.model.kinds import Kind, Setting, SettingType
from app.ui.inspector.arms import ArmsEditor
from app.ui.inspector.body import BodyEditor
from app.ui.inspector.condition import ConditionEditor
from app.ui.inspector.duration import DurationEditor
from app.ui.inspector.editor import Context, Editor
from app.ui.inspector.liquid import LiquidEditor
from app.ui.inspector.lists import PropertiesEditor, TextsEditor
from app.ui.inspector.moment import MomentEditor
from app.ui.inspector.picked import FlowEditor, SegmentEditor
from app.ui.inspector.plain import (
    ChoiceEditor,
    ChoicesEditor,
    FlagEditor,
    LineEditor,
    NumberEditor,
    TextEditor,
    TimeEditor,
)
from app.ui.inspector.reactions import ReactionsEditor
from app.ui.inspector.repeat import RepeatEditor
from app.ui.inspector.rungs import RungsEditor
from app.ui.inspector.ways import WaysEditor
from app.ui.words import tr

_Maker = Callable[[Setting, Context], Editor]


def editor_for(kind: Kind, setting: Setting, context: Context) -> Editor:
    """The editor of this setting; every type of the table has one."""
    if setting.type is SettingType.REACTIONS:
        return ReactionsEditor(kind, context)
    if kind.name == "email" and setting.name == "body":
        return BodyEditor(setting, context)
    if setting.name == "hold_out":
        return NumberEditor(setting, "%")
    if setting.name == "topic":
        return LineEditor(setting, context.topics)
    return _MAKERS[setting.type](setting, context)


def _line(setting: Setting, _context: Context) -> Editor:
    return LineEditor(setting)


def _text(setting: Setting, _context: Context) -> Editor:
    return TextEditor(setting)


def _event(setting: Setting, context: Context) -> Editor:
    return LineEditor(setting, context.events)


def _property(setting: Setting, context: Context) -> Editor:
    return LineEditor(setting, context.fields)


def _events(setting: Setting, context: Context) -> Editor:
    return TextsEditor(context.theming, setting, tr("Add an event"), context.events)


def _tags(setting: Setting, context: Context) -> Editor:
    return TextsEditor(context.theming, setting, tr("Add a tag"))


def _lines(setting: Setting, context: Context) -> Editor:
    return TextsEditor(context.theming, setting, tr("Add a line"))


def _condition(_setting: Setting, context: Context) -> Editor:
    return ConditionEditor(context, about_event=True)


_MAKERS: Final[Mapping[SettingType, _Maker]] = {
    SettingType.LINE: _line,
    SettingType.TEXT: _text,
    SettingType.LIQUID_LINE: LiquidEditor,
    SettingType.LIQUID_TEXT: LiquidEditor,
    SettingType.URL: LiquidEditor,
    SettingType.NUMBER: lambda setting, _context: NumberEditor(setting),
    SettingType.FLAG: lambda setting, _context: FlagEditor(setting),
    SettingType.CHOICE: lambda setting, _context: ChoiceEditor(setting),
    SettingType.CHOICES: lambda setting, _context: ChoicesEditor(setting),
    SettingType.DURATION: lambda setting, _context: DurationEditor(setting),
    SettingType.TIME: lambda setting, _context: TimeEditor(setting),
    SettingType.MOMENT: MomentEditor,
    SettingType.EVENT: _event,
    SettingType.EVENTS: _events,
    SettingType.CONDITION: _condition,
    SettingType.WAYS: lambda _setting, context: WaysEditor(context),
    SettingType.PROPERTY: _property,
    SettingType.PROPERTIES: lambda _setting, context: PropertiesEditor(context.theming, context.fields),
    SettingType.TAGS: _tags,
    SettingType.LINES: _lines,
    SettingType.SEGMENT: SegmentEditor,
    SettingType.FLOW: FlowEditor,
    SettingType.ARMS: lambda _setting, context: ArmsEditor(context),
    SettingType.RUNGS: lambda _setting, context: RungsEditor(context, editor_for),
    SettingType.REPEAT: lambda _setting, context: RepeatEditor(context),
}
