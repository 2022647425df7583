"""E-mail by SMTP."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any, Final

from app.channels.letter import Letters
from app.channels.links import Links
from app.channels.smtp_codes import Verdict
from app.channels.smtp_session import USUAL, Refused, Session, Times
from app.channels.texts import Texts
from app.channels.values import Shop, one_line
from app.model.batch import Batch
from app.model.errors import SecretsError
from app.model.journey import Receipt, Result
from app.model.ports import Outgoing, Prepared
from app.support.settings import EmailSettings

_LONGEST_IN_HEADER: Final = 74
"""Python folds a longer word of a header by encoding it, and mail programs then see no address in it."""
_EMBEDDED: Final = re.compile(r'src="data:image/(png|jpeg|gif|webp);base64,([A-Za-z0-9+/=]+)"')
_TOKEN: Final = re.compile(r"<([a-z2-7]{26})@", re.IGNORECASE)


def _utc_now() -> datetime:
    return datetime.now(UTC)


class EmailChannel:
    """Letters to a mail server with TLS and login; one connection serves many."""

    name = "email"
    idempotent = False
    in_flight = 4

    def __init__(
        self,
        settings: EmailSettings,
        shop: Shop,
        links: Links,
        password: Callable[[], str | None],
        *,
        texts: Texts | None = None,
        times: Times = USUAL,
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._settings, self._shop, self._links = settings, shop, links
        self._password, self._times, self._now = password, times, now
        self._letters = Letters(texts or Texts(), shop, links, settings.reply_to or settings.sender)
        self._session: Session | None = None

    def prepare(self, outgoing: Outgoing) -> Prepared:
        letter = self._letters.make(outgoing)
        content = {"subject": letter.subject, "text": letter.text, "html": letter.html}
        return Prepared(outgoing.message_id, outgoing.address, content, outgoing.purpose)

    def send(self, batch: Batch) -> Sequence[Receipt]:
        receipts: list[Receipt] = []
        refusal: Verdict | None = None
        for prepared in batch:
            if refusal is None:
                receipt, refusal = self._sent(prepared, batch.is_fresh)
            else:
                # What kept the connection from being opened would keep it from the next letter too.
                receipt = refusal.receipt(prepared.message_id)
            receipts.append(receipt)
        return receipts

    def close(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None

    def _sent(self, prepared: Prepared, may: Callable[[], bool]) -> tuple[Receipt, Verdict | None]:
        """The receipt, and a verdict that holds for the rest of the batch too."""
        number = prepared.message_id
        try:
            session = self._ready()
            letter = self.compose(prepared).as_bytes()
            meaning = session.send(self._settings.sender, prepared.address, letter, may)
        except SecretsError:
            locked = Verdict(Result.RETRY, "no-password", stop_channel=True)
            return locked.receipt(number), locked
        except ValueError:
            return Verdict(Result.HARD, "bad-header", bad_address=False).receipt(number), None
        except Refused as refused:
            return refused.verdict.receipt(number), refused.verdict if refused.at_the_door else None
        own_id = f"{self._links.mail_token(number)}@{self._domain()}"
        provider_id = own_id if meaning.result is Result.SENT else ""
        return meaning.receipt(number, provider_id), meaning if meaning.stop_channel else None

    def _ready(self) -> Session:
        if self._session is None:
            password = (self._password() or "") if self._settings.user else ""
            self._session = Session(self._settings, password, self._times)
        return self._session

    def compose(self, prepared: Prepared) -> EmailMessage:
        """The letter as it goes over the wire; ValueError for an address that cannot be written down."""
        content = prepared.content
        message = EmailMessage(policy=SMTP)
        message["Message-ID"] = f"<{self._links.mail_token(prepared.message_id)}@{self._domain()}>"
        message["Date"] = format_datetime(self._now())
        message["From"] = _address(self._settings.sender, self._settings.sender_name or self._shop.name)
        message["To"] = _address(prepared.address)
        if self._settings.reply_to:
            message["Reply-To"] = _address(self._settings.reply_to)
        message["Subject"] = _header_text(str(content.get("subject", "")))
        message["Auto-Submitted"] = "auto-generated"
        if prepared.purpose != "transactional":
            self._add_ways_to_leave(message, prepared.message_id)
        _add_part(message.set_content, str(content.get("text", "")), "plain")
        markup, pictures = _with_pictures(str(content.get("html", "")), self._domain())
        _add_part(message.add_alternative, markup, "html")
        _attach(message, pictures)
        return message

    def _add_ways_to_leave(self, message: EmailMessage, message_id: int) -> None:
        """RFC 2369 and RFC 8058; one POST to the first address unsubscribes."""
        web = self._links.unsubscribe_url(message_id) if self._links.has_site else ""
        mail = self._letters.unsubscribe_mailto(message_id)
        ways = [f"<{way}>" for way in (web, mail) if way and len(way) <= _LONGEST_IN_HEADER]
        if ways:
            message["List-Unsubscribe"] = ", ".join(ways)
        if web and len(web) <= _LONGEST_IN_HEADER:
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"

    def _domain(self) -> str:
        return self._settings.sender.rpartition("@")[2]


def _address(value: str, name: str = "") -> Address:
    user, _, domain = value.rpartition("@")
    if not user or not domain or re.search(r"[\s<>,;\"\x00-\x1f\x7f]", value):
        raise ValueError("not one plain address")
    return Address(_header_text(name), user, domain)


def _header_text(text: str) -> str:
    """One line that stays text: Python decodes encoded words in it, and line breaks hide in those."""
    return one_line(text).replace("=?", "= ?")


@dataclass(frozen=True, slots=True)
class _Picture:
    """A picture that travels with the letter; mail programs show no ``data:`` address."""

    name: str
    subtype: str
    data: bytes


def _with_pictures(markup: str, domain: str) -> tuple[str, list[_Picture]]:
    """The HTML with its own pictures named as parts of the letter, each once."""
    found: dict[str, _Picture] = {}

    def named(match: re.Match[str]) -> str:
        if match[0] not in found:
            try:
                data = base64.b64decode(match[2], validate=True)
            except binascii.Error:
                return match[0]
            found[match[0]] = _Picture(f"picture{len(found) + 1}@{domain}", match[1], data)
        return f'src="cid:{found[match[0]].name}"'

    return _EMBEDDED.sub(named, markup), list(found.values())


def _attach(message: EmailMessage, pictures: Sequence[_Picture]) -> None:
    body = message.get_body(("html",))
    if isinstance(body, EmailMessage):
        for one in pictures:
            body.add_related(one.data, "image", one.subtype, cid=f"<{one.name}>", disposition="inline")


def _add_part(add: Callable[..., Any], text: str, subtype: str) -> None:
    add(text, subtype=subtype, charset="utf-8", cte="quoted-printable")


def message_of(header: str, links: Links) -> int | None:
    """The message that an ``In-Reply-To`` or ``References`` header names, if it is one of ours."""
    for match in _TOKEN.finditer(header):
        found = links.read_mail_token(match[1])
        if found is not None:
            return found
    return None
