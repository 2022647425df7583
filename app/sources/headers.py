"""What the columns of a contact file mean, by the words of their headers.

A header gives or takes a consent only when every word of it is understood: “Newsletter” does,
“Newsletter count” is a property like any other.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from app.sources import words

_LONGEST_NAME: Final = 60
_WORD: Final = re.compile(r"[^\W\d_]+|\d+")
_HUMP: Final = re.compile(r"(?<=[^\W\d_A-ZА-Я])(?=[A-ZА-Я])")
_PAIRS: Final = {
    ("e", "mail"): "email", ("е", "mail"): "email",  # the second letter is Cyrillic
    ("e", "mails"): "emails", ("opt", "in"): "optin", ("opt", "ins"): "optin",
    ("double", "optin"): "optin", ("opt", "out"): "optout", ("whats", "app"): "whatsapp",
    ("opted", "in"): "optedin", ("opted", "out"): "optedout", ("do", "not"): "donot",
    ("hard", "bounced"): "hardbounced", ("hard", "bounce"): "hardbounce", ("hard", "bounces"): "hardbounces",
}  # fmt: skip
_LATIN: Final = str.maketrans({
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "zh", "з": "z", "и": "i", "й": "y",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u",
    "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sch", "ъ": "", "ы": "y", "ь": "", "э": "e",
    "ю": "yu", "я": "ya", "і": "i", "ї": "yi", "є": "ye", "ґ": "g",
    "ä": "ae", "ö": "oe", "ü": "ue", "ø": "o", "ł": "l", "æ": "ae",
})  # fmt: skip


class Role(Enum):
    """What a cell of the column is for."""

    EMAIL = auto()
    PHONE = auto()
    EXTERNAL = auto()
    FIRST_NAME = auto()
    LAST_NAME = auto()
    FULL_NAME = auto()
    LAST_NAME_FIRST = auto()
    """A full name that begins with the family name."""
    PROPERTY = auto()
    DATE = auto()
    TAGS = auto()
    ZONE = auto()
    LANGUAGE = auto()
    CONSENT = auto()
    REFUSAL = auto()
    """Yes means no: “Opted out”."""
    STATUS = auto()
    """A consent only where the value names one: “subscribed”, “unsubscribed”, “cleaned”."""
    CONSENT_TIME = auto()
    ANSWER_TIME = auto()
    """When the answer was given, be it yes or no."""
    REFUSED_TIME = auto()
    SUPPRESSED = auto()
    NOTHING = auto()


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``name`` is the property it fills, ``channels`` whom a consent is about."""

    place: int
    header: str
    role: Role
    name: str = ""
    channels: tuple[str, ...] = ()
    rank: int = 0
    """Of several addresses of one kind, the lowest comes first."""


def words_of(text: str) -> tuple[str, ...]:
    """The words of a header, lower case, without signs; ``E-Mail`` and ``opt in`` are one word."""
    plain = _HUMP.sub(" ", unicodedata.normalize("NFKC", text)).casefold().replace("ё", "е")
    found: list[str] = []
    for word in _WORD.findall(_unaccented(plain)):
        pair = _PAIRS.get((found[-1], word)) if found else None
        if pair:
            found[-1] = pair
        else:
            found.append(word)
    return tuple(found)


def folded(text: str) -> str:
    """All words in one: ``E-mail Address`` is ``emailaddress``."""
    return "".join(words_of(text))


def _unaccented(text: str) -> str:
    """Latin letters without their accents; ``й`` keeps its own."""
    if text.isascii():
        return text
    return "".join(
        sign if sign == "й" else unicodedata.normalize("NFD", sign)[0] for sign in text if sign != "\u0301"
    )


def columns_of(header: Sequence[str]) -> tuple[Column, ...]:
    """A column for each cell of the header row, in its order."""
    taken: set[str] = set()
    return tuple(_column(place, text.strip(), taken) for place, text in enumerate(header))


def addresses_named(columns: Iterable[Column]) -> bool:
    """Whether some column can hold an address."""
    return any(column.role in (Role.EMAIL, Role.PHONE, Role.EXTERNAL) for column in columns)


def _column(place: int, header: str, taken: set[str]) -> Column:
    spoken = words_of(header)
    key = "".join(spoken)
    consent = _consent(frozenset(spoken))
    if consent:
        role, channels = consent
        name = _free(header, place, taken) if role is Role.STATUS else ""
        return Column(place, header, role, name, channels)
    address = _address(spoken)
    if address:
        role, rank = address
        return Column(place, header, role, rank=rank)
    for known, role in _KNOWN:
        if key in known:
            return Column(place, header, role, _free(header, place, taken))
    is_date = bool(words.DATE & {key, *spoken}) and not words.NOT_A_DATE & set(spoken)
    name = _free(words.PROPERTY_NAMES.get(key, header), place, taken)
    return Column(place, header, Role.DATE if is_date else Role.PROPERTY, name)


_KNOWN: Final = (
    (words.EXTERNAL, Role.EXTERNAL),
    (words.FIRST_NAME, Role.FIRST_NAME),
    (words.LAST_NAME, Role.LAST_NAME),
    (words.FULL_NAME, Role.FULL_NAME),
    (words.LAST_NAME_FIRST, Role.LAST_NAME_FIRST),
    (words.TAGS, Role.TAGS),
    (words.ZONE, Role.ZONE),
    (words.LANGUAGE, Role.LANGUAGE),
)


def _address(spoken: Sequence[str]) -> tuple[Role, int] | None:
    said = {word for word in spoken if not word.isdigit()}
    for role, known in ((Role.EMAIL, words.EMAIL), (Role.PHONE, words.PHONE)):
        if not said & known:
            continue
        rest = said - known - words.ADDRESS_FILLERS
        if rest and rest <= words.LABEL_WORDS:
            return Role.NOTHING, 0
        if not rest:
            return role, _rank(said)
    return None


def _rank(said: set[str]) -> int:
    if said & words.MOBILE:
        return 0
    return 2 if said & words.OTHER_LINE else 1


def _consent(said: frozenset[str]) -> tuple[Role, tuple[str, ...]] | None:
    channels = tuple(dict.fromkeys(words.CHANNELS[word] for word in sorted(said) if word in words.CHANNELS))
    timed = bool(said & words.TIMES)
    rest = said - words.CONSENT_FILLERS - words.TIMES - set(words.CHANNELS)
    if said & words.SUPPRESSES and rest <= words.SUPPRESSES:
        return Role.SUPPRESSED, channels or ("email",)
    if said & words.REFUSES and rest <= words.REFUSES | words.AGREES:
        every = ("email", "sms") if "contact" in said else ("email",)
        return (Role.REFUSED_TIME if timed else Role.REFUSAL), channels or every
    if timed and said & (words.AGREES | words.CONFIRMS):
        if rest <= words.AGREES | words.TOPICS | words.CONFIRMS:
            return (Role.ANSWER_TIME if "timestamp" in said else Role.CONSENT_TIME), channels
        return None
    if said & words.AGREES and rest <= words.AGREES | words.TOPICS:
        is_clear = said & words.AGREES - words.WEAK or channels or said & (words.TOPICS | {"marketing"})
        return (Role.CONSENT, channels or ("email",)) if is_clear else None
    if said & words.TOPICS and not timed and rest <= words.TOPICS:
        return Role.CONSENT, channels or ("email",)
    if said & {"status", "state", "статус"} and said <= words.STATUS_WORDS:
        return Role.STATUS, channels or ("email",)
    return None


def _free(header: str, place: int, taken: set[str]) -> str:
    """A tidy name that no other column and no text variable has."""
    plain = (
        _HUMP.sub(" ", unicodedata.normalize("NFKC", header)).casefold().replace("ё", "е").translate(_LATIN)
    )
    plain = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode("ascii")
    name = "_".join(re.findall(r"[a-z0-9]+", plain))[:_LONGEST_NAME].strip("_") or f"column_{place + 1}"
    if name[0].isdigit():
        name = f"column_{name}"
    if name in words.RESERVED:
        name = f"file_{name}"
    wanted, count = name, 1
    while name in taken:
        count += 1
        name = f"{wanted}_{count}"
    taken.add(name)
    return name
