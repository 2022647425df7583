from __future__ import annotations

import pytest

from app.channels.notice import NoticeChannel
from app.model.errors import TextError
from app.model.journey import Result
from tests.unit.channels.making import SHOP, outgoing


def test_a_line_is_made_for_its_person_and_accepted() -> None:
    channel = NoticeChannel(SHOP)
    told = {"text": "{{ first_name }} left {{ event.total }}\nat {{ shop.name }}"}
    made = channel.prepare(outgoing("notify", told, entry={"total": 80}, first_name="Ada"))
    assert made.content == {"text": "Ada left 80 at Clara’s Tea House"}
    (receipt,) = channel.send([made])
    assert (receipt.message_id, receipt.result) == (7, Result.SENT)
    channel.close()


def test_a_line_that_would_be_empty_is_not_made() -> None:
    with pytest.raises(TextError):
        NoticeChannel(SHOP).prepare(outgoing("notify", {"text": "{{ first_name | default: '' }}"}))
