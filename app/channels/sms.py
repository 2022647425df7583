"""SMS by any HTTP gateway that one declarative profile can describe."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final
from urllib.parse import quote, urlsplit

from app.channels.gateway import meaning_of, meaning_of_failure
from app.channels.links import Links
from app.channels.smtp_codes import Verdict
from app.channels.texts import Texts
from app.channels.tracking import Tracker
from app.channels.values import Shop, values_of
from app.model.batch import STALE, Batch, stale
from app.model.errors import SecretsError, TextError, UserError
from app.model.journey import Receipt, Result
from app.model.ports import Outgoing, Prepared
from app.support.net import USUAL, Call, Client, Limits, NetError, is_loopback_host
from app.support.segments import segment
from app.support.settings import SmsSettings

_FIELD: Final = re.compile(r"\{([a-z_]+)\}")
_URL: Final = re.compile(r"https?://[^\s<>\"]+")
_TRAILING: Final = ".,;:!?)'”"
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


class SmsChannel:
    """One HTTP call for each message, whose id goes along as ``{message_id}``.

    ``allow`` are the hosts and networks of the office that may be called; a gateway that the operator put on
    this machine may be too.
    """

    name = "sms"
    in_flight = 4

    def __init__(
        self,
        settings: SmsSettings,
        shop: Shop,
        links: Links,
        password: Callable[[], str | None],
        *,
        texts: Texts | None = None,
        allow: Sequence[str] = (),
        limits: Limits = USUAL,
    ) -> None:
        self.idempotent = settings.idempotent
        self._settings, self._shop, self._links = settings, shop, links
        self._password = password
        self._client = Client(_allowed(settings.url, allow), settings.certificate, limits)
        self._texts = texts or Texts()

    def prepare(self, outgoing: Outgoing) -> Prepared:
        node = outgoing.node
        source = str(node.settings.get("text") or "")
        text = self._texts.of(outgoing.version_hash, node.id, "text", source)
        leave = self._links.unsubscribe_url(outgoing.message_id) if self._links.has_site else ""
        said = text.render(values_of(outgoing, self._shop, leave))
        said = _CONTROL.sub("", said.replace("\r\n", "\n")).strip()
        said = _tracked(said, Tracker(self._links, outgoing.message_id, leave=frozenset({leave})))
        if not said:
            raise TextError("The text is empty for this person. Write one that needs no field.")
        size = segment(said)
        if size.parts > self._settings.max_parts:
            most = self._settings.max_parts
            raise TextError(f"The text would take {size.parts} parts; {most} are allowed. Shorten it.")
        content = {"text": said, "parts": size.parts, "encoding": size.encoding}
        return Prepared(outgoing.message_id, outgoing.address, content, outgoing.purpose)

    def send(self, batch: Batch) -> Sequence[Receipt]:
        receipts: list[Receipt] = []
        stop: Verdict | None = None
        for prepared in batch:
            receipt = stop.receipt(prepared.message_id) if stop else self._sent(prepared, batch.is_fresh)
            if receipt.stop_channel and stop is None:
                stop = Verdict(receipt.result, receipt.detail, stop_channel=True)
            receipts.append(receipt)
        return receipts

    def close(self) -> None:
        """There is nothing to close: each call has a connection of its own."""

    def _sent(self, prepared: Prepared, may: Callable[[], bool]) -> Receipt:
        number = prepared.message_id
        try:
            answer = self._client.call(self._call(prepared), may)
        except SecretsError:
            return Verdict(Result.RETRY, "no-password", stop_channel=True).receipt(number)
        except UserError:
            return Verdict(Result.RETRY, "bad-profile", stop_channel=True).receipt(number)
        except NetError as error:
            if error.kind == STALE:
                return stale(number)
            return meaning_of_failure(error, idempotent=self.idempotent).receipt(number)
        verdict, provider_id = meaning_of(self._settings, answer)
        return verdict.receipt(number, provider_id)

    def _call(self, prepared: Prepared) -> Call:
        settings = self._settings
        password = (self._password() or "") if _needs_password(settings) else ""
        words = self._words(prepared, password)
        fields = {name: _filled(text, words) for name, text in settings.fields.items()}
        headers, basic, query = self._authorised(password)
        is_body = settings.body != "query" and settings.method != "GET"
        return Call(
            settings.method,
            _filled(settings.url, {name: quote(word, safe="") for name, word in words.items()}),
            query=query if is_body else {**fields, **query},
            headers=headers,
            form=fields if is_body and settings.body == "form" else None,
            json=fields if is_body and settings.body == "json" else None,
            basic=basic,
        )

    def _words(self, prepared: Prepared, password: str) -> Mapping[str, str]:
        return {
            "to": prepared.address,
            "to_digits": prepared.address.lstrip("+"),
            "text": str(prepared.content.get("text", "")),
            "from": self._settings.sender,
            "message_id": str(prepared.message_id),
            "user": self._settings.user,
            "password": password,
        }

    def _authorised(self, password: str) -> tuple[dict[str, str], tuple[str, str] | None, dict[str, str]]:
        """Headers, basic login and query fields that carry the secret."""
        settings = self._settings
        if settings.auth == "basic":
            return {}, (settings.user, password), {}
        if settings.auth == "bearer":
            return {"Authorization": f"Bearer {password}"}, None, {}
        if settings.auth == "header":
            return {settings.auth_name: password}, None, {}
        if settings.auth == "query":
            return {}, None, {settings.auth_name: password}
        return {}, None, {}


def _allowed(url: str, allow: Sequence[str]) -> Sequence[str]:
    host = urlsplit(url).hostname or ""
    return [*allow, host] if is_loopback_host(host) else allow


def _needs_password(settings: SmsSettings) -> bool:
    named = [settings.url, *settings.fields.values()]
    return settings.auth != "none" or any("{password}" in text for text in named)


def _filled(template: str, words: Mapping[str, str]) -> str:
    """The template with its fields; what was filled in is not looked at again."""
    return _FIELD.sub(lambda match: words.get(match[1], match[0]), template)


def _tracked(text: str, tracker: Tracker) -> str:
    def replaced(match: re.Match[str]) -> str:
        target = match[0].rstrip(_TRAILING)
        return tracker.way(target) + match[0][len(target) :]

    return _URL.sub(replaced, text)
