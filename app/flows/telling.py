"""Clauses of sentences about people: what they did to come in at a start, or to leave a node by an outlet."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from app.flows.checks.values import is_list, is_missing
from app.flows.words import duration_name, node_name, time_out
from app.model.flow import Node
from app.model.kinds import HOLD_OUT, IMPLIED, kind_of, outlets_of, ticked, value_of

_PLAIN: Final = re.compile(r"[\w\s-]+")
_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)
_MINUTE: Final = timedelta(minutes=1)
_LONGEST: Final = 60
_MOST: Final = 3

_EVENTS: Final[Mapping[str, tuple[str, str]]] = {
    "basket_added": ("put something into a basket", "put anything into a basket"),
    "basket_changed": ("changed a basket", "change the basket"),
    "order_completed": ("completed an order", "complete an order"),
    "visit_started": ("came to the site", "come to the site"),
    "page_viewed": ("looked at a page", "look at a page"),
    "product_viewed": ("looked at a product", "look at a product"),
    "form_submitted": ("sent a form", "send a form"),
    "signed_up": ("signed up", "sign up"),
    "offer_requested": ("asked for an offer", "ask for an offer"),
    "replied": ("answered", "answer"),
}
"""Event to (what people did, what they did not do)."""
_REACTIONS: Final[Mapping[str, tuple[str, str]]] = {
    "delivered": ("received {}", "receive {}"),
    "opened": ("opened {}", "open {}"),
    "clicked": ("clicked in {}", "click in {}"),
    "replied": ("answered {}", "answer {}"),
    "submitted": ("sent the form of {}", "send the form of {}"),
    "closed": ("closed {}", "close {}"),
    "bounced": ("have an address from which {} bounced", "bounce {}"),
    "complained": ("complained about {}", "complain about {}"),
    "unsubscribed": ("unsubscribed in {}", "unsubscribe in {}"),
    "done": ("were reached in {}", "answer {}"),
    "not-reached": ("were not reached in {}", "miss {}"),
    "sent": ("got {}", "get {}"),
    "ok": ("passed {}", "pass {}"),
    "failed": ("could not get {}", "miss {}"),
}
_SIDES: Final[Mapping[str, str]] = {"before": "before", "after": "after"}
_BASKET: Final = frozenset({"basket_added", "basket_changed"})


def name_of(node: Node) -> str:
    """The node's name inside a sentence: in quotes where it has signs that would end one."""
    name = " ".join(node_name(node).split())
    if len(name) > _LONGEST:
        name = f"{name[: _LONGEST - 1].rstrip()}…"
    return name if _PLAIN.fullmatch(name) else f"“{name}”"


def came_in(entry: Node) -> str:
    """What people did who start here, such as “left a basket 30 minutes before”."""
    if entry.kind != "entry.event":
        teller = _ENTRIES.get(entry.kind)
        return teller(entry) if teller else f"came in at {name_of(entry)}"
    events = event_names(entry.settings.get("events"))
    quiet = entry.settings.get("quiet_for")
    if not events:
        return f"came in at {name_of(entry)}"
    if is_missing(quiet):
        return did_event(events)
    if set(events) <= _BASKET:
        return f"left a basket for {duration_name(quiet)}"
    return f"{did_event(events)} and did nothing more for {duration_name(quiet)}"


def _joined(entry: Node) -> str:
    segment = _name_in(entry, "segment")
    return f"joined the segment “{segment}”" if segment else "joined a segment"


def _dated(entry: Node) -> str:
    date = _name_in(entry, "property")
    if not date:
        return "have a date that comes"
    side = _SIDES.get(str(value_of(entry, "side")))
    if side is None:
        return f"have their “{date}” today"
    return f"are {duration_name(entry.settings.get('offset'))} {side} their “{date}”"


def _chosen(entry: Node) -> str:
    segment = _name_in(entry, "segment")
    return f"were in the segment “{segment}” at a set time" if segment else "were there at a set time"


_ENTRIES: Final[Mapping[str, Callable[[Node], str]]] = {
    "entry.manual": lambda _: "were added by hand",
    "entry.segment": _joined,
    "entry.date": _dated,
    "entry.schedule": _chosen,
    "entry.reply": lambda _: "wrote to us",
}


def _name_in(node: Node, setting: str) -> str:
    value = node.settings.get(setting)
    return _spaced(value) if isinstance(value, str) else ""


def did_event(names: Sequence[str]) -> str:
    """“completed an order or asked for an offer”."""
    return _or([_EVENTS.get(name, (f"had “{_spaced(name)}”", ""))[0] for name in names])


def not_event(names: Sequence[str]) -> str:
    """“complete an order or ask for an offer”, to stand behind “did not”."""
    return _or([_EVENTS.get(name, ("", f"have “{_spaced(name)}”"))[1] for name in names])


def event_names(value: Any) -> tuple[str, ...]:
    """The names of a list of events as far as they are names."""
    return tuple(name for name in value if isinstance(name, str) and name) if is_list(value) else ()


def left_by(node: Node, outlets: Collection[str]) -> str:
    """What people did who left the node by one of these outlets; empty where that says nothing."""
    kind = kind_of(node)
    if kind is None or not outlets:
        return ""
    ordered = [one.name for one in outlets_of(node) if one.name in outlets]
    ordered += sorted(set(outlets) - set(ordered))
    if kind.is_message:
        return _message(node, ordered)
    if kind.name == "wait":
        return _wait(node, ordered)
    return _branch(node, ordered)


def length(time: timedelta) -> str:
    """“1 day 30 minutes”: at most two units, none that is nothing."""
    days, rest = divmod(time, _DAY)
    hours, rest = divmod(rest, _HOUR)
    minutes, rest = divmod(rest, _MINUTE)
    seconds = int(rest.total_seconds())
    parts = [(days, "day"), (hours, "hour"), (minutes, "minute"), (seconds, "second")]
    said = [f"{count:,} {unit}{'' if count == 1 else 's'}" for count, unit in parts if count]
    return " ".join(said[:2]) or "no time"


def between(first: timedelta, last: timedelta) -> str:
    """“1 to 3 days”, “1 hour to 2 days 30 minutes”."""
    one, other = length(first), length(last)
    if not (first % _DAY or last % _DAY):
        one = one.split()[0]
    return f"{one} to {other}"


def _message(node: Node, outlets: Sequence[str]) -> str:
    name = name_of(node)
    did = [_reaction(one, 0) for one in _weakest(outlets) if one not in ("timeout", "failed")]
    if "timeout" in outlets:
        # Whoever could not get it did not react to it either: the time-out says both.
        missed = [_reaction(one, 1) for one in _weakest(ticked(node) or _answers(node))[:_MOST]]
        did.append(f"did not {_or(missed)} within {duration_name(time_out(node))}")
    elif "failed" in outlets:
        did.append(_reaction("failed", 0))
    head, *rest = _or(did).split("{}")
    return head + name + "it".join(rest) if rest else head


def _weakest(reactions: Sequence[str]) -> list[str]:
    """Without those that another one says already: whoever clicked has opened."""
    weak = [IMPLIED[one] for one in reactions if one in IMPLIED]
    return [one for one in reactions if one not in IMPLIED or IMPLIED[one] == min(weak)]


def _answers(node: Node) -> tuple[str, ...]:
    return ("done",) if node.kind == "task" else ("clicked",)


def reacted(name: str, message: str) -> str:
    """“opened Letter 1”."""
    return message.join(_reaction(name, 0).split("{}"))


def _reaction(name: str, form: int) -> str:
    known = _REACTIONS.get(name)
    if known is not None:
        return known[form]
    words = _spaced(name).replace("{", "").replace("}", "")
    return f"had “{words}” after {{}}" if form == 0 else f"have “{words}” after {{}}"


def _wait(node: Node, outlets: Sequence[str]) -> str:
    events = event_names(node.settings.get("events"))
    if outlets[0] == "happened":
        return did_event(events) if events else f"had what {name_of(node)} waits for"
    missed = not_event(events) if events else f"have what {name_of(node)} waits for"
    return f"did not {missed} within {duration_name(value_of(node, 'timeout'))}"


def _branch(node: Node, outlets: Sequence[str]) -> str:
    is_held = node.kind == "split" and HOLD_OUT.name in outlets
    ways = [
        f"“{_spaced(one)}”" for one in outlets if one != "else" and not (is_held and one == HOLD_OUT.name)
    ]
    if "else" in outlets:
        ways.append("the other way")
    told = [f"went {_or(ways)}"] if ways else []
    return f"{' or '.join([*told, *(['were held out'] if is_held else [])])} at {name_of(node)}"


def _or(parts: Sequence[str]) -> str:
    return " or ".join(parts[:_MOST])


def _spaced(name: str) -> str:
    words = " ".join(name.replace("_", " ").split())
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"
