from __future__ import annotations

import pytest

from app.model.errors import UserError
from app.support import settings


def put(values: dict[str, settings.Json], *assignments: str) -> dict[str, settings.Json]:
    return settings.assign(values, [settings.read_assignment(text) for text in assignments])


def test_values_are_stored_as_what_they_mean() -> None:
    values = put({}, "email.host=127.0.0.1", "email.port=2525", "email.security=none", "practice=yes")
    assert values["email.port"] == 2525
    assert values["practice"] is True
    loaded = settings.load(values)
    assert loaded.email.smtp_port == 2525
    assert loaded.practice


def test_an_empty_value_forgets_a_setting() -> None:
    assert "email.reply_to" not in put({"email.reply_to": "a@shop.test"}, "email.reply_to=")


def test_nothing_is_changed_when_one_of_several_is_wrong() -> None:
    before: dict[str, settings.Json] = {"site.port": 80}
    with pytest.raises(UserError):
        put(before, "site.port=81", "email.port=many")
    assert before == {"site.port": 80}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("email.hots=x", "Did you mean email.host"),
        ("quite_else=1", "There are: email.certificate"),
        ("email.port=abc", "email.port has to be a whole number."),
        ("email.port=70000", "email.port has to be at most 65535."),
        ("email.security=ssl", "email.security has to be"),
        ("email.host=https://mail", "has to be a host name"),
        ("email.host=mail.shop.com\r\nRCPT", "has to be a host name"),
        ("email.from_name=Shop\nBcc: all", "one line"),
        ("site.url=http://shop.com", "has to begin with https://"),
        ("site.url=https://a-very-long-name.of-a-shop.example.com", "longer than 29 characters"),
        ("practice=maybe", "practice has to be yes or no."),
        ("workspace.zone=Mars/Base", "time zone"),
        ("workspace.region=Germany", "two letters"),
        ("email.from=nobody", "has to be an e-mail address"),
        ("email.host=mail.shop.com", ""),
        ("email.password=geheim", "standard input"),
        ("email.host", "Write email.host=VALUE"),
        ("sms.fields=[1", "JSON object"),
        ('sms.fields={"to": 5}', "sms.fields"),
        ("sms.fields.to={phone}", "{phone}, which is not known"),
        ("sms.url=https://{to}.example.com", "only after the host"),
        ("sms.url=ftp://example.com", "has to be an address"),
        ("sms.url=https://user:pw@example.com", "without a login"),
        ("sms.auth=header", "sms.auth_name is missing"),
        ('sms.error_classes={"1": "sometimes"}', "sms.error_classes"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(text: str, sentence: str) -> None:
    if not sentence:
        put({}, text)
        return
    with pytest.raises(UserError) as caught:
        put({}, text)
    assert sentence in str(caught.value)
    assert "geheim" not in str(caught.value)


def test_clear_text_mail_is_only_for_this_machine() -> None:
    put({}, "email.host=localhost", "email.security=none")
    with pytest.raises(UserError, match="only for a mail server on this machine"):
        put({}, "email.host=mail.example.com", "email.security=none")


def test_tables_of_a_gateway_are_set_entry_by_entry() -> None:
    values = put({}, "sms.fields.phones={to_digits}", "sms.fields.mes={text}", "sms.error_classes.7=optout")
    assert values["sms.fields"] == {"phones": "{to_digits}", "mes": "{text}"}
    assert put(values, "sms.fields.mes=")["sms.fields"] == {"phones": "{to_digits}"}
    assert settings.load(values).sms.error_classes == {"7": "optout"}


def test_names_of_a_newer_release_are_kept_and_left_alone() -> None:
    values = put({"email.dkim": "x", "rcs.agent": {"a": 1}}, "site.port=0")
    assert values == {"email.dkim": "x", "rcs.agent": {"a": 1}, "site.port": 0}


def test_a_channel_is_set_up_when_it_can_send() -> None:
    assert settings.load({}).channels == {"popup", "task"}
    mail: dict[str, settings.Json] = {"email.host": "localhost", "email.from": "a@shop.test"}
    assert "email" in settings.load(mail).channels
    assert settings.load({"practice": True}).channels >= {"email", "sms"}


def test_every_name_can_be_read_and_a_secret_has_no_value() -> None:
    for name in settings.names():
        if name in settings.SECRET_NAMES:
            assert settings.read_assignment(name).value is None
        else:
            assert settings.read_assignment(f"{name}=x").value == "x"


def test_ports_follow_the_security() -> None:
    assert settings.load({"email.security": "tls"}).email.smtp_port == 465
    assert settings.load({}).email.smtp_port == 587
    assert settings.load({"net.allow": ["10.0.0.0/8"]}).allow == ("10.0.0.0/8",)
