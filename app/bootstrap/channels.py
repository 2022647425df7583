"""The channels of a workspace, made from its settings; in practice mode they lead to the catcher."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.channels.email import EmailChannel
from app.channels.links import Links
from app.channels.notice import NoticeChannel
from app.channels.page import PopupChannel, TaskChannel
from app.channels.registry import Kit, discovered
from app.channels.sms import SmsChannel
from app.channels.texts import Texts
from app.channels.values import Shop
from app.support.net import Client
from app.support.secrets import link_keys

if TYPE_CHECKING:
    from app.bootstrap.workspace import Workspace
    from app.model.ports import Channel
    from app.support.settings import EmailSettings, SmsSettings


@dataclass(frozen=True, slots=True)
class Wiring:
    """Where practice mode sends instead of the servers that are set up."""

    email: EmailSettings
    sms: SmsSettings
    allow: tuple[str, ...]
    """Hosts that may be called although they are not public."""


def links_keys(workspace: Workspace) -> Sequence[bytes]:
    """All keys that the workspace's links were ever signed with."""
    return link_keys(workspace.secrets)


def links_of(workspace: Workspace) -> Links:
    """Makes and reads the workspace's signed links."""
    return Links(workspace.site_url, links_keys(workspace))


def derived_key(key: bytes, purpose: str) -> bytes:
    """A key of its own for another purpose, the same after a restart."""
    return hmac.new(key, purpose.encode(), hashlib.sha256).digest()


def shop_of(workspace: Workspace) -> Shop:
    """What texts may say about the shop itself."""
    settings = workspace.settings
    return Shop(
        settings.workspace.name, settings.postal_address, settings.workspace.url or workspace.site_url
    )


def make_channels(workspace: Workspace, links: Links | None = None) -> tuple[Channel, ...]:
    """Every channel that is set up, those on the page, and those of third parties. ``links``: others than the
    workspace's own, whose keys are not asked for then."""
    settings, wiring = workspace.settings, workspace.wiring
    email, sms, allow = settings.email, settings.sms, settings.allow
    if wiring is not None:
        email, sms, allow = wiring.email, wiring.sms, wiring.allow
    shop, links, texts = shop_of(workspace), links or links_of(workspace), Texts()
    made: list[Channel] = [PopupChannel(shop, texts), TaskChannel(shop, texts), NoticeChannel(shop, texts)]
    if email.host and email.sender:
        password = _password(workspace, "email.password")
        made.append(EmailChannel(email, shop, links, password, texts=texts, now=workspace.clock.now))
    if sms.url:
        password = _password(workspace, "sms.password")
        made.append(SmsChannel(sms, shop, links, password, texts=texts, allow=allow))
    if wiring is None:
        made += _foreign(workspace, shop, links, texts)
    return tuple(made)


def _password(workspace: Workspace, name: str) -> Callable[[], str | None]:
    """Asks the keyring only when the channel needs it, and never in practice mode."""
    practice = workspace.wiring is not None
    return lambda: None if practice else workspace.secrets.get(name)


def _foreign(workspace: Workspace, shop: Shop, links: Links, texts: Texts) -> Sequence[Channel]:
    """Channels of third parties; one that cannot be made stops no other and stands in the log."""
    stored = workspace.store.settings.all()
    client = Client(workspace.settings.allow)

    def kit(name: str) -> Kit:
        own = {
            key.removeprefix(f"{name}."): value for key, value in stored.items() if key.startswith(f"{name}.")
        }
        return Kit(own, lambda secret: workspace.secrets.get(f"{name}.{secret}"), shop, links, client, texts)

    return discovered(kit)[0]
