"""The people of a rehearsal: how each of them reacts to a message. Pure.

What somebody does hangs on the seed, on who they are, on the journey's key, on the node and on the kind of
reaction, and on nothing else: whatever is played in whatever order, the same person does the same.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from app.engine.chance import share
from app.model.flow import EMPTY
from app.model.people import Actor, Address, Consent, Event
from app.model.rehearsing import Guess, Rate

if TYPE_CHECKING:
    from datetime import datetime

    from app.model.flow import Node
    from app.model.people import Contact
    from app.model.rehearsing import Rates

SHOWN: Final = "shown"
MACHINE: Final = "machine:"
_LAST: Final = "bounced"
"""Who cannot be reached does nothing else."""
_ONE_OF: Final[Mapping[str, Sequence[str]]] = {
    "popup": ("submitted", "clicked", "closed"),
    "task": ("done", "not-reached"),
}
"""Of these a person does one at most."""
_CONSENTS: Final = {"email": "email", "phone": "sms"}
_MADE_UP: Final = "example.invalid"


class Coming(NamedTuple):
    """A reaction that will come."""

    at: datetime
    reaction: str


@dataclass(frozen=True, slots=True)
class Reached:
    """A message that has reached somebody, or waits for them on the page."""

    message_id: int
    contact: Contact
    key: str
    """Of the journey."""
    node: Node
    """Of a ``reach`` the rung."""
    channel: str
    purpose: str


class Audience:
    """Draws what people do. ``seed`` is the dice."""

    def __init__(self, seed: int, rates: Rates, guesses: Sequence[Guess] = (), key: str = "") -> None:
        self._seed, self._guesses, self._key = seed, guesses, key
        self._rates = {
            place: {rate.reaction: rate for rate in listed if rate.reaction != SHOWN}
            for place, listed in rates.items()
        }
        self._shown = {
            place: rate for place, listed in rates.items() for rate in listed if rate.reaction == SHOWN
        }

    def shown_at(self, reached: Reached, queued: datetime) -> datetime | None:
        """When the person sees what waits for them on the page; None when they never come."""
        rate = self._shown.get((reached.channel, reached.purpose))
        if rate is None or not self._happens(reached, SHOWN, rate.share):
            return None
        return self._moment(reached, SHOWN, rate.delays, queued)

    def reactions(self, reached: Reached, sent: datetime) -> list[Coming]:
        """What they do with it, in its order."""
        rates = self._rates.get((reached.channel, reached.purpose), {})
        last = rates.get(_LAST)
        if last is not None and self._happens(reached, _LAST, last.share):
            return [Coming(self._moment(reached, _LAST, last.delays, sent), _LAST)]
        found: dict[str, datetime] = {}
        chosen = self._chosen(reached, rates)
        for name, rate in _in_order(rates):
            if name == _LAST or (name in _ONE_OF.get(reached.channel, ()) and name != chosen):
                continue
            base = found.get(rate.after)
            likely = rate.share if base is None else rate.share_after
            if name == chosen or self._happens(reached, name, likely):
                found[name] = self._moment(reached, name, rate.delays, base or sent)
        return sorted(Coming(at, name) for name, at in found.items())

    def _chosen(self, reached: Reached, rates: Mapping[str, Rate]) -> str:
        """Which one of several that shut each other out; empty for none."""
        drawn = self._draw(reached, "answer", "if")
        for name in _ONE_OF.get(reached.channel, ()):
            rate = rates.get(name)
            if rate is None or not _is_offered(reached.node, name):
                continue
            if drawn < rate.share:
                return name
            drawn -= rate.share
        return ""

    def _happens(self, reached: Reached, reaction: str, likely: float) -> bool:
        return likely > 0 and self._draw(reached, reaction, "if") < likely

    def _moment(self, reached: Reached, reaction: str, delays: Sequence[float], since: datetime) -> datetime:
        return since + timedelta(seconds=round(quantile(delays, self._draw(reached, reaction, "when"))))

    def _draw(self, reached: Reached, *what: str) -> float:
        return share(self._seed, reached.contact.id, reached.key, reached.node.id, *what)

    # --- as events ---

    def event(self, reached: Reached, coming: Coming) -> Event:
        """The reaction as it comes in."""
        name = coming.reaction.removeprefix(MACHINE)
        actor = Actor.MACHINE if coming.reaction.startswith(MACHINE) else Actor.HUMAN
        addresses, consents = _form(reached, coming.at) if name == "submitted" else ((), ())
        return Event(
            name,
            coming.at,
            f"rehearsal:{reached.message_id}:{coming.reaction}",
            addresses=addresses,
            properties={"hard": True} if name == _LAST else EMPTY,
            message_id=reached.message_id,
            actor=actor,
            consents=consents,
        )

    def consequences(self, reached: Reached, coming: Coming) -> Iterator[Event]:
        """What somebody who has followed a link is taken to do."""
        if coming.reaction != "clicked":
            return
        for guess in self._guesses:
            # By the person and the journey alone: whoever buys, buys once.
            place = (self._seed, reached.contact.id, reached.key, guess.event)
            if share(*place, "if") < guess.share:
                after = timedelta(seconds=round(quantile(guess.delays, share(*place, "when"))))
                yield Event(
                    guess.event,
                    coming.at + after,
                    f"rehearsal:{reached.contact.id}:{reached.key}:{guess.event}",
                    contact_id=reached.contact.id,
                    properties={self._key: reached.key} if self._key and reached.key else EMPTY,
                    actor=Actor.HUMAN,
                )


def quantile(delays: Sequence[float], drawn: float) -> float:
    """The delay of this rank between 0 and 1."""
    if not delays:
        return 0.0
    place = drawn * (len(delays) - 1)
    below = math.floor(place)
    above = min(below + 1, len(delays) - 1)
    return delays[below] + (delays[above] - delays[below]) * (place - below)


def _in_order(rates: Mapping[str, Rate]) -> list[tuple[str, Rate]]:
    """What others follow comes first."""
    return sorted(rates.items(), key=lambda one: (bool(one[1].after), one[0]))


def _is_offered(node: Node, reaction: str) -> bool:
    """Whether a popup has a form to fill, or a way to follow."""
    if reaction == "submitted":
        return bool(node.settings.get("fields"))
    return reaction != "clicked" or not node.settings.get("fields")


def _form(reached: Reached, at: datetime) -> tuple[tuple[Address, ...], tuple[Consent, ...]]:
    """What a form brings along: the person's own address, or one made up where none is known."""
    asked = reached.node.settings.get("fields") or ()
    addresses = []
    for kind in ("email", "phone"):
        if kind in asked:
            known = reached.contact.addresses.get(kind)
            if known or kind == "email":
                addresses.append(Address(kind, known or f"person-{reached.contact.id}@{_MADE_UP}"))
    text = str(reached.node.settings.get("consent_text") or "").strip()
    consents = [Consent(_CONSENTS[one.kind], True, at, "form", text) for one in addresses] if text else []
    return tuple(addresses), tuple(consents)
