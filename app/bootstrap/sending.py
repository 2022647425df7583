"""Settings of sending for the window: read and stored as the texts that the command ``set`` takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from app.model.desk import SettingText
from app.model.kinds import KINDS
from app.support.settings import Assignment, assign
from app.support.settings.sending import ALWAYS, CEILING, CHANNELS, WINDOWS, SendingSettings

if TYPE_CHECKING:
    from app.bootstrap.workspace import Workspace

PREFIX: Final = "sending."
_TABLES: Final = ("window", "ceiling", "rate")
_PLAIN: Final = (
    "cap",
    "cap_important",
    "cap_within",
    "holidays",
    "closed",
    "business",
    "warm_up_since",
    "warm_up_first",
    "warm_up_factor",
)


def texts(workspace: Workspace) -> Sequence[SettingText]:
    """Each setting by name: first those of each channel there is, then the others."""
    stored = workspace.store.settings.all()
    usual = SendingSettings().model_dump(mode="json")
    found = []
    for channel in _channels():
        for table in _TABLES:
            kept = stored.get(f"{PREFIX}{table}")
            value = kept.get(channel) if isinstance(kept, dict) else None
            others = _usual(table, channel, practice=workspace.practice)
            found.append(SettingText(f"{PREFIX}{table}.{channel}", _text(value), others))
    for name in _PLAIN:
        full = f"{PREFIX}{name}"
        found.append(SettingText(full, _text(stored.get(full)), _text(usual[name])))
    return found


def save(workspace: Workspace, values: Mapping[str, str]) -> None:
    """Stores all or none; an empty text forgets one. A UserError begins with the name of what is wrong."""
    assignments = [Assignment(name, value.strip()) for name, value in values.items()]
    workspace.store.settings.replace(assign(workspace.store.settings.all(), assignments))
    workspace.context.wake.set()
    workspace.context.changed()


def _channels() -> Sequence[str]:
    there = {kind.channel for kind in KINDS.values() if kind.available}
    return [channel for channel in CHANNELS if channel in there]


def _usual(table: str, channel: str, *, practice: bool) -> str:
    if table == "window":
        return ALWAYS if practice else WINDOWS[channel]
    return str(0 if practice else CEILING) if table == "ceiling" else ""


def _text(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(str(part) for part in value)
    return "" if value is None else str(value)
