"""Messages made for a person while they are written, and sent to whoever writes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from app.bootstrap.channels import links_keys
from app.channels.email import EmailChannel
from app.channels.links import Links
from app.channels.notice import NoticeChannel
from app.channels.page import PopupChannel, TaskChannel
from app.channels.sms import SmsChannel
from app.channels.texts import Texts
from app.channels.values import Shop, opened, values_of
from app.model.batch import Batch
from app.model.errors import TextError, UserError, WorldError
from app.model.flow import EMPTY, Flow, Node
from app.model.journey import NOTICE, Result
from app.model.kinds import kind_of, value_of
from app.model.people import Contact
from app.model.ports import Outgoing, Person, Prepared, Preview
from app.model.rungs import rung_named
from app.support.addresses import address as normal_address
from app.support.settings import EmailSettings, SmsSettings

if TYPE_CHECKING:
    from app.bootstrap.workspace import Workspace
    from app.model.ports import Channel

_NAMES: Final = {"email": "E-mail", "sms": "SMS"}
_MOST_FIELDS: Final = 100


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes messages as the real channels do, with links that lead straight on: nothing counts."""

    shop: Shop
    email: EmailSettings
    sms: SmsSettings
    key: bytes
    password: str | None = None
    allow: tuple[str, ...] = ()

    def channel(self, name: str) -> Channel:
        """A channel of its own, which never meets the engine's; close it when done."""
        links = Links("", [self.key])
        if name == "email":
            sender = self.email.model_copy(update={"sender": self.email.sender or "shop@example.com"})
            return EmailChannel(sender, self.shop, links, lambda: self.password)
        if name == "sms":
            return SmsChannel(self.sms, self.shop, links, lambda: self.password, allow=self.allow)
        if name == "popup":
            return PopupChannel(self.shop)
        if name == NOTICE:
            return NoticeChannel(self.shop)
        return TaskChannel(self.shop)

    def preview(
        self, node: Node, contact: Contact, entry: Mapping[str, Any], texts: Sequence[str]
    ) -> Preview:
        """The message, and other texts for the same person."""
        outgoing = self.outgoing(node, contact, entry)
        values = values_of(outgoing, self.shop)
        filled = tuple(_filled(text, values) for text in texts)
        sender = (self.email.sender_name or self.shop.name, self.email.sender)
        problem, content = "", EMPTY
        try:
            with closing(self.channel(_channel_of(node))) as channel:
                content = channel.prepare(outgoing).content
        except TextError as error:
            problem = error.sentence
        return Preview(content, filled, problem, sender, self.sms.price)

    def outgoing(
        self,
        node: Node,
        contact: Contact,
        entry: Mapping[str, Any],
        address: str = "",
        message_id: int = 0,
    ) -> Outgoing:
        """What the channel needs."""
        purpose = str(value_of(node, "purpose") or "marketing")
        return Outgoing(message_id, "", node, contact, address, purpose, opened(entry))


def _filled(text: str, values: Mapping[str, Any]) -> str:
    try:
        return Texts().parse(text).render(values)
    except TextError:
        return ""


def _channel_of(node: Node) -> str:
    kind = kind_of(node)
    return kind.channel if kind is not None else ""


def preview(
    workspace: Workspace, flow: Flow, node_id: str, person_id: int | None, texts: Sequence[str]
) -> Preview:
    """A message of a drawing as this person would get it."""
    contact, entry = _whom(workspace, flow, person_id)
    return _maker(workspace, "").preview(_node(flow, node_id), contact, entry, texts)


def send_to_me(workspace: Workspace, flow: Flow, node_id: str, person_id: int | None, address: str) -> None:
    """Sends it to one who writes it; WorldError when the channel does not take it."""
    node = _node(flow, node_id)
    name = _channel_of(node)
    if name not in _NAMES:
        raise UserError("This is shown on a page, not sent. Look at it in the browser.")
    if not workspace.practice and name not in workspace.settings.channels:
        raise UserError(f"{_NAMES[name]} is not set up. Connect it in the settings first.")
    kind = "email" if name == "email" else "phone"
    target = normal_address(kind, address, workspace.settings.workspace.region).value
    contact, entry = _whom(workspace, flow, person_id)
    maker = _maker(workspace, name)
    outgoing = maker.outgoing(node, contact, entry, target, workspace.ids.new())
    with closing(maker.channel(name)) as channel:
        _deliver(channel, channel.prepare(outgoing))


def _deliver(channel: Channel, prepared: Prepared) -> None:
    receipt = channel.send(Batch([prepared]))[0]
    if receipt.result is not Result.SENT:
        why = f" ({receipt.detail})" if receipt.detail else ""
        name = _NAMES[channel.name]
        raise WorldError(f"{name} did not take the message{why}. Look at its settings, then try again.")


def people(workspace: Workspace, search: str, limit: int) -> Sequence[Person]:
    """People to choose from."""
    return [person_of(contact) for contact in workspace.store.people.search(search, limit)]


def person_of(contact: Contact) -> Person:
    """The contact's name, or what stands for it, and where they are reached."""
    names = (contact.properties.get("first_name"), contact.properties.get("last_name"))
    known = " ".join(str(name) for name in names if name) or str(contact.properties.get("name") or "")
    reached = next((contact.addresses[kind] for kind in ("email", "phone") if kind in contact.addresses), "")
    return Person(contact.id, known or reached or f"Visitor {contact.id}", reached)


def fields_of(events: Iterable[Mapping[str, Any]]) -> Sequence[str]:
    """Names of what events carry; of a list of products those of its products: ``items.title``."""
    found: dict[str, None] = {}
    for properties in events:
        for name, value in opened(properties).items():
            found[name] = None
            inside = value[0] if isinstance(value, list) and value else value
            if isinstance(inside, Mapping):
                found.update(dict.fromkeys(f"{name}.{part}" for part in inside))
    return list(found)[:_MOST_FIELDS]


def _node(flow: Flow, node_id: str) -> Node:
    node = flow.by_id.get(node_id) or rung_named(flow, node_id)
    if node is None:
        raise UserError("This node is not in the flow any more.")
    return node


def _whom(workspace: Workspace, flow: Flow, person_id: int | None) -> tuple[Contact, Mapping[str, Any]]:
    """The person, and what their newest event that this flow begins with carries."""
    contact = workspace.store.people.contact(person_id) if person_id is not None else None
    if contact is None:
        return Contact(0), EMPTY
    names = begins_with(flow)
    entry = workspace.store.people.newest_event(contact.id, names) if names else None
    return contact, entry or EMPTY


def begins_with(flow: Flow) -> list[str]:
    """Names of the events that start a journey."""
    listed = (node.settings.get("events") for node in flow.nodes if node.kind == "entry.event")
    return [name for names in listed if isinstance(names, list) for name in names if isinstance(name, str)]


def _maker(workspace: Workspace, channel: str) -> Maker:
    """``channel`` names the one that will send and so needs its secret; empty: none does."""
    settings, wiring = workspace.settings, workspace.wiring
    email, sms, allow = settings.email, settings.sms, settings.allow
    if wiring is not None:
        email = wiring.email.model_copy(update={"sender_name": settings.email.sender_name})
        sms, allow = wiring.sms.model_copy(update={"price": settings.sms.price}), wiring.allow
    shop = Shop(
        settings.workspace.name, settings.postal_address, settings.workspace.url or workspace.site_url
    )
    password = workspace.secrets.get(f"{channel}.password") if channel and wiring is None else None
    return Maker(shop, email, sms, links_keys(workspace)[-1], password, allow)
