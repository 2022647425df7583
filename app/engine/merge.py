"""Two contacts turn out to be one person (rule 19)."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.engine.session import Session
    from app.model.journey import Journey
    from app.model.people import Address, Contact

_PERSONAL: Final = ("external", "email", "phone")
"""Kinds of address that tell people apart; a browser may be shared."""


def is_personal(address: Address) -> bool:
    """Whether it belongs to one person."""
    return address.kind in _PERSONAL


def is_known(contact: Contact) -> bool:
    """Whether anything but a browser tells who it is."""
    return any(kind in contact.addresses for kind in _PERSONAL)


def rank(address: Address) -> int:
    """How well it tells who somebody is: the lowest is the best."""
    return _PERSONAL.index(address.kind) if address.kind in _PERSONAL else len(_PERSONAL)


def one_of(session: Session, people: Sequence[int]) -> int:
    """The one contact that ``people`` (at least one id, the best known first) are, merged where nothing
    speaks against it. Two that have different addresses of one personal kind are two people: then the first
    is answered and nobody is merged."""
    if len(people) == 1:
        return people[0]
    contacts = session.tx.contacts(people)
    if any(_differ(contacts[one], contacts[other]) for one, other in combinations(people, 2)):
        return people[0]
    keep = min(people)
    for gone in people:
        if gone != keep:
            _merge(session, keep, gone)
    return keep


def _differ(one: Contact, other: Contact) -> bool:
    return any(
        kind in one.addresses and kind in other.addresses and one.addresses[kind] != other.addresses[kind]
        for kind in _PERSONAL
    )


def _merge(session: Session, keep: int, gone: int) -> None:
    """Of two journeys of one flow and key the one further on stays; the other ends ``merged``."""
    stays = {_place(journey): journey for journey in session.tx.open_journeys(keep)}
    doubled: list[Journey] = []
    for journey in session.tx.open_journeys(gone):
        rival = stays.get(_place(journey))
        if rival is not None:
            doubled.append(min(journey, rival, key=lambda one: (one.step, -one.id)))
    _end_all(session, doubled)
    session.tx.merge_contacts(keep, gone, session.now)
    session.look_again(keep)
    if is_known(session.tx.contacts([keep])[keep]):
        session.changes.seen[keep] = None


def _place(journey: Journey) -> tuple[int, str]:
    return journey.flow_id, journey.key


def _end_all(session: Session, journeys: Sequence[Journey]) -> None:
    found = session.facts(journeys)
    for journey in journeys:
        walk = session.walk(journey, found[journey.id])
        walk.end("merged")
        walk.finish()
    session.write()
