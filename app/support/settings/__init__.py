"""The settings of a workspace: which names there are, how their values are read, and what is wrong with them.

Pure: the store keeps a mapping from name (``email.host``) to a JSON value, and hands it in and out.
Secrets are settings by name only; their values go to ``app.support.secrets``.
"""

from __future__ import annotations

import difflib
import json
import re
import zoneinfo
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, ValidationError

from app.model.errors import UserError
from app.support import addresses
from app.support.net import is_loopback_host
from app.support.settings.parts import Part as _Part
from app.support.settings.sending import TABLES as _SENDING_TABLES
from app.support.settings.sending import SendingSettings

GATEWAY_FIELDS: Final = frozenset(
    {"{to}", "{to_digits}", "{text}", "{from}", "{message_id}", "{user}", "{password}"}
)
"""What the texts of an SMS profile may hold."""
SECRET_NAMES: Final = ("email.password", "site.token", "sms.password")
Json = bool | int | float | str | list[Any] | dict[str, Any] | None
_HOST: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?|\[?[0-9A-Fa-f:.]+\]?")
_HOST_OF_SHORT_LINKS: Final = 29
_TLS_PORT, _STARTTLS_PORT = 465, 587
_TABLES: Final = ("sms.fields", "sms.error_classes", *_SENDING_TABLES)
"""Settings that are tables: their names with a dot and a key behind them set one entry."""
_LISTS: Final = ("net.allow", "sending.closed")
_PLACEHOLDER: Final = re.compile(r"\{[a-z_]+\}")


def _host(text: str) -> str:
    if text and not _HOST.fullmatch(text):
        raise ValueError(
            "has to be a host name such as mail.example.com, without https:// and without a port"
        )
    return text


def _zone(text: str) -> str:
    if text and text not in zoneinfo.available_timezones():
        raise ValueError("has to be a time zone such as Europe/Berlin")
    return text


def _region(text: str) -> str:
    if text and not addresses.is_region(text):
        raise ValueError("has to be a country's two letters, such as DE")
    return text.upper()


def _email(text: str) -> str:
    try:
        return addresses.email_address(text) if text else text
    except UserError as error:
        raise ValueError(f"has to be an e-mail address. {error}") from error


def _one_line(text: str) -> str:
    if re.search(r"[\x00-\x1f\x7f]", text):
        raise ValueError("has to be one line without control characters")
    return text.strip()


def _site_url(text: str) -> str:
    if not text:
        return text
    parts = _split(text)
    if (
        parts.query
        or parts.fragment
        or (parts.scheme == "http" and not is_loopback_host(parts.hostname or ""))
    ):
        raise ValueError("has to begin with https:// and hold a host, such as https://go.example.com")
    if len(parts.netloc + parts.path.rstrip("/")) > _HOST_OF_SHORT_LINKS:
        raise ValueError("is longer than 29 characters after “//”; longer unsubscribe links break in mails")
    return text.rstrip("/")


def _shop_url(text: str) -> str:
    if text:
        _split(text)
    return text.rstrip("/")


def _gateway_url(text: str) -> str:
    if text and "{" in _split(text).netloc:
        raise ValueError("may hold fields such as {to} only after the host")
    return text


def _split(text: str) -> Any:
    try:
        parts = urlsplit(text)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
        fine = fine and (parts.port is None or parts.port > 0)
    except ValueError:
        fine = False
    if not fine:
        raise ValueError("has to be an address such as https://example.com/path, without a login in it")
    return parts


OneLine = Annotated[str, AfterValidator(_one_line), Field(max_length=500)]
Host = Annotated[str, AfterValidator(_host)]
Port = Annotated[int, Field(ge=0, le=65_535)]
EmailText = Annotated[str, AfterValidator(_email)]


class WorkspaceSettings(_Part):
    """``workspace.…``: who sends."""

    name: OneLine = "My shop"
    url: Annotated[str, AfterValidator(_shop_url)] = ""
    """The shop's own pages, where texts lead to by ``{{ shop.url }}``; empty: the site's address."""
    zone: Annotated[str, AfterValidator(_zone)] = ""
    """IANA name; empty: this machine's."""
    region: Annotated[str, AfterValidator(_region)] = ""
    """Two letters: the country of phone numbers without one."""


class SiteSettings(_Part):
    """``site.…``: the web listener."""

    url: Annotated[str, AfterValidator(_site_url)] = ""
    """Public address, without a slash at its end."""
    host: Host = "127.0.0.1"
    port: Port = 0
    """0: a free one."""


class EmailSettings(_Part):
    """``email.…``: the mail server."""

    host: Host = ""
    port: Port = 0
    """0: 465 for implicit TLS, else 587."""
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: OneLine = ""
    sender: EmailText = Field(default="", alias="from")
    sender_name: OneLine = Field(default="", alias="from_name")
    """Empty: the workspace's name."""
    reply_to: EmailText = ""
    certificate: OneLine = ""
    """A PEM file to trust for a mail server with a certificate of its own."""

    @property
    def smtp_port(self) -> int:
        """The port to connect to."""
        return self.port or (_TLS_PORT if self.security == "tls" else _STARTTLS_PORT)


class SmsSettings(_Part):
    """``sms.…``: the profile of an HTTP gateway. Its texts may hold the fields of ``GATEWAY_FIELDS``."""

    url: Annotated[str, AfterValidator(_gateway_url)] = ""
    method: Literal["POST", "GET"] = "POST"
    body: Literal["form", "json", "query"] = "form"
    fields: dict[str, str] = Field(
        default_factory=lambda: {"to": "{to}", "text": "{text}", "id": "{message_id}"}
    )
    sender: OneLine = Field(default="", alias="from")
    auth: Literal["none", "basic", "bearer", "header", "query"] = "none"
    auth_name: OneLine = ""
    """Name of the header or query field for the secret."""
    user: OneLine = ""
    ok_http: OneLine = "2xx"
    ok_match: OneLine = ""
    """``path == value`` in the JSON answer, or a regular expression on its text; empty: always."""
    id_extract: OneLine = ""
    error_extract: OneLine = ""
    error_classes: dict[str, Literal["permanent", "retry", "config", "optout"]] = Field(default_factory=dict)
    idempotent: bool = False
    """Whether the gateway takes {message_id} as a key, so that trying again never doubles."""
    max_parts: Annotated[int, Field(ge=1, le=10)] = 6
    certificate: OneLine = ""
    price: OneLine = ""
    """What one part costs, with its currency, such as ``0.075 EUR``; shown while a text is written."""


class KeepSettings(_Part):
    """``keep.…``: how long what is over is kept."""

    journal_days: Annotated[int, Field(ge=1, le=3650)] = 90
    """So many days after its end a journey's journal is pressed together; it can be read as before."""
    months: Annotated[int, Field(ge=1, le=1200)] = 24
    """So many months journals, texts of messages, and events that no flow can ask for, are kept at all."""


class Settings(_Part):
    """All of them. ``channels`` says what is set up."""

    workspace: WorkspaceSettings = WorkspaceSettings()
    site: SiteSettings = SiteSettings()
    email: EmailSettings = EmailSettings()
    sms: SmsSettings = SmsSettings()
    sending: SendingSettings = SendingSettings()
    keep: KeepSettings = KeepSettings()
    postal_address: Annotated[str, Field(max_length=500)] = ""
    practice: bool = False
    """All messages go to the built-in catcher."""
    allow: Annotated[tuple[OneLine, ...], Field(alias="net.allow")] = ()
    """Hosts and networks of the office that calls may reach."""

    @property
    def channels(self) -> frozenset[str]:
        """Channels that can send with these settings; in practice mode all of them can."""
        email = bool(self.email.host and self.email.sender) or self.practice
        sms = bool(self.sms.url) or self.practice
        made = {"email": email, "sms": sms, "popup": True, "task": True}
        return frozenset(name for name, ready in made.items() if ready)


@dataclass(frozen=True, slots=True)
class Assignment:
    """One ``NAME=VALUE``. ``value`` is None for a secret, which is read from standard input."""

    name: str
    value: str | None

    @property
    def is_secret(self) -> bool:
        """Whether its value goes to the keyring."""
        return self.name in SECRET_NAMES


def names() -> Sequence[str]:
    """All names that can be set, secrets included, in order."""
    return sorted([*_fields(), *SECRET_NAMES])


def _fields() -> dict[str, type[_Part]]:
    found: dict[str, type[_Part]] = {}
    for part, field in Settings.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, _Part):
            found.update({f"{part}.{inner.alias or name}": kind for name, inner in kind.model_fields.items()})
        else:
            found[field.alias or part] = Settings
    return found


def read_assignment(text: str) -> Assignment:
    """Reads one argument of ``chainwright set``; UserError with the nearest name for an unknown one."""
    name, equals, value = text.partition("=")
    name = name.strip()
    _check_name(name)
    if name in SECRET_NAMES:
        if equals:
            raise UserError(
                f"Give {name} without “=”: a secret is read from standard input, where nobody sees it."
            )
        return Assignment(name, None)
    if not equals:
        raise UserError(f"Write {name}=VALUE; with nothing after “=” the setting is forgotten.")
    return Assignment(name, value)


def _check_name(name: str) -> None:
    known = names()
    if name in known or _entry_of(name) is not None:
        return
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(known)}."
    raise UserError(f"There is no setting “{name[:60]}”. {hint}")


def _entry_of(name: str) -> tuple[str, str] | None:
    """The table and the key of a name such as ``sms.fields.to`` or ``sending.ceiling.email``."""
    for table in _TABLES:
        if re.fullmatch(rf"{re.escape(table)}\.\S{{1,60}}", name):
            return table, name.removeprefix(f"{table}.")
    return None


def assign(values: Mapping[str, Json], assignments: Iterable[Assignment]) -> dict[str, Json]:
    """The stored mapping with these assignments in it, checked as a whole; UserError says what is wrong."""
    changed = dict(values)
    touched = [entry for entry in assignments if not entry.is_secret]
    for entry in touched:
        _put(changed, entry.name, entry.value or "")
    settings = load(changed)
    _check_together(settings)
    return {name: _plain(settings, name) for name in changed if name in _fields()} | {
        name: value for name, value in changed.items() if name not in _fields()
    }


def _put(changed: dict[str, Json], name: str, text: str) -> None:
    entry = _entry_of(name)
    if entry is not None:
        table, key = entry
        old = changed.get(table)
        old = old if isinstance(old, dict) else {}
        changed[table] = {k: v for k, v in {**old, key: text}.items() if v != ""}
    elif text == "":
        changed.pop(name, None)
    else:
        changed[name] = _from_text(name, text)


def _from_text(name: str, text: str) -> Json:
    if name in _TABLES:
        try:
            read: Json = json.loads(text)
        except ValueError as error:
            raise UserError(f'{name} has to be a JSON object such as {{"to": "{{to}}"}}.') from error
        return read
    if name in _LISTS:
        return [part.strip() for part in text.split(",") if part.strip()]
    return text


def load(values: Mapping[str, Json]) -> Settings:
    """The settings out of the stored mapping. Names of a newer release are left alone."""
    tree: dict[str, Any] = {}
    for name, value in values.items():
        part, dot, field = name.partition(".")
        if dot and name != "net.allow":
            tree.setdefault(part, {})[field] = value
        else:
            tree[name] = value
    try:
        return Settings.model_validate(tree)
    except ValidationError as error:
        raise UserError(_sentence(error)) from error


def _sentence(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=True)[0]
    name = ".".join(str(step) for step in first["loc"] if step != "[key]")
    context = first.get("ctx", {})
    words = {
        "value_error": str(context.get("error", "")),
        "int_parsing": "has to be a whole number",
        "int_type": "has to be a whole number",
        "int_from_float": "has to be a whole number",
        "bool_parsing": "has to be yes or no",
        "literal_error": f"has to be {context.get('expected', '')}",
        "greater_than_equal": f"has to be at least {context.get('ge')}",
        "less_than_equal": f"has to be at most {context.get('le')}",
        "date_from_datetime_parsing": "has to be a day such as 2026-12-24",
        "float_parsing": "has to be a number",
        "string_too_long": f"is longer than {context.get('max_length')} characters",
        "dict_type": "has to be a JSON object",
        "string_type": "has to be a text",
    }.get(first["type"], "has a value that cannot be used")
    return f"{name} {words.rstrip('.')}."


def _check_together(settings: Settings) -> None:
    email = settings.email
    if email.security == "none" and email.host and not is_loopback_host(email.host):
        raise UserError(
            "email.security=none is only for a mail server on this machine. Use starttls or tls, "
            "or letters and password can be read on the way."
        )
    if settings.sms.auth in ("header", "query") and not settings.sms.auth_name:
        raise UserError("sms.auth_name is missing: name the header or query field that carries the secret.")
    unknown = (
        set(_PLACEHOLDER.findall(" ".join(settings.sms.fields.values()) + settings.sms.url)) - GATEWAY_FIELDS
    )
    if unknown:
        known = ", ".join(sorted(GATEWAY_FIELDS))
        raise UserError(f"sms.fields holds {min(unknown)}, which is not known. There are: {known}.")


def _plain(settings: Settings, name: str) -> Json:
    """The value as the model read it, for storing: ``"587"`` becomes 587."""
    part, dot, field = name.partition(".")
    owner: _Part = getattr(settings, part) if dot and name != "net.allow" else settings
    dumped = owner.model_dump(mode="json", by_alias=True)
    value: Json = dumped[field if owner is not settings else name]
    return value
