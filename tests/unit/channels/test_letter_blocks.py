"""Letters of blocks through the real renderer: whatever is written in them stays a text."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.channels.letter import Letter, Letters
from app.channels.links import Links
from app.channels.texts import Texts
from app.channels.values import Shop
from app.flows.letters import blocks as b
from app.flows.letters.liquid import Field, literal
from app.flows.letters.mjml import write_letter
from app.model.flow import Node
from app.model.people import Contact
from app.model.ports import Outgoing
from tests.unit.flows.letters.making import NASTY, WORDS

SHOP = Shop("Ackermann Flowers", "Rosenweg 3, 50667 Köln", "https://shop.example")
GROUND = {
    "p",
    "a",
    "b",
    "i",
    "br",
    "ul",
    "ol",
    "li",
    "table",
    "tbody",
    "tr",
    "td",
    "div",
    "img",
    "span",
    "html",
}
GROUND |= {"head", "body", "title", "meta", "style", "svg"}


class _Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def made(*blocks: b.Block, entry: dict[str, Any] | None = None, **properties: Any) -> Letter:
    settings_ = {"subject": "Hello", "body": write_letter(b.Letter(blocks))}
    outgoing = Outgoing(
        7,
        str(hash(blocks)),
        Node("n", "email", settings=settings_),
        Contact(1, properties=properties),
        "ada@example.com",
        "marketing",
        entry or {},
    )
    return Letters(Texts(), SHOP, Links("", [b"k" * 32]), "mia@shop.example").make(outgoing)


def read(markup: str) -> _Seen:
    seen = _Seen()
    seen.feed(markup)
    seen.close()
    return seen


def squeezed(text: str) -> str:
    return "".join(text.split())


@given(st.lists(st.one_of(st.sampled_from(NASTY), st.text(max_size=8)), max_size=6).map("".join))
def test_words_are_shown_as_they_were_typed_and_never_become_markup_or_fields(words: str) -> None:
    from app.flows.letters.liquid import clean

    source = literal(words)
    letter = made(
        b.Heading(source), b.text_block(source), b.Button(source, "https://x.example"), b.Footer(source)
    )
    seen = read(letter.html)
    assert seen.tags <= GROUND
    shown = squeezed("".join(seen.words))
    assert shown.count(squeezed(clean(words))) >= 4 or not squeezed(clean(words))


@given(WORDS, WORDS)
def test_values_and_fallbacks_are_escaped_too(value: str, fallback: str) -> None:
    source = Field("nick", fallback).source
    nobody: dict[str, Any] = {}
    for properties in ({"nick": value}, nobody):
        letter = made(
            b.Heading(source),
            b.text_block(source),
            b.Picture("https://x.example/a.png", source),
            entry=None,
            **properties,
        )
        assert read(letter.html).tags <= GROUND


def test_every_kind_of_block_is_sent_with_a_text_part() -> None:
    letter = made(
        b.Heading("{{ shop.name }}", "center", "#a92656"),
        b.Text(
            (
                b.Paragraph((b.Run("Hello "), b.Run('{{ first_name | default: "there" }}', bold=True))),
                b.Paragraph((b.Run("one"),), "bullet"),
                b.Paragraph((b.Run("two", link="https://x.example/2"),), "bullet"),
            )
        ),
        b.Picture("https://x.example/a.png", "Peonies", 300, "https://x.example/p"),
        b.Product(),
        b.Divider(),
        b.Spacer(),
        b.Button("Back", "{{ event.basket_url }}"),
        b.Footer(),
        entry={
            "items": [
                {
                    "title": "Peony <Clara>",
                    "price": "34,90 €",
                    "url": "https://x.example/c",
                    "picture": "https://x.example/c.png",
                },
                "Rose",
            ],
            "basket_url": "https://x.example/basket",
        },
        first_name="Ada",
    )
    for words in (
        "Ackermann Flowers",
        "Hello Ada",
        "* one",
        "two: https://x.example/2",
        "Peony <Clara>",
        "34,90 €",
        "Rose",
    ):
        assert words in letter.text
    assert "Back: https://x.example/basket" in letter.text
    assert letter.text.count("mailto:mia@shop.example?subject=unsubscribe") == 1
    assert letter.html.count('href="mailto:mia@shop.example') == 1
    assert "Peony &lt;Clara&gt;" in letter.html
    assert re.search(r'<img src="https://x.example/c.png"', letter.html)


@pytest.mark.parametrize(("entry", "shown"), [({"title": "Clara", "price": 3}, "Clara"), ({}, "")])
def test_the_event_itself_can_be_the_product(entry: dict[str, Any], shown: str) -> None:
    letter = made(b.Product(items=""), b.Footer(), entry=entry)
    assert shown in letter.text
    assert "None" not in letter.text


def test_products_that_a_page_sent_as_the_text_of_their_json_are_shown_as_products() -> None:
    entry = {"items": ['{"title": "Clara", "price": 34.9}', "{broken", "[1]", 5], "total": "{}"}
    letter = made(b.Product(), b.text_block("{{ event.total }}"), b.Footer(), entry=entry)
    assert "Clara" in letter.text
    assert "34.9" in letter.text
    assert "title" not in letter.text
    assert "{broken" in letter.text
