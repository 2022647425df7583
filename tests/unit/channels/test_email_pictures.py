"""Pictures that stand in a letter itself travel as its parts: mail programs show no ``data:`` address."""

from __future__ import annotations

import base64
from email.message import EmailMessage

from hypothesis import given, settings
from hypothesis import strategies as st

from app.channels.email import EmailChannel
from app.flows.letters import blocks as b
from app.flows.letters.mjml import write_letter
from app.support.settings import EmailSettings
from tests.unit.channels.making import LINKS, SHOP, outgoing

SETTINGS = EmailSettings.model_validate({"host": "127.0.0.1", "from": "hello@clara.example"})


def composed(*pictures: bytes) -> EmailMessage:
    """A letter with these pictures as it goes over the wire, read again."""
    blocks = [
        b.Picture("data:image/png;base64," + base64.b64encode(data).decode(), "A picture")
        for data in pictures
    ]
    body = write_letter(b.Letter((*blocks, b.text_block("Größe"), b.Footer())))
    channel = EmailChannel(SETTINGS, SHOP, LINKS, lambda: None)
    message = channel.compose(channel.prepare(outgoing(settings={"subject": "Hi", "body": body})))
    channel.close()
    return message


def parts(message: EmailMessage) -> list[tuple[str, str, bytes]]:
    """(type, content id, data) of each picture."""
    return [
        (part.get_content_type(), str(part["Content-ID"]), part.get_content())
        for part in message.walk()
        if part.get_content_maintype() == "image" and isinstance(part, EmailMessage)
    ]


@given(st.lists(st.binary(min_size=1, max_size=40), min_size=1, max_size=3, unique=True))
@settings(max_examples=25, deadline=None)
def test_each_picture_is_a_part_that_the_letter_names(pictures: list[bytes]) -> None:
    message = composed(*pictures, pictures[0])
    body = message.get_body(("html",))
    assert isinstance(body, EmailMessage)
    markup = body.get_content()
    found = parts(message)
    assert [data for _type, _id, data in found] == pictures
    assert "data:image" not in markup
    for _type, name, _data in found:
        assert f'src="cid:{name.strip("<>")}"' in markup
    assert message.get_body(("plain",)) is not None


def test_a_letter_without_pictures_has_two_plain_parts() -> None:
    message = composed()
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
