from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.support.segments import segment


@pytest.mark.parametrize(
    ("text", "units", "parts"),
    [
        ("", 0, 1),
        ("a" * 160, 160, 1),
        ("a" * 161, 161, 2),
        ("a" * 306, 306, 2),
        ("a" * 307, 307, 3),
        ("€" * 80, 160, 1),
        ("€" * 81, 162, 2),
        ("a" * 152 + "€" + "a" * 152, 306, 3),
        ("я" * 70, 70, 1),
        ("я" * 71, 71, 2),
        ("я" * 134, 134, 2),
        ("я" * 135, 135, 3),
        ("🛒" * 35, 70, 1),
        ("🛒" * 36, 72, 2),
    ],
)
def test_texts_are_cut_as_networks_cut_them(text: str, units: int, parts: int) -> None:
    found = segment(text)
    assert (found.units, found.parts) == (units, parts)


@pytest.mark.parametrize("sign", list("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà^{}\\[~]|€"))
def test_the_plain_alphabet_has_its_signs(sign: str) -> None:
    assert segment(sign).encoding == "gsm7"


@pytest.mark.parametrize("sign", list("`\t’“”—\u00a0çяб🛒á"))
def test_one_other_sign_makes_the_whole_text_wide(sign: str) -> None:
    assert segment("a" * 100 + sign).encoding == "ucs2"
    assert segment("a" * 100 + sign).parts == 2


@given(st.text(max_size=600))
def test_parts_are_as_few_as_their_room_allows_and_lose_at_most_a_unit_each(text: str) -> None:
    found = segment(text)
    alone, joined = (160, 153) if found.encoding == "gsm7" else (70, 67)
    if found.units <= alone:
        assert found.parts == 1
    else:
        assert -(-found.units // joined) <= found.parts <= -(-found.units // (joined - 1))
