"""What a person may add at a place: best guess first, found by word, other name or kind. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.canvas.words import tr
from app.model.flow import Flow
from app.model.frozen import dataclass
from app.model.kinds import FAILED, KINDS, TIMEOUT, Kind, kind_of

NOTE: Final = "note"
FRAME: Final = "frame"

_USUAL: Final[Mapping[str, tuple[str, ...]]] = {
    "": ("email", "delay", "check", "sms", "popup", "wait", "set", "task"),
    "entry": ("email", "delay", "popup", "check", "sms", "reach", "wait", "split"),
    "email": ("wait", "delay", "check", "sms", "email", "popup", "task", "end"),
    "sms": ("delay", "check", "task", "email", "wait", "popup", "end", "goal"),
    "popup": ("email", "delay", "sms", "set", "check", "popup", "end", "goal"),
    "task": ("end", "goal", "set", "delay", "sms", "email", "check", "wait"),
    "wait": ("email", "sms", "check", "popup", "task", "set", "delay", "end"),
    "branch": ("email", "sms", "delay", "popup", "task", "set", "wait", "end"),
    "action": ("email", "delay", "check", "sms", "end", "goal", "wait", "popup"),
    "failed": ("sms", "popup", "task", "email", "end", "notify", "delay", "check"),
    "timeout": ("sms", "email", "popup", "task", "delay", "check", "end", "set"),
    "before": ("delay", "email", "check", "entry.event", "set", "sms", "entry.manual", "wait"),
    "first": (
        "entry.event",
        "entry.segment",
        "entry.date",
        "entry.schedule",
        "entry.manual",
        "email",
        "delay",
        "check",
    ),
}
"""By what leads to the place: the kinds that usually stand there."""

_WORDS: Final[Mapping[str, str]] = {
    "entry.event": "Start: an event",
    "entry.segment": "Start: joins a segment",
    "entry.date": "Start: a date",
    "entry.schedule": "Start: on a schedule",
    "entry.reply": "Start: writes to us",
    "entry.manual": "Start: added by hand",
    "delay": "Wait for a time",
    "until": "Wait until a time",
    "wait": "Wait for an event",
}
"""Where the word of the palette needs its heading to be understood."""

_LINES: Final[Mapping[str, str]] = {
    "entry.event": "When this happens to a person",
    "entry.segment": "When a person comes into it",
    "entry.date": "Before, on or after a birthday or the like",
    "entry.schedule": "At set times, for many at once",
    "entry.manual": "You put people in",
    "reach": "One way after the other, until one works",
    "record": "As if it had just happened",
    "consent": "What the person agreed to, or no more",
    "start": "The person goes on in another flow too",
    "popup": "A small window on your site",
    "delay": "Minutes, hours or days",
    "until": "A time of day, a weekday or a date",
    "wait": "Until the person does something",
    "check": "Parts the ways by what is known",
    "split": "Parts people by chance",
}
"""Where the help of the kind is longer than one short line."""

_ALIASES: Final[Mapping[str, str]] = {
    "entry.event": "begin trigger basket form order when",
    "entry.segment": "begin trigger group list audience",
    "entry.date": "begin trigger birthday anniversary",
    "entry.schedule": "begin trigger calendar weekly monthly newsletter",
    "entry.reply": "begin trigger answer message inbound",
    "entry.manual": "begin trigger import people enter",
    "email": "letter mail e-mail email newsletter message",
    "sms": "text message phone mobile",
    "rcs": "rich message phone",
    "popup": "window site banner form",
    "chat": "message site talk",
    "task": "call phone telephone person callback todo",
    "webhook": "program url http api",
    "reach": "fallback else any channel message",
    "delay": "wait pause sleep minutes hours days later",
    "until": "wait time clock weekday morning date",
    "wait": "reaction event happens until order",
    "check": "if condition branch filter decision way",
    "split": "test random chance percent share",
    "set": "tag field property write label",
    "record": "event write log",
    "consent": "agree subscribe unsubscribe permission",
    "notify": "tell alert message operator",
    "start": "other flow begin chain",
    "goal": "success finish done",
    "end": "stop finish exit out",
    NOTE: "sticky comment text remark",
    FRAME: "group box area section",
}
"""Other words by which people look for a kind."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of the list: ``name`` is a kind's, ``NOTE`` or ``FRAME``."""

    name: str
    words: str
    line: str
    category: str
    icon: str
    ready: bool = True


def choices(
    flow: Flow, kinds: tuple[Kind, ...], source: str, outlet: str, *, leads_on: bool, papers: bool
) -> list[Choice]:
    """These kinds, best guess first: behind this outlet, before something (``leads_on``), or anywhere.

    ``papers``: notes and frames too.
    """
    usual = _usual(flow, source, outlet, leads_on=leads_on)
    rank = {name: number for number, name in enumerate(usual)}
    listed = sorted(kinds, key=lambda kind: (not kind.available, rank.get(kind.name, len(rank))))
    return [choice_of(kind) for kind in listed] + (_papers() if papers else [])


def found(listed: list[Choice], sought: str) -> list[Choice]:
    """Those of ``listed`` that answer what was typed: by the start of a word first, then by any part."""
    wanted = sought.casefold().split()
    if not wanted:
        return [choice for choice in listed if choice.ready]
    ranked = [(_rank(choice, wanted), choice) for choice in listed]
    return [choice for rank, choice in sorted(ranked, key=lambda pair: pair[0]) if rank < _NOT]


def choice_of(kind: Kind) -> Choice:
    """The line of this kind."""
    line = tr(_LINES[kind.name]) if kind.name in _LINES else tr(kind.help).split(". ")[0].rstrip(".")
    if not kind.available:
        line = tr("Comes later: it can be drawn, but not published yet")
    words = tr(_WORDS.get(kind.name, kind.title))
    return Choice(kind.name, words, line, str(kind.category), kind.icon, kind.available)


def _papers() -> list[Choice]:
    return [
        Choice(NOTE, tr("Note"), tr("Words for whoever reads this drawing"), "action", "note"),
        Choice(FRAME, tr("Frame"), tr("A titled box around what belongs together"), "action", "frame"),
    ]


def _usual(flow: Flow, source: str, outlet: str, *, leads_on: bool) -> tuple[str, ...]:
    node = flow.by_id.get(source)
    if node is None:
        has_entry = any(one.kind.startswith("entry.") for one in flow.nodes)
        return _USUAL["before" if leads_on else "" if has_entry else "first"]
    if outlet in (FAILED.name, TIMEOUT.name):
        return _USUAL[outlet]
    kind = kind_of(node)
    category = str(kind.category) if kind else ""
    return _USUAL.get(node.kind) or _USUAL.get(category) or _USUAL[""]


_NOT: Final = 9


def _rank(choice: Choice, wanted: list[str]) -> int:
    return max(_rank_of_word(choice, word) for word in wanted)


def _rank_of_word(choice: Choice, word: str) -> int:
    # “email” is meant for “E-mail”.
    flat = word.replace("-", "") or word
    words = choice.words.casefold().replace("-", "")
    if words.startswith(flat):
        return 0
    if any(part.startswith(flat) for part in words.replace(":", " ").split()):
        return 1
    kind = KINDS.get(choice.name)
    aliases = _ALIASES.get(choice.name, "")
    # People may type English words of another program, whatever language this one speaks.
    others = f"{tr(aliases)} {aliases} {tr(kind.title) if kind else ''} {choice.name}".casefold()
    if any(part.startswith(word) for part in others.split()):
        return 2
    if flat in words or word in others:
        return 3
    return 4 if len(word) > 2 and word in choice.line.casefold() else _NOT
