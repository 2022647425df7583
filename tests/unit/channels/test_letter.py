from __future__ import annotations

import re

import pytest

from app.channels.letter import Letter, Letters
from app.channels.links import Links
from app.channels.texts import Texts
from app.channels.values import Shop
from app.model.errors import TextError
from tests.unit.channels.making import BASE, LINKS, NO_SITE, SHOP, outgoing

PLAIN = """Hello {{ first_name | default: "there" }},

your basket of {{ event.total }} is waiting.

[Back to my basket]({{ event.url }})

See https://clara.example/help?a=1&b=2, or write to [us](mailto:hello@clara.example)."""
MJML = """<mjml><mj-head><mj-style>.x { color: #ff0000 }</mj-style></mj-head><mj-body><mj-section><mj-column>
<mj-text>Dear {{ first_name }}, {% if event.total > 20 %}large{% else %}small{% endif %} &lt;</mj-text>
<mj-button href="{{ event.url }}">Go</mj-button>
<mj-text><a href="{{ unsubscribe_url }}">bye</a></mj-text></mj-column></mj-section></mj-body></mjml>"""
ENTRY = {"url": "https://clara.example/basket?id=7&x=y", "total": 34.9}


def make(body: str, links: Links = LINKS, shop: Shop = SHOP, **more: object) -> Letter:
    letters = Letters(Texts(), shop, links, "hello@clara.example")
    settings = {
        "subject": "{{ first_name }}, your basket",
        "body": body,
        "preheader": "Still {{ event.total }}",
    }
    return letters.make(outgoing(settings=settings, entry=ENTRY, **{"first_name": "Ada", **more}))  # type: ignore[arg-type]


def clicks(links: Links, text: str) -> list[str]:
    found = [links.read_click(token) for token in re.findall(rf"{BASE}/c/([\w-]+)", text)]
    return [click.url for click in found if click is not None]


def test_a_plain_letter_has_both_parts_with_the_same_links() -> None:
    letter = make(PLAIN)
    assert letter.subject == "Ada, your basket"
    targets = ["https://clara.example/basket?id=7&x=y", "https://clara.example/help?a=1&b=2"]
    assert clicks(LINKS, letter.html) == targets
    assert clicks(LINKS, letter.text) == targets
    assert set(re.findall(rf"{BASE}/[cu]/[\w-]+", letter.html)) == set(
        re.findall(rf"{BASE}/[cu]/[\w-]+", letter.text)
    )
    assert "Hello Ada," in letter.html
    assert "34.9" in letter.text
    assert "mailto:hello@clara.example" in letter.html


def test_a_letter_tells_when_it_is_opened_and_how_to_leave() -> None:
    letter = make(PLAIN)
    token = re.search(rf"{BASE}/o/([\w-]+)\.gif", letter.html)
    assert token is not None
    assert LINKS.read_open(token[1]) == 7
    for part in (letter.html, letter.text):
        found = re.search(rf"{BASE}/u/([\w-]+)", part)
        assert found is not None
        assert LINKS.read_unsubscribe(found[1]) == 7
        assert "10969 Berlin" in part
    assert "/o/" not in letter.text


def test_an_mjml_letter_is_turned_once_and_filled_for_each() -> None:
    letters = Letters(Texts(), SHOP, LINKS, "hello@clara.example")
    settings = {"subject": "s", "body": MJML}
    first = letters.make(outgoing(settings=settings, entry=ENTRY, first_name="A<b>"))
    second = letters.make(
        outgoing(settings=settings, entry={"total": 3, "url": "https://x.example"}, first_name="B")
    )
    assert letters._skeletons["v1", "n"].markup is not None
    assert "Dear A&lt;b&gt;, large" in first.html
    assert "Dear A<b>, large <" in first.text
    assert "Dear B, small" in second.html
    assert clicks(LINKS, first.html) == [ENTRY["url"]]
    assert clicks(LINKS, second.text) == ["https://x.example"]
    assert "10969 Berlin" in first.html
    assert first.html.count("/u/") == 1


def test_commands_around_whole_parts_are_turned_anew_for_each() -> None:
    body = MJML.replace("<mj-button", "{% for i in (1..2) %}<mj-button").replace(
        "</mj-button>", "</mj-button>{% endfor %}"
    )
    letters = Letters(Texts(), SHOP, LINKS, "hello@clara.example")
    letter = letters.make(outgoing(settings={"subject": "s", "body": body}, entry=ENTRY, first_name="A<b>"))
    assert letter.html.count(">Go</a>") == 2 or letter.html.count("Go") == 2
    assert "Dear A&lt;b&gt;" in letter.html
    assert letter.text.count("Go: ") == 2


def test_what_the_law_asks_for_is_added_to_mjml_without_it() -> None:
    letter = make(MJML.replace('<a href="{{ unsubscribe_url }}">bye</a>', "{{ postal_address }}"))
    assert letter.html.count("/u/") == 1
    assert "/u/" in letter.text


def test_a_visitor_can_put_neither_markup_nor_script_into_a_letter() -> None:
    evil = "<img src=x onerror=alert(1)>\"'</title><script>"
    for body in (PLAIN, MJML, PLAIN.replace("{{ event.url }}", "javascript:alert(1)")):
        letter = make(body, first_name=evil)
        assert "<script>" not in letter.html
        assert "<img src=x" not in letter.html
        assert 'href="javascript' not in letter.html
    scripted = make(MJML.replace("{{ event.url }}", "javascript:{{ first_name }}"), first_name="alert(1)")
    assert 'href="javascript' not in scripted.html


def test_a_subject_is_one_line_and_never_empty() -> None:
    letters = Letters(Texts(), SHOP, LINKS, "hello@clara.example")
    made = letters.make(
        outgoing(settings={"subject": "{{ x }}", "body": "b"}, x="a\r\nBcc: all@x.de\x00 " + "y" * 300)
    )
    assert made.subject.startswith("a Bcc: all@x.de y")
    assert len(made.subject) == 250
    with pytest.raises(TextError, match="subject is empty"):
        letters.make(outgoing(settings={"subject": "{{ x }}", "body": "b"}))


def test_without_a_site_a_letter_is_left_by_mail_and_links_stay_as_they_are() -> None:
    letter = make(PLAIN, links=NO_SITE, shop=Shop("Clara"))
    assert 'href="https://clara.example/basket?id=7&amp;x=y"' in letter.html
    assert f"mailto:hello@clara.example?subject=unsubscribe-{NO_SITE.mail_token(7)}" in letter.html
    assert "/o/" not in letter.html


def test_a_service_letter_has_no_way_to_leave() -> None:
    letter = make(PLAIN, purpose="transactional")
    assert "/u/" not in letter.html + letter.text
    assert "10969 Berlin" in letter.html
    assert (
        "/u/"
        not in make(MJML.replace("{{ unsubscribe_url }}", "https://x.example"), purpose="transactional").html
    )


def test_the_word_for_leaving_is_in_the_persons_language() -> None:
    assert ">Abmelden</a>" in make(PLAIN, language="de-AT").html
    assert ">Unsubscribe</a>" in make(PLAIN, language="xx").html


@pytest.mark.parametrize(
    "body",
    ["<mjml><bad", "<mjml><mj-body><mj-include path='/etc/passwd'/></mj-body></mjml>", "<mjml><mj-body>"],
)
def test_mjml_that_cannot_be_read_is_said(body: str) -> None:
    with pytest.raises(TextError, match="MJML"):
        make(body)


def test_remote_style_sheets_are_not_loaded() -> None:
    body = MJML.replace(
        "<mj-head>", '<mj-head><mj-raw><link rel="stylesheet" href="http://127.0.0.1:1/x.css"></mj-raw>'
    )
    assert "Go" in make(body).html


def test_long_addresses_are_shown_short_and_signs_behind_them_stay_outside() -> None:
    letter = make("Look (https://clara.example/" + "x" * 90 + ").\n\nhttps://clara.example/")
    assert "x…</a>)." in letter.html
    assert ">clara.example</a>" in letter.html


def test_the_preview_line_stands_first_in_the_body() -> None:
    assert re.search(r"<body[^>]*><div style=\"display:none[^>]*>Still 34.9", make(PLAIN).html)
    assert re.search(r"<body[^>]*><div style=\"display:none[^>]*>Still 34.9", make(MJML).html)


def test_old_skeletons_are_forgotten() -> None:
    letters = Letters(Texts(), SHOP, LINKS, "a@x.de")
    for number in range(502):
        letters.make(outgoing(settings={"subject": "s", "body": "b"}, version=f"v{number}"))
    assert len(letters._skeletons) == 500


def test_a_letter_that_grows_beyond_its_limit_is_refused() -> None:
    with pytest.raises(TextError, match="too long"):
        make("{% for i in (1..9000) %}\n\nhttps://clara.example/{{ i }}{% endfor %}")
