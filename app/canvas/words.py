"""The words on nodes: second lines, outlets, beads and sentences, in the language of the program."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Final

from PySide6.QtCore import QCoreApplication

from app.flows.shares import share_of
from app.model.durations import say_duration
from app.model.flow import Node
from app.model.kinds import KINDS, Category, kind_of, ticked, value_of
from app.model.rungs import longest_try, rungs_of

_FIELD: Final = re.compile(r"\{[{%].*?[%}]\}", re.DOTALL)
_DEFAULT: Final = re.compile(r"""default:\s*(?:"([^"]*)"|'([^']*)')""")
_SPACE: Final = re.compile(r"\s+")
_LONGEST: Final = 60


def tr(text: str) -> str:
    """The text in the language of the program."""
    return QCoreApplication.translate("Canvas", text)


def plain(text: object, longest: int = _LONGEST) -> str:
    """One short line of a Liquid text: fields become what stands in for them, else “…”."""
    if not isinstance(text, str):
        return ""
    known = _FIELD.sub(_field_words, text[: longest * 8]) if "{" in text else text[: longest * 8]
    line = _SPACE.sub(" ", known).strip()
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def _field_words(field: re.Match[str]) -> str:
    """A field as a text shows it: what stands there when it is not known, else “…”; tags are not seen."""
    if field[0].startswith("{%"):
        return ""
    default = _DEFAULT.search(field[0])
    return (default[1] or default[2] or "") if default else "…"


def event_words(name: object) -> str:
    """“order completed” for ``order_completed``."""
    return str(name).replace("_", " ").replace("-", " ").strip()


def duration_words(value: object) -> str:
    """The duration as people say it; what cannot be read stays as it is."""
    try:
        return say_duration(value) if isinstance(value, str) else ""
    except ValueError:
        return plain(value, 20)


def node_title(node: Node) -> str:
    """Its title, else the palette's word for its kind, else the raw kind."""
    kind = kind_of(node)
    return _SPACE.sub(" ", node.title).strip() or (tr(kind.title) if kind else node.kind)


def box_title(inside: Sequence[Node]) -> str:
    """The title of a box that was given none: its first node with a name, and how many more."""
    named = next((node for node in inside if node.title.strip()), inside[0])
    if len(inside) == 1:
        return node_title(named)
    return tr("{title} and {count} more").format(title=node_title(named), count=len(inside) - 1)


def outlet_words(node: Node, outlet: str) -> str:
    """The outlet's word on its pill."""
    if outlet == "timeout":
        length = duration_words(longest_try(node) if node.kind == "reach" else value_of(node, "timeout"))
        return tr("after {length}").format(length=length) if length else tr("after a time")
    if outlet == "failed" and node.kind == "reach":
        return tr("none worked")
    return tr(_outlet_line(outlet)) if outlet else tr("no name")


@lru_cache(maxsize=1024)
def _outlet_line(outlet: str) -> str:
    """In the words of the file, before it is translated."""
    return plain(event_words(outlet), 40)


def pill_words(node: Node, outlet: str) -> str:
    """What stands on an outlet's pill: its word, and of a split how many of a hundred go that way."""
    words = outlet_words(node, outlet)
    share = share_of(node, outlet) if node.kind == "split" else None
    if share is None:
        return words
    return tr("{way}, {share} %").format(way=words, share=round(share))


def rung_words(node: Node) -> list[tuple[str, str, str]]:
    """Of each way that a “first that works” tries: its icon, its word, and for how long it is tried."""
    told = []
    for number, rung, sender in rungs_of(node):
        kind = KINDS[sender.kind]
        name = tr(kind.title) if not number else tr("else {way}").format(way=tr(kind.title))
        length = duration_words(rung.get("try_for")) if ticked(node) or kind.waits_on_page else ""
        told.append((kind.icon, name, length))
    return told


def second_line(node: Node) -> str:
    """What stands below the title: the one thing that tells this node from others of its kind."""
    kind = kind_of(node)
    if kind is None:
        return tr("From a newer version")
    if not kind.available:
        return tr("Connect first")
    teller = _SECOND.get(node.kind)
    told = teller(node) if teller else ""
    return told or (tr(kind.title) if node.title else tr(_CATEGORY[kind.category]))


def bead_words(node: Node) -> str:
    """The time or event on a bead."""
    settings = node.settings
    if node.kind == "delay":
        return duration_words(value_of(node, "for")) or tr("a time")
    if node.kind == "wait":
        return _events(settings.get("events")) or tr("an event")
    parts = [
        duration_words(settings["since_entry"]) if settings.get("since_entry") else "",
        plain(event_words(settings["property"]), 30) if settings.get("property") else "",
        _weekdays(settings.get("weekdays")),
        plain(settings.get("time"), 8),
        tr("opening hours") if settings.get("business") is True else "",
    ]
    return ", ".join(part for part in parts if part) or tr("a time")


def sentence(node: Node, here: int) -> str:
    """One plain sentence: what the node is, what it does and how many people are here."""
    kind = kind_of(node)
    if kind is None:
        return tr("{title}: from a newer version. It is kept and never run.").format(title=node_title(node))
    about = _wait_sentence(node) if kind.category is Category.WAIT else second_line(node)
    told = tr("{title}: {about}.").format(title=node_title(node), about=about)
    return told + (" " + tr("{count} people are here now.").format(count=here) if here else "")


def _wait_sentence(node: Node) -> str:
    if node.kind == "wait":
        gives_up = duration_words(value_of(node, "timeout"))
        return tr("waits for {event}, gives up after {length}").format(
            event=bead_words(node), length=gives_up or tr("a time")
        )
    if node.kind == "until" and node.settings.get("since_entry"):
        return tr("waits until {time} since the start").format(time=bead_words(node))
    return tr("waits {time}").format(time=bead_words(node))


def people(count: int) -> str:
    """A count as it stands on a chip: grouped, and shortened from a hundred thousand on."""
    if count >= 100_000:
        return f"{count / 1_000_000:.1f} M" if count >= 999_500 else f"{count // 1000} k"
    return f"{count:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def _entry_event(node: Node) -> str:
    quiet = duration_words(node.settings.get("quiet_for"))
    if quiet:
        return tr("{length} quiet").format(length=quiet)
    return _events(node.settings.get("events"))


def _popup(node: Node) -> str:
    if node.settings.get("show") == "next-visit":
        return tr("Next visit")
    return plain(node.settings.get("headline"))


def _check(node: Node) -> str:
    ways = node.settings.get("ways")
    count = len(ways) if isinstance(ways, (list, tuple)) else 0
    if not count:
        return tr("No ways yet")
    return tr("One way and else") if count == 1 else tr("{count} ways and else").format(count=count)


def _set(node: Node) -> str:
    settings = node.settings
    tags = [tr("+ {tag}").format(tag=tag) for tag in _names(settings.get("add_tags"))]
    tags += [tr("− {tag}").format(tag=tag) for tag in _names(settings.get("remove_tags"))]
    fields = settings.get("properties")
    named = [event_words(name) for name in fields] if isinstance(fields, Mapping) else []
    return plain(", ".join(named + tags))


def _name_of(setting: str) -> Callable[[Node], str]:
    """What stands in this setting."""
    return lambda node: plain(node.settings.get(setting))


def _date(node: Node) -> str:
    name = event_words(node.settings.get("property") or "")
    if not name:
        return ""
    length = duration_words(node.settings.get("offset"))
    side = node.settings.get("side", "on")
    if length and side == "before":
        return plain(tr("{length} before {date}").format(length=length, date=name))
    if length and side == "after":
        return plain(tr("{length} after {date}").format(length=length, date=name))
    return plain(tr("on {date}").format(date=name))


def _schedule(node: Node) -> str:
    from app.canvas.repeat_words import repeat_words  # few drawings have one: not for the first picture

    return plain(repeat_words(node.settings.get("repeat"))) or tr("Once")


def _split(node: Node) -> str:
    arms = node.settings.get("arms")
    count = len(arms) if isinstance(arms, (list, tuple)) else 0
    if count < 2:
        return ""
    return tr("One side each") if count == 2 else tr("One of {count} ways each").format(count=count)


def _reach(node: Node) -> str:
    count = len(rung_words(node))
    if not count:
        return tr("No ways yet")
    return tr("1 way") if count == 1 else tr("{count} ways, best first").format(count=count)


def _consent(node: Node) -> str:
    channel = KINDS.get(str(node.settings.get("channel")))
    if channel is None:
        return ""
    words = tr("{channel}: agrees") if node.settings.get("given") == "yes" else tr("{channel}: no more")
    about = words.format(channel=tr(channel.title))
    topic = plain(node.settings.get("topic"), 30)
    return f"{about}, {topic}" if topic else about


_SECOND: Final[Mapping[str, Callable[[Node], str]]] = {
    "entry.event": _entry_event,
    "entry.segment": _name_of("segment"),
    "entry.date": _date,
    "entry.schedule": _schedule,
    "entry.manual": lambda _: tr("Added by hand"),
    "email": _name_of("subject"),
    "sms": _name_of("text"),
    "task": _name_of("text"),
    "reach": _reach,
    "split": _split,
    "record": lambda node: plain(event_words(node.settings.get("event") or "")),
    "consent": _consent,
    "notify": _name_of("text"),
    "start": _name_of("flow"),
    "popup": _popup,
    "check": _check,
    "set": _set,
}
_CATEGORY: Final = {
    Category.ENTRY: "Start",
    Category.MESSAGE: "Message",
    Category.WAIT: "Wait",
    Category.BRANCH: "Branch",
    Category.ACTION: "Do",
    Category.END: "End",
}
_DAYS: Final = {
    "mon": "Mon",
    "tue": "Tue",
    "wed": "Wed",
    "thu": "Thu",
    "fri": "Fri",
    "sat": "Sat",
    "sun": "Sun",
}


def _names(value: object) -> list[str]:
    return [str(name) for name in value if name] if isinstance(value, (list, tuple)) else []


def _events(value: object) -> str:
    names = [event_words(name) for name in _names(value)]
    return plain(tr(" or ").join(names))


def _weekdays(value: object) -> str:
    return " ".join(tr(_DAYS[name]) for name in _names(value) if name in _DAYS)
