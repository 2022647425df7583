from __future__ import annotations

import base64

import pytest
from hypothesis import given, settings

from app.flows.letters import blocks as b
from app.flows.letters.checks import Around, Finding, findings, passed, with_scheme
from tests.unit.flows.letters.making import LETTERS, SOURCES

AROUND = Around(frozenset({"first_name", "city"}), size=41_000)
GOOD = b.Draft("Still thinking it over?", "", b.Letter((b.text_block("Hello"), b.Footer())))


def draft(*blocks: b.Block, subject: str = "Hello there") -> b.Draft:
    return b.Draft(subject, "", b.Letter((*blocks, b.Footer())))


def only(found: list[Finding]) -> Finding:
    assert len(found) == 1, [one.code for one in found]
    return found[0]


def test_a_good_letter_has_nothing_to_mend_and_says_what_is_well() -> None:
    assert findings(GOOD, AROUND) == []
    well = passed(draft(b.text_block("x"), b.Button("Go", "https://x.example")), [], AROUND)
    assert well == [
        "Footer with address and a way out",
        "The link leads somewhere",
        "Light: 41 kB, and a text version is made",
    ]


@pytest.mark.parametrize(
    ("subject", "code", "mended"),
    [
        ("", "subject-empty", None),
        ("x" * 51, "subject-long", None),
        ("LAST CHANCE, {{ first_name }}", "subject-capitals", "Last chance, {{ first_name }}"),
        ("Only today!! Really!", "subject-shouts", "Only today! Really"),
        ("For {{ frist_name }}", "unknown-field", "For {{ first_name }}"),
        ('For {{ frist_name | default: "you" }}', "unknown-field", 'For {{ first_name | default: "you" }}'),
    ],
)
def test_what_is_wrong_with_a_subject_is_named_and_mended(
    subject: str, code: str, mended: str | None
) -> None:
    found = only(findings(draft(b.text_block("x"), subject=subject), AROUND))
    assert (found.code, found.setting) == (code, "subject")
    assert (found.mended.subject if found.mended else None) == mended


def test_a_subject_of_japanese_has_no_capitals() -> None:
    assert findings(draft(b.text_block("x"), subject="花束はまだあります今日まで"), AROUND) == []


@pytest.mark.parametrize(
    ("block", "code"),
    [
        (b.Picture("https://x.example/a.png"), "picture-alt"),
        (b.Picture("", "Peonies"), "picture-empty"),
        (
            b.Picture("data:image/png;base64," + base64.b64encode(bytes(200_001)).decode(), "P"),
            "picture-heavy",
        ),
        (b.Button("Go", ""), "link-nowhere"),
        (b.Button("Go", "#"), "link-nowhere"),
        (b.Own('<mj-section><mj-column><mj-image src="x" /></mj-column></mj-section>'), "picture-alt"),
        (
            b.Own('<mj-section><mj-column><mj-button href="#">x</mj-button></mj-column></mj-section>'),
            "link-nowhere",
        ),
    ],
)
def test_what_only_a_person_can_mend_is_named_with_its_block(block: b.Block, code: str) -> None:
    found = only(findings(draft(b.text_block("x"), block), AROUND))
    assert (found.code, found.block, found.mended) == (code, 1, None)


@pytest.mark.parametrize(
    ("block", "mended"),
    [
        (b.Button("Go", "shop.example/a"), b.Button("Go", "https://shop.example/a")),
        (b.Heading("Hi {{ citi }}"), b.Heading("Hi {{ city }}")),
        (b.Button("{{ contact.citi }}", "https://x.example"), b.Button("{{ city }}", "https://x.example")),
        (
            b.Text((b.Paragraph((b.Run("a", link="shop.example"),)),)),
            b.Text((b.Paragraph((b.Run("a", link="https://shop.example"),)),)),
        ),
        (b.text_block("Hi {{ citi }}"), b.text_block("Hi {{ city }}")),
    ],
)
def test_what_is_mechanical_is_mended(block: b.Block, mended: b.Block) -> None:
    found = only(findings(draft(b.text_block("x"), block), AROUND))
    assert found.mended is not None
    assert found.mended.letter is not None
    assert found.mended.letter.blocks[1] == mended
    assert findings(found.mended, AROUND) == []


def test_an_advertising_letter_without_a_way_out_gets_the_footer() -> None:
    bare = b.Draft("Hello", "", b.Letter((b.text_block("x"),)))
    found = only(findings(bare, AROUND))
    assert found.code == "no-unsubscribe"
    assert found.mended is not None
    assert findings(found.mended, AROUND) == []
    assert findings(bare, Around(marketing=False)) == []


def test_a_letter_of_only_a_picture_a_long_one_and_one_without_text_are_named() -> None:
    picture = b.Picture("https://x.example/a.png", "Peonies")
    assert [one.code for one in findings(draft(picture), AROUND)] == ["only-picture"]
    assert [one.code for one in findings(GOOD, Around(size=103_000))] == ["letter-long"]
    assert [one.code for one in findings(GOOD, Around(has_text=False))] == ["no-text"]


def test_without_a_workspace_no_field_is_called_unknown() -> None:
    assert findings(draft(b.text_block("{{ whatever }}")), Around()) == []


@pytest.mark.parametrize(
    ("given_", "made"),
    [("a.example", "https://a.example"), ("me@a.example", "mailto:me@a.example"), ("see here", "see here")],
)
def test_an_address_gets_the_scheme_it_lacks(given_: str, made: str) -> None:
    assert with_scheme(given_) == made


@given(LETTERS, SOURCES)
@settings(deadline=None)
def test_any_letter_can_be_checked_and_every_mending_mends_its_finding(
    letter: b.Letter, subject: str
) -> None:
    whole = b.Draft(subject, "", b.Letter(tuple(map(b.tidied, letter.blocks))))
    found = findings(whole, AROUND)
    for one in found:
        if one.mended is not None:
            assert one not in findings(one.mended, AROUND)
