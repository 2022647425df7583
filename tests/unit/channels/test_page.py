from __future__ import annotations

from dataclasses import replace

import pytest

from app.channels.noop import NoopChannel
from app.channels.page import PopupChannel, TaskChannel
from app.model.batch import STALE, Batch
from app.model.errors import TextError
from app.model.journey import Result
from tests.unit.channels.making import SHOP, outgoing

POPUP = {
    "headline": "Hello {{ first_name }}\nyou",
    "text": "Your basket: {{ event.total }}",
    "button": "Go",
    "link": "{{ event.url }}",
    "fields": ["phone", "email", "nonsense"],
    "consent_text": "I agree to {{ nothing }}.",
}


def test_a_popup_is_made_of_its_texts() -> None:
    channel = PopupChannel(SHOP)
    made = channel.prepare(
        outgoing(
            "popup",
            POPUP,
            address="visitor1",
            entry={"total": 3, "url": "https://x.example/?a=b"},
            first_name="<b>",
        )
    )
    assert made.content == {
        "headline": "Hello <b> you",
        "text": "Your basket: 3",
        "button": "Go",
        "link": "https://x.example/?a=b",
        "fields": ["email", "phone"],
        "consent_text": "I agree to {{ nothing }}.",
    }
    assert made.address == "visitor1"


@pytest.mark.parametrize(
    ("link", "kept"),
    [
        ("/basket", "/basket"),
        ("HTTPS://x.example", "HTTPS://x.example"),
        ("javascript:alert(1)", ""),
        ("//evil.example", ""),
        ("/\\evil.example", ""),
        ("https:evil", ""),
        ("data:text/html,x", ""),
        ("https://x.example/a b", ""),
        ("", ""),
    ],
)
def test_a_popup_leads_to_a_page_or_nowhere(link: str, kept: str) -> None:
    made = PopupChannel(SHOP).prepare(outgoing("popup", POPUP, entry={"url": link}))
    assert made.content["link"] == kept


def test_a_popup_without_words_is_refused() -> None:
    with pytest.raises(TextError, match="popup is empty"):
        PopupChannel(SHOP).prepare(outgoing("popup", {"headline": "{{ first_name }}"}))


def test_a_call_back_has_name_number_and_text() -> None:
    channel = TaskChannel(SHOP)
    one = outgoing(
        "task", {"text": "Call {{ first_name }} of {{ shop.name }}"}, first_name="Ada", last_name="Berg"
    )
    called = replace(one, contact=replace(one.contact, addresses={"phone": "+4915112345678"}))
    assert channel.prepare(called).content == {
        "text": f"Call Ada of {SHOP.name}",
        "name": "Ada Berg",
        "phone": "+4915112345678",
    }
    assert channel.prepare(outgoing("task", {"text": "x"}, name="Ada")).content["name"] == "Ada"


def test_what_waits_on_a_page_is_not_sent() -> None:
    channel = TaskChannel(SHOP)
    (receipt,) = channel.send(Batch([channel.prepare(outgoing("task", {"text": "x"}))]))
    assert receipt.result is Result.RETRY
    channel.close()


def test_the_measuring_channel_takes_everything() -> None:
    channel = NoopChannel("sms", in_flight=9)
    made = [channel.prepare(outgoing("sms", message_id=number)) for number in (1, 2)]
    assert [(receipt.message_id, receipt.result) for receipt in channel.send(Batch(made))] == [
        (1, Result.SENT),
        (2, Result.SENT),
    ]
    assert (channel.name, channel.in_flight, channel.sent) == ("sms", 9, 2)
    (late,) = channel.send(Batch(made[:1], lambda: False))
    assert (late.result, late.detail, channel.sent) == (Result.RETRY, STALE, 2)
    channel.close()
