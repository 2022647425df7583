"""Conditions: the small expression tree that a person builds in the inspector, never as text.

A condition is a JSON object with exactly one of these shapes (``COND`` is a condition again)::

    {"all": [COND, ...]}   {"any": [COND, ...]}   {"not": COND}
    {"property": NAME, OP: VALUE}      a property of the contact
    {"entry": NAME, OP: VALUE}         a property of the event that started the journey
    {"field": NAME, OP: VALUE}         a property of the event being looked at (``where`` of an event)
    {"tag": NAME}                      the contact has the tag
    {"segment": NAME}                  the contact is in the segment
    {"consent": CHANNEL, "topic": NAME}    the contact has given consent for the channel (and the topic)
    {"event": NAME, "since": "entry" | "ever" | DURATION, "times": N, "where": COND}
                                       the event happened, N times at least (default once, since entry)
    {"message": NODE, "reaction": NAME}                         a message of this journey was reacted to
    {"message": NODE, "failed": REASON | [REASON, ...] | true}  a message of this journey was not sent

``OP`` is one of ``is``, ``is_not``, ``contains``, ``more_than``, ``less_than`` and ``known`` (true or
false). Texts compare without case; numbers also when one of them is a text that reads as a number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, Protocol

from app.model.durations import is_duration

OPERATORS: Final = ("is", "is_not", "contains", "more_than", "less_than", "known")
_GROUPS: Final = ("all", "any")
_VALUE_HEADS: Final = ("property", "entry", "field")
_MAX_DEPTH: Final = 20
_MOST_TIMES: Final = 1_000


class Known(Protocol):
    """What a condition may ask. Names that are not known answer None."""

    def contact_property(self, name: str) -> object:
        """A property of the contact."""

    def entry_property(self, name: str) -> object:
        """A property of the event that started the journey."""

    def event_field(self, name: str) -> object:
        """A property of the event being looked at."""

    def has_tag(self, name: str) -> bool:
        """Whether the contact has this tag."""

    def has_consent(self, channel: str, topic: str = "") -> bool:
        """Whether the contact agreed to this channel, and did not leave the topic."""

    def in_segment(self, name: str) -> bool:
        """Whether the contact is in this segment; ValueError when there is none of this name."""

    def events(self, name: str, since: str) -> Iterator[Mapping[str, Any]]:
        """Properties of this contact's events of this name: since ``entry`` or ``ever``, or in a duration."""

    def reactions(self, node: str) -> frozenset[str]:
        """Reactions to this journey's message of that node."""

    def failure(self, node: str) -> str:
        """Why this journey's message of that node was not sent; empty when it was."""


def holds(condition: Mapping[str, Any], known: Known) -> bool:
    """Whether the condition holds. A malformed one (``faults`` tells) raises ValueError."""
    if "all" in condition:
        return all(holds(part, known) for part in condition["all"])
    if "any" in condition:
        return any(holds(part, known) for part in condition["any"])
    if "not" in condition:
        return not holds(condition["not"], known)
    for head, question in _QUESTIONS.items():
        if head in condition:
            return question(condition, known)
    return _compares(condition, known)


def faults(condition: object, depth: int = 0) -> Iterator[str]:
    """What is wrong with it, each a plain clause; nothing when it can be asked."""
    if not isinstance(condition, Mapping):
        yield "a condition is missing"
    elif depth > _MAX_DEPTH:
        yield "the condition is nested too deeply"
    elif any(group in condition for group in _GROUPS):
        yield from _group_faults(condition, depth)
    elif "not" in condition:
        yield from faults(condition["not"], depth + 1)
    else:
        yield from _leaf_faults(condition, depth)


def parts(condition: object) -> Iterator[Mapping[str, Any]]:
    """Every leaf of it, also those inside ``where``."""
    if not isinstance(condition, Mapping):
        return
    for group in _GROUPS:
        inner = condition.get(group)
        if isinstance(inner, (list, tuple)):
            for part in inner:
                yield from parts(part)
            return
    if "not" in condition:
        yield from parts(condition["not"])
        return
    yield condition
    yield from parts(condition.get("where"))


class _EventFields:
    """The same knowledge with another event being looked at."""

    def __init__(self, known: Known, fields: Mapping[str, Any]) -> None:
        self._known = known
        self._fields = fields

    def event_field(self, name: str) -> object:
        return self._fields.get(name)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._known, name)


def count_of(condition: Mapping[str, Any], known: Known) -> int:
    """How often the event of this condition has happened that fits its ``where``."""
    return sum(_fitting(condition, known))


def _fitting(condition: Mapping[str, Any], known: Known) -> Iterator[bool]:
    where = condition.get("where")
    found = known.events(condition["event"], condition.get("since", "entry"))
    return (where is None or holds(where, _EventFields(known, fields)) for fields in found)


def _happened(condition: Mapping[str, Any], known: Known) -> bool:
    wanted = int(condition.get("times", 1))
    fitting = _fitting(condition, known)
    return any(fitting) if wanted == 1 else sum(fitting) >= wanted


def _reacted(condition: Mapping[str, Any], known: Known) -> bool:
    if "reaction" in condition:
        return condition["reaction"] in known.reactions(condition["message"])
    wanted = condition["failed"]
    reason = known.failure(condition["message"])
    if wanted is True:
        return bool(reason)
    return bool(reason) and reason in ([wanted] if isinstance(wanted, str) else wanted)


def _compares(condition: Mapping[str, Any], known: Known) -> bool:
    readers = {"property": known.contact_property, "entry": known.entry_property, "field": known.event_field}
    head = next((name for name in _VALUE_HEADS if name in condition), None)
    operator = next((name for name in OPERATORS if name in condition), None)
    if head is None or operator is None:
        message = "a condition has no subject or no comparison"
        raise ValueError(message)
    return compare(readers[head](condition[head]), operator, condition[operator])


def compare(value: object, operator: str, wanted: object) -> bool:
    """One comparison. What is not known is never equal, more, less or containing."""
    if operator == "known":
        return (value is not None and value != "") == bool(wanted)
    if operator == "is_not":
        return not compare(value, "is", wanted)
    if value is None:
        return False
    if operator == "contains":
        return _contains(value, wanted)
    left, right = _number(value), _number(wanted)
    if left is not None and right is not None:
        return {"is": left == right, "more_than": left > right, "less_than": left < right}[operator]
    texts = str(value).casefold(), str(wanted).casefold()
    # RFC 3339 dates order as texts, which is what "less than 2026-12-01" means.
    return {"is": texts[0] == texts[1], "more_than": texts[0] > texts[1], "less_than": texts[0] < texts[1]}[
        operator
    ]


def _contains(value: object, wanted: object) -> bool:
    if isinstance(value, (list, tuple)):
        return any(compare(item, "is", wanted) for item in value)
    return str(wanted).casefold() in str(value).casefold()


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        return float(value)
    except (ValueError, OverflowError):
        return None


_QUESTIONS: Final[Mapping[str, Callable[[Mapping[str, Any], Known], bool]]] = {
    "tag": lambda condition, known: known.has_tag(condition["tag"]),
    "segment": lambda condition, known: known.in_segment(condition["segment"]),
    "consent": lambda condition, known: known.has_consent(condition["consent"], condition.get("topic") or ""),
    "event": _happened,
    "message": _reacted,
}


def _group_faults(condition: Mapping[str, Any], depth: int) -> Iterator[str]:
    inner = next(condition[group] for group in _GROUPS if group in condition)
    if not isinstance(inner, (list, tuple)) or not inner:
        yield "a group of conditions is empty"
        return
    for part in inner:
        yield from faults(part, depth + 1)


def _leaf_faults(condition: Mapping[str, Any], depth: int) -> Iterator[str]:
    for head in ("tag", "segment", "consent", "event", "message", *_VALUE_HEADS):
        if head in condition and not (isinstance(condition[head], str) and condition[head]):
            yield f"the condition does not say which {head}"
            return
    if any(head in condition for head in ("tag", "segment", "consent")):
        return
    if "event" in condition:
        yield from _event_faults(condition)
        if condition.get("where") is not None:
            yield from faults(condition["where"], depth + 1)
    elif "message" in condition:
        yield from _message_faults(condition)
    elif not any(head in condition for head in _VALUE_HEADS):
        yield "the condition does not say what it asks about"
    elif sum(operator in condition for operator in OPERATORS) != 1:
        yield f"the condition needs one of {', '.join(OPERATORS)}"


def _event_faults(condition: Mapping[str, Any]) -> Iterator[str]:
    since, times = condition.get("since", "entry"), condition.get("times", 1)
    if since not in ("entry", "ever") and not is_duration(since):
        yield "“since” is entry, ever or a length of time such as P30D"
    if isinstance(times, bool) or not isinstance(times, int) or not 1 <= times <= _MOST_TIMES:
        yield f"“times” is a whole number from 1 to {_MOST_TIMES}"


def _message_faults(condition: Mapping[str, Any]) -> Iterator[str]:
    failed = condition.get("failed")
    if isinstance(condition.get("reaction"), str) and condition["reaction"]:
        return
    if failed is True or (isinstance(failed, str) and failed):
        return
    if isinstance(failed, (list, tuple)) and failed and all(isinstance(reason, str) for reason in failed):
        return
    yield "the condition on a message needs a reaction or a reason it failed"
