"""Channels that other people wrote: entry points of the group ``chainwright.channels``.

An entry point's name is the channel's name; it leads to a function that takes a ``Kit`` and answers a
channel, or None when it is not set up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Any, Final

from app.channels.links import Links
from app.channels.texts import Texts
from app.channels.values import Shop
from app.model.ports import Channel
from app.support.log import log_bug
from app.support.net import Client

GROUP: Final = "chainwright.channels"
_PARTS: Final = ("name", "idempotent", "in_flight", "prepare", "send", "close")


@dataclass(frozen=True, slots=True)
class Kit:
    """What a channel may work with."""

    settings: Mapping[str, Any]
    """Stored settings that begin with the channel's name and a dot, without that beginning."""
    secret: Callable[[str], str | None]
    """The secret of this name, out of the keyring."""
    shop: Shop
    links: Links
    client: Client
    texts: Texts


@dataclass(frozen=True, slots=True)
class Broken:
    """A channel that could not be made; the sentence is for the person."""

    name: str
    sentence: str


def discovered(kit_of: Callable[[str], Kit]) -> tuple[Sequence[Channel], Sequence[Broken]]:
    """All of them, and those that broke while they were loaded: one bad plug-in stops no other."""
    channels: list[Channel] = []
    broken: list[Broken] = []
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        try:
            made = entry.load()(kit_of(entry.name))
        except Exception as error:  # noqa: BLE001 - what a foreign channel raises is not ours to know
            log_bug("a foreign channel", error, channel=entry.name)
            broken.append(
                Broken(entry.name, f"The channel “{entry.name}” cannot be loaded; update or remove it.")
            )
            continue
        if made is None:
            continue
        if any(not hasattr(made, part) for part in _PARTS) or made.name != entry.name:
            broken.append(Broken(entry.name, f"“{entry.name}” is not a channel; update or remove it."))
        else:
            channels.append(made)
    return channels, broken
