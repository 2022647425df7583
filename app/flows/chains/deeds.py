"""How kinds are said that name one thing or list ways of their own: split, reach, consent, dates."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from typing import Any, Final

from app.flows.chains.words import CHANNELS, is_bare, quoted, short_clock, short_duration, written
from app.model.flow import Node
from app.model.kinds import HOLD_OUT
from app.model.rungs import RUNG_KINDS

Rest = dict[str, Any]
Teller = Callable[[Node, Rest], list[str]]


def one_name(setting: str, before: str = "") -> Teller:
    """Says a name, with a word before it."""

    def tell(_node: Node, rest: Rest) -> list[str]:
        name = rest.get(setting)
        if not isinstance(name, str) or not name:
            return []
        del rest[setting]
        return [f"{before}{written(name)}"]

    return tell


def notify(_node: Node, rest: Rest) -> list[str]:
    """A line is always said in quotes."""
    text = rest.get("text")
    if not isinstance(text, str) or not text:
        return []
    del rest["text"]
    return [quoted(text)]


def split(_node: Node, rest: Rest) -> list[str]:
    """Arms with their weights, and how many are held out."""
    arms, told = rest.get("arms"), []
    if isinstance(arms, (list, tuple)) and arms and all(map(_is_plain_arm, arms)):
        del rest["arms"]
        told.append(", ".join(f"{written(arm['name'])} {json.dumps(arm['weight'])}" for arm in arms))
    if told and _is_number(rest.get("hold_out")):
        told.append(f"{HOLD_OUT.name} {json.dumps(rest.pop('hold_out'))}")
    return told


def _is_plain_arm(arm: Any) -> bool:
    if not isinstance(arm, Mapping) or set(arm) != {"name", "weight"} or list(arm) != ["name", "weight"]:
        return False
    name = arm["name"]
    return isinstance(name, str) and bool(name) and name != HOLD_OUT.name and _is_number(arm["weight"])


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def reach(reactions: Teller) -> Teller:
    """Rungs without content, then reactions as behind any message."""

    def tell(node: Node, rest: Rest) -> list[str]:
        rungs, told = rest.get("rungs"), []
        said = [_rung(one) for one in rungs] if isinstance(rungs, (list, tuple)) else []
        if said and all(said):
            del rest["rungs"]
            told.append(", ".join(said))
        return told + reactions(node, rest)

    return tell


def _rung(rung: Any) -> str:
    """Empty where it says more than its kind and time."""
    if not isinstance(rung, Mapping) or rung.get("kind") not in RUNG_KINDS:
        return ""
    if list(rung) == ["kind"]:
        return str(rung["kind"])
    length = short_duration(rung.get("try_for")) if list(rung) == ["kind", "try_for"] else None
    return f"{rung['kind']} {length}" if length else ""


def consent(_node: Node, rest: Rest) -> list[str]:
    """The channel with its topic, and what is said to it."""
    channel, topic = rest.get("channel"), rest.get("topic")
    told = []
    if isinstance(channel, str) and channel in CHANNELS:
        del rest["channel"]
        if isinstance(topic, str) and is_bare(topic):
            del rest["topic"]
            channel += f"/{topic}"
        told.append(channel)
    if rest.get("given") in ("yes", "no"):
        told.append(rest.pop("given"))
    return told


def date(_node: Node, rest: Rest) -> list[str]:
    """How long before or after which date, at what time, and whether every year."""
    told = []
    if (length := short_duration(rest.get("offset"))) is not None:
        del rest["offset"]
        told.append(length)
    if rest.get("side") in ("before", "after", "on"):
        told.append(rest.pop("side"))
    told += one_name("property")(_node, rest)
    if (clock := short_clock(rest.get("time"))) is not None:
        del rest["time"]
        told.append(clock)
    if rest.get("yearly") is True:
        del rest["yearly"]
        told.append("yearly")
    return told


TELLERS: Final[Mapping[str, Teller]] = {
    "split": split,
    "consent": consent,
    "record": one_name("event"),
    "start": one_name("flow"),
    "notify": notify,
    "entry.segment": one_name("segment"),
    "entry.schedule": one_name("segment", "for "),
    "entry.date": date,
}
"""By kind, but for ``reach``."""
