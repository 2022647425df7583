from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.channels.links import Click, Links
from app.model.errors import UserError

KEYS = [bytes([number]) * 32 for number in range(1, 5)]
BASE = "https://go.example.com"
IDS = st.integers(min_value=0, max_value=2**63 - 1)


def token(url: str) -> str:
    return url.rpartition("/")[2].removesuffix(".gif")


def every_token(links: Links, message_id: int = 2**62 + 5) -> list[str]:
    return [
        token(links.open_url(message_id)),
        token(links.click_url(message_id, 3, "https://shop.example.com/a?b=c&d=ü")),
        token(links.unsubscribe_url(message_id)),
    ]


def readings(links: Links, text: str) -> list[object]:
    return [links.read_open(text), links.read_click(text), links.read_unsubscribe(text)]


@given(IDS, st.integers(min_value=0, max_value=32_767), st.text(min_size=1, max_size=300))
def test_what_is_signed_is_read_back(message_id: int, index: int, target: str) -> None:
    links = Links(BASE, KEYS[:1])
    assert links.read_open(token(links.open_url(message_id))) == message_id
    assert links.read_unsubscribe(token(links.unsubscribe_url(message_id))) == message_id
    assert links.read_click(token(links.click_url(message_id, index, target))) == Click(
        message_id, index, target
    )
    assert links.read_mail_token(links.mail_token(message_id)) == message_id


def test_no_flipped_bit_is_accepted() -> None:
    links = Links(BASE, KEYS[:1])
    for text in every_token(links):
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        for bit in range(len(raw) * 8):
            flipped = bytearray(raw)
            flipped[bit // 8] ^= 1 << bit % 8
            forged = base64.urlsafe_b64encode(flipped).decode().rstrip("=")
            assert readings(links, forged) == [None, None, None]


def test_no_changed_letter_is_accepted_not_even_another_spelling_of_the_same_bytes() -> None:
    links = Links(BASE, KEYS[:1])
    for text in every_token(links):
        for place, letter in enumerate(text):
            for other in "AaZz09-_+/= .%ü":
                if other != letter:
                    changed = text[:place] + other + text[place + 1 :]
                    assert readings(links, changed) == [None, None, None], (place, other)


def test_no_cut_or_lengthened_token_is_accepted() -> None:
    links = Links(BASE, KEYS[:1])
    for text in every_token(links):
        for length in range(len(text)):
            assert readings(links, text[:length]) == [None, None, None]
        for more in ("A", "=", "==", "\n", " "):
            assert readings(links, text + more) == [None, None, None]
    assert readings(links, "A" * 50_000) == [None, None, None]
    assert readings(links, "") == [None, None, None]


def test_a_token_counts_only_as_the_kind_it_was_made_for() -> None:
    links = Links(BASE, KEYS[:1])
    opened, clicked, unsubscribed = every_token(links)
    assert [reading is None for reading in readings(links, opened)] == [False, True, True]
    assert [reading is None for reading in readings(links, clicked)] == [True, False, True]
    assert [reading is None for reading in readings(links, unsubscribed)] == [True, True, False]


def test_a_payload_of_another_length_is_refused_although_it_is_signed() -> None:
    links = Links(BASE, KEYS[:1])
    for kind, read in ((b"chainwright o", links.read_open), (b"chainwright u", links.read_unsubscribe)):
        assert read(links._token(kind, bytes(9))) is None


def test_two_contacts_tokens_cannot_be_mixed() -> None:
    links = Links(BASE, KEYS[:1])
    for one, other in zip(every_token(links, 1), every_token(links, 2), strict=True):
        for place in range(len(one)):
            mixed = one[:place] + other[place:]
            assert set(readings(links, mixed)) <= {None, 1, 2, links.read_click(one), links.read_click(other)}
            if mixed not in (one, other):
                assert readings(links, mixed) == [None, None, None]


def test_another_workspace_cannot_sign_for_this_one() -> None:
    for text in every_token(Links(BASE, [b"x" * 32])):
        assert readings(Links(BASE, KEYS[:1]), text) == [None, None, None]


def test_after_rotation_opens_and_clicks_live_for_two_keys_and_unsubscribing_for_ever() -> None:
    opened, clicked, unsubscribed = every_token(Links(BASE, KEYS[:1]))
    after_one, after_two = Links(BASE, KEYS[:2]), Links(BASE, KEYS[:3])
    assert after_one.read_open(opened) is not None
    assert after_one.read_click(clicked) is not None
    assert after_two.read_open(opened) is None
    assert after_two.read_click(clicked) is None
    assert Links(BASE, KEYS).read_unsubscribe(unsubscribed) is not None


def test_a_key_that_is_not_there_yet_is_refused() -> None:
    assert readings(Links(BASE, KEYS[:1]), every_token(Links(BASE, KEYS[:2]))[2]) == [None, None, None]


def test_the_unsubscribe_address_stays_under_75_characters_on_the_longest_host() -> None:
    links = Links("https://" + "h" * 29, KEYS)
    assert len(links.unsubscribe_url(2**63 - 1)) == 74


def test_a_mail_token_is_short_the_same_for_ever_and_cannot_be_made_up() -> None:
    made = Links(BASE, KEYS[:1]).mail_token(77)
    after = Links("", KEYS)
    assert after.mail_token(77) == made
    assert len(made) == 26
    assert after.read_mail_token(made.upper()) == 77
    for place, letter in enumerate(made):
        other = "b" if letter == "a" else "a"
        assert after.read_mail_token(made[:place] + other + made[place + 1 :]) is None
    for text in ("", "a", made[:-1], made + "a", "ü" * 26, "1" * 26):
        assert after.read_mail_token(text) is None


def test_a_target_too_long_to_be_carried_is_linked_without_us() -> None:
    links = Links(BASE, KEYS)
    long = "https://shop.example.com/" + "x" * 2_000
    assert links.click_url(1, 0, long) == long
    assert links.click_url(1, 32_768, "https://a.example") == "https://a.example"


def test_a_link_to_the_site_itself_is_shorter_and_leads_to_where_the_site_is_now() -> None:
    links = Links(BASE, KEYS[:1])
    url = links.click_url(5, 2, f"{BASE}/basket?id=1")
    assert len(url) < len(links.click_url(5, 2, "https://go.example.net/basket?id=1"))
    assert links.read_click(token(url)) == Click(5, 2, f"{BASE}/basket?id=1")
    moved = Links("https://new.example.com", KEYS[:1]).read_click(token(url))
    assert moved == Click(5, 2, "https://new.example.com/basket?id=1")


def test_our_own_addresses_are_known() -> None:
    links = Links(BASE + "/", KEYS)
    assert links.is_ours(links.unsubscribe_url(1))
    assert not links.is_ours("https://go.example.community/u/x")
    assert not links.is_ours(BASE + "/basket")
    assert not Links("", KEYS).is_ours("/u/x")
    assert not Links("", KEYS).has_site


@pytest.mark.parametrize("keys", [[], [b"x"] * 256])
def test_links_need_a_key(keys: list[bytes]) -> None:
    with pytest.raises(UserError):
        Links(BASE, keys)
