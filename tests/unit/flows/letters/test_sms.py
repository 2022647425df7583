from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.flows.letters.sms import Dear, cost_of, dear_signs, like_of, replaced
from app.support.segments import GSM7, segment


def test_each_dear_sign_is_named_once_with_its_like() -> None:
    found = dear_signs("“Mia” – ě日 “x”", GSM7)
    assert found == [Dear("“", '"'), Dear("”", '"'), Dear("–", "-"), Dear("ě", "e"), Dear("日", "")]


@given(st.text())
def test_a_text_is_dear_exactly_when_it_has_a_dear_sign(text: str) -> None:
    assert (segment(text).encoding == "ucs2") == bool(dear_signs(text, GSM7))


@given(st.characters())
def test_a_like_is_always_cheap(sign: str) -> None:
    assert all(one in GSM7 for one in like_of(sign, GSM7))


def test_a_sign_is_replaced_in_the_words_and_never_in_a_field() -> None:
    source = "“Hi” {{ nick | default: '“' }} “"
    assert replaced(source, Dear("“", '"')) == "\"Hi” {{ nick | default: '“' }} \""


@pytest.mark.parametrize(
    ("parts", "price", "cost"),
    [
        (2, "0.075 EUR", "0.15 EUR"), (3, "0,1 €", "0.3 €"), (1, "2", "2"), (10, "1 EUR", "10 EUR"),
        (2, "", ""), (2, "cheap", ""), (2, "EUR 1", ""),
    ],
)  # fmt: skip
def test_the_cost_follows_the_parts(parts: int, price: str, cost: str) -> None:
    assert cost_of(parts, price) == cost
