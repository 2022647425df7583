"""What would keep a letter from being read: spam-prone, broken or too heavy, each with its mending."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Final

from app.flows.letters.blocks import (
    Block,
    Button,
    Draft,
    Footer,
    Heading,
    Letter,
    Own,
    Paragraph,
    Picture,
    Product,
    Run,
    Text,
)
from app.flows.letters.liquid import LIQUID, Field, field_of, path_of
from app.flows.letters.mjml import write_block
from app.flows.letters.rich import plain_words

LONGEST_SUBJECT: Final = 50
MOST_PICTURE: Final = 200_000
MOST_PICTURES: Final = 1_000_000
MOST_LETTER: Final = 102_000
_SCHEMES: Final = re.compile(r"(https?://[^\s/]|mailto:[^\s@]+@|tel:[+\d]|sms:[+\d])", re.IGNORECASE)
_OWN_PICTURE: Final = re.compile(r"<(?:mj-image|img)\b[^>]*>")
_OWN_LINK: Final = re.compile(r"\bhref=\"([^\"]*)\"")
_OTHER: Final = frozenset({"event", "entry", "shop", "workspace", "site", "message", "item", "forloop"})


@dataclass(frozen=True, slots=True)
class Around:
    """What the checks may ask. ``fields`` are names that contacts have; None: not known.

    ``size`` is the made letter in bytes, 0 when it was not made; ``has_text``: whether a text part came out.
    """

    fields: frozenset[str] | None = None
    marketing: bool = True
    size: int = 0
    has_text: bool = True


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend. ``block`` is the index of the block, or ``setting`` the name of the field above.

    ``mended`` is the whole letter after the fix that ``fix`` names; None where only a person can mend it,
    and ``fix`` then names what the jump is for.
    """

    code: str
    message: str
    fix: str
    block: int | None = None
    setting: str = ""
    mended: Draft | None = None


def findings(draft: Draft, around: Around) -> list[Finding]:
    """Everything that should be mended before this letter goes out, from top to bottom."""
    found = list(_subject(draft))
    letter = draft.letter
    if letter is None:
        return [*found, *_fields_of_lines(draft, around)]
    found += _fields_of_lines(draft, around)
    for index, block in enumerate(letter.blocks):
        found += _block(draft, letter, index, block, around)
    found += _whole(draft, letter, around)
    return found


# --- the lines above --------------------------------------------------------------------------------------


def _subject(draft: Draft) -> Iterator[Finding]:
    subject = draft.subject
    words = plain_words(subject).strip()
    if not subject.strip():
        yield Finding("subject-empty", "The letter has no subject", "Write one", setting="subject")
        return
    if len(words) > LONGEST_SUBJECT:
        yield Finding(
            "subject-long",
            f"The subject has {len(words)} characters. Phones show about {LONGEST_SUBJECT}",
            "Shorten it",
            setting="subject",
        )
    letters = [sign for sign in words if sign.isalpha()]
    if len(letters) > 5 and words == words.upper() != words.lower():
        yield Finding(
            "subject-capitals",
            "The subject is written in capitals. Mail programs take that for spam",
            "Use small letters",
            setting="subject",
            mended=replace(draft, subject=_in_sentences(subject)),
        )
    if words.count("!") + words.count("！") > 1:
        yield Finding(
            "subject-shouts",
            "The subject has several exclamation marks. Mail programs take that for spam",
            "Keep one",
            setting="subject",
            mended=replace(draft, subject=_one_mark(subject)),
        )


def _sentence(words: str) -> str:
    return words.capitalize() if words[:1].isupper() else words.lower()


def _one_mark(source: str) -> str:
    first, *rest = re.split(r"[!！]+", source)
    return first + "!" + "".join(rest) if rest else source


def _in_sentences(source: str) -> str:
    made, at = "", 0
    for match in LIQUID.finditer(source):
        made += _sentence(source[at : match.start()]) + match[0]
        at = match.end()
    return made + _sentence(source[at:])


# --- blocks -----------------------------------------------------------------------------------------------


def _block(draft: Draft, letter: Letter, index: int, block: Block, around: Around) -> Iterator[Finding]:
    match block:
        case Picture():
            yield from _picture(index, block)
        case Own(mjml):
            yield from _own(index, mjml)
    for link, mended in _links(block):
        yield from _link(draft, letter, index, link, mended)
    yield from _fields(draft, letter, index, block, around)


def _picture(index: int, picture: Picture) -> Iterator[Finding]:
    if not picture.source.strip():
        yield Finding("picture-empty", "A picture has no address or file", "Choose one", index)
        return
    if not picture.alt.strip():
        yield Finding("picture-alt", "A picture has no description", "Write one", index)
    weight = weight_of(picture.source)
    if weight > MOST_PICTURE:
        yield Finding(
            "picture-heavy", f"A picture has {weight // 1000} kB, 200 are enough", "Use a smaller one", index
        )


def _own(index: int, mjml: str) -> Iterator[Finding]:
    if any('alt="' not in tag or 'alt=""' in tag for tag in _OWN_PICTURE.findall(LIQUID.sub("x", mjml))):
        yield Finding("picture-alt", "A picture in your own MJML has no description", "Show it", index)


def weight_of(source: str) -> int:
    """Bytes of a picture that is in the letter itself; 0 for one that lies elsewhere."""
    if not source.startswith("data:"):
        return 0
    try:
        return len(base64.b64decode(source.partition(",")[2], validate=False))
    except (binascii.Error, ValueError):
        return len(source)


_Mended = Block | None


def _links(block: Block) -> Iterator[tuple[str, _Mended]]:
    """Each address that can be followed, and the block with “https://” before it."""
    match block:
        case Button(_, link):
            yield link, replace(block, link=with_scheme(link))
        case Picture(_, _, _, link) if link:
            yield link, replace(block, link=with_scheme(link))
        case Text():
            for link in dict.fromkeys(run.link for one in block.paragraphs for run in one.runs if run.link):
                yield link, _with_runs(block, link, with_scheme(link))
        case Own(mjml):
            for link in _OWN_LINK.findall(LIQUID.sub("https://x.example", mjml)):
                yield link, None


def _with_runs(block: Text, old: str, new: str) -> Text:
    return Text(
        tuple(
            Paragraph(
                tuple(replace(run, link=new if run.link == old else run.link) for run in one.runs), one.kind
            )
            for one in block.paragraphs
        )
    )


def with_scheme(link: str) -> str:
    """“shop.example/a” with “https://” before it; other addresses as they are."""
    bare = link.strip()
    if "@" in bare and "/" not in bare and " " not in bare and ":" not in bare:
        return f"mailto:{bare}"
    return f"https://{bare}" if "." in bare.split("/")[0] and " " not in bare and ":" not in bare else link


def leads_somewhere(link: str) -> bool:
    """Whether following it can lead anywhere: a whole address, or one out of a field."""
    return bool(_SCHEMES.match(link) or LIQUID.match(link))


def _link(draft: Draft, letter: Letter, index: int, link: str, mended: _Mended) -> Iterator[Finding]:
    if leads_somewhere(link):
        return
    name = "“" + link.strip()[:40] + "”"
    said = "A link has no address" if link.strip() in ("", "#") else f"The link {name} leads nowhere"
    better = with_scheme(link)
    if mended is not None and better != link and leads_somewhere(better):
        whole = _with_block(draft, letter, index, mended)
        yield Finding("link-nowhere", said, f"Make it {better[:30]}", index, mended=whole)
    else:
        yield Finding("link-nowhere", said, "Set its address", index)


# --- fields -----------------------------------------------------------------------------------------------


def _fields_of_lines(draft: Draft, around: Around) -> Iterator[Finding]:
    for setting in ("subject", "preheader", "plain"):
        source = getattr(draft, setting)
        for old, field, close in _unknown(source, around):
            better = replace(draft, **{setting: source.replace(old, close)}) if close else None
            yield _unknown_field(field, close, None, "body" if setting == "plain" else setting, better)


def _fields(draft: Draft, letter: Letter, index: int, block: Block, around: Around) -> Iterator[Finding]:
    if isinstance(block, (Own, Product, Footer)):
        return
    source = write_block(block)
    for old, field, close in _unknown(source, around):
        better = _with_block(draft, letter, index, _renamed(block, old, close)) if close else None
        yield _unknown_field(field, close, index, "", better)


def _unknown(source: str, around: Around) -> Iterator[tuple[str, Field, str]]:
    if around.fields is None:
        return
    for match in dict.fromkeys(found[0] for found in LIQUID.finditer(source)):
        field = field_of(match)
        name = _asked(field) if field is not None else ""
        if field is None or not name or name in around.fields:
            continue
        close = get_close_matches(name, sorted(around.fields), 1, cutoff=0.7)
        yield match, field, replace(field, path=path_of([close[0]])).source if close else ""


def _asked(field: Field) -> str:
    """The property of the contact that a field asks for; empty for fields of something else."""
    first, *rest = field.parts
    if first == "contact":
        return rest[0] if rest else ""
    return "" if first in _OTHER or first in ("unsubscribe_url", "postal_address") else first


def _unknown_field(
    field: Field, close: str, block: int | None, setting: str, mended: Draft | None
) -> Finding:
    better = field_of(close) if close else None
    name = field.parts[-1]
    fix = f"Use {_said(better.parts[-1])}" if better else "Choose another"
    asked = f". Did you mean {_said(better.parts[-1])}?" if better else ""
    return Finding("unknown-field", f"The field “{name}” does not exist{asked}", fix, block, setting, mended)


def _said(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _renamed(block: Block, old: str, new: str) -> Block:
    match block:
        case Heading():
            return replace(block, text=block.text.replace(old, new))
        case Button():
            return replace(block, words=block.words.replace(old, new), link=block.link.replace(old, new))
        case Picture():
            texts = (block.source, block.alt, block.link)
            source, alt, link = (value.replace(old, new) for value in texts)
            return Picture(source, alt, block.width, link)
        case Text():
            return Text(
                tuple(
                    Paragraph(tuple(_renamed_run(run, old, new) for run in one.runs), one.kind)
                    for one in block.paragraphs
                )
            )
        case _:
            return block


def _renamed_run(run: Run, old: str, new: str) -> Run:
    return replace(run, text=run.text.replace(old, new), link=run.link.replace(old, new))


# --- the whole --------------------------------------------------------------------------------------------


def _whole(draft: Draft, letter: Letter, around: Around) -> Iterator[Finding]:
    blocks = letter.blocks
    if around.marketing and not any(_lets_go(block) for block in blocks):
        grown = replace(draft, letter=replace(letter, blocks=(*blocks, Footer())))
        said = "There is no way to unsubscribe, so it cannot be sent"
        yield Finding("no-unsubscribe", said, "Add the footer", mended=grown)
    if _only_pictures(blocks):
        said = "The letter is only a picture. Many people see nothing, and filters block it"
        yield Finding("only-picture", said, "Add a text")
    weight = sum(weight_of(block.source) for block in blocks if isinstance(block, Picture))
    if weight > MOST_PICTURES:
        said = f"All pictures have {weight // 1000} kB, 1,000 are enough"
        yield Finding("pictures-heavy", said, "Use smaller ones")
    yield from _made(around)


def _made(around: Around) -> Iterator[Finding]:
    """What is seen only when the letter is made."""
    if around.size > MOST_LETTER:
        said = f"The letter has {around.size // 1000} kB. Mail programs cut it at 102"
        yield Finding("letter-long", said, "Shorten it")
    if not around.has_text:
        said = "There is no text part: programs without pictures show nothing"
        yield Finding("no-text", said, "Add a text")


def _lets_go(block: Block) -> bool:
    return isinstance(block, Footer) or "unsubscribe_url" in write_block(block)


def _only_pictures(blocks: Sequence[Block]) -> bool:
    has_picture = any(isinstance(block, Picture) for block in blocks)
    return has_picture and not any(_says(block) for block in blocks)


def _says(block: Block) -> bool:
    match block:
        case Heading(text):
            return bool(text.strip())
        case Text(paragraphs):
            return any(run.text.strip() for one in paragraphs for run in one.runs)
        case Product() | Own():
            return True
        case _:
            return False


def _with_block(draft: Draft, letter: Letter, index: int, block: Block) -> Draft:
    blocks = (*letter.blocks[:index], block, *letter.blocks[index + 1 :])
    return replace(draft, letter=replace(letter, blocks=blocks))


def passed(draft: Draft, found: Collection[Finding], around: Around) -> list[str]:
    """What is well with the letter, in words."""
    codes = {finding.code for finding in found}
    letter = draft.letter
    said: list[str] = []
    if letter is not None and around.marketing and "no-unsubscribe" not in codes:
        said.append("Footer with address and a way out")
    links = sum(1 for block in letter.blocks for _ in _links(block)) if letter is not None else 0
    if links and "link-nowhere" not in codes:
        said.append("The link leads somewhere" if links == 1 else f"All {links} links lead somewhere")
    if around.size and "letter-long" not in codes:
        text = ", and a text version is made" if around.has_text else ""
        said.append(f"Light: {max(1, around.size // 1000)} kB{text}")
    return said
