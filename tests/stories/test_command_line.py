"""Show 0 by command line alone: a damaged list of 1,000 people, one real mail server, only who agreed."""

from __future__ import annotations

import imaplib
import re
import time
from collections import Counter
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from tests.servers.fixtures import SmtpFactory
from tests.servers.mail import MailServer
from tests.servers.smtp import SmtpCatcher
from tests.servers.test_mail import trust
from tests.stories.basket_flow import NAME, by_hand, write_story
from tests.stories.program import AT_ANY_HOUR, WITH_FILE, Program
from tests.stories.shop_list import Row, shop_list, write_list

PASSWORD = "pass wörd"
LOGIN = ("email.user=shop", "email.from=shop@example.com")
SHOP = (
    "workspace.name=Ackermann Flowers",
    "workspace.region=DE",
    "site.url=https://go.example.com",
    "postal_address=Lindenallee 7, 10115 Berlin",
    "sms.url=https://sms.example.com/send",
    *AT_ANY_HOUR,
    "sending.ceiling.email=5000",
)


def set_up(program: Program, catcher: SmtpCatcher) -> None:
    """Everything that the shop has to say, and the password where nobody sees it."""
    server = [f"email.host={catcher.host}", f"email.port={catcher.port}", *LOGIN]
    server.append(f"email.certificate={catcher.certificate}")
    assert program.do("set", *SHOP, *server)["set"] == [text.partition("=")[0] for text in (*SHOP, *server)]
    assert program.do("set", "email.password", given=f"{PASSWORD}\n") == {"set": ["email.password"]}


def play(program: Program, rows: list[Row], tmp_path: Path) -> dict[str, Any]:
    """Import, publish, enter, run; answers what ``run`` said."""
    imported = program.do("import", str(write_list(rows, tmp_path / "kunden.csv")))
    assert (imported["read"], imported["created"], imported["skipped"]) == (len(rows), len(rows), [])
    lost = [row.number for row in rows if not row.phone]
    assert len(imported["left_out"]) == len(lost)
    published = program.do("publish", str(write_story(by_hand(), tmp_path)))
    assert (published["flow"], published["version"]) == (NAME, 1)
    assert [one for one in published["problems"] if one["severity"] == "error"] == []
    assert program.do("enter", NAME, "all") == {"entered": len(rows), "refused": {}}
    said: dict[str, Any] = program.do("run", "--until-idle", "--no-site")
    return said


def edges(said: dict[str, Any]) -> dict[tuple[str, str, str], int]:
    """What was walked, from where by what to where."""
    return {(one["from"], one["outlet"], one["to"]): one["count"] for one in said["edges"] if one["count"]}


def agreed(rows: list[Row]) -> Counter[str]:
    return Counter(row.email for row in rows if row.consent == "yes")


def check_sums(said: dict[str, Any], rows: list[Row], arrived: Counter[str]) -> None:
    """What the program says is what somebody else counted."""
    yes = agreed(rows)
    assert arrived == yes, "letters came to others than those who agreed, or twice"
    refused = len(rows) - len(yes)
    assert said["contacts"] == len(rows)
    assert said["journeys"] == {"entered": len(rows), "inside": len(rows), "by_end": {}}
    assert said["messages"]["email"] == {"failed": refused, "sent": len(yes)}
    assert said["failed"] == {"no-consent": refused}
    assert edges(said) == {
        ("start", "entered", "letter1"): len(rows),
        ("letter1", "failed", "popup"): refused,
    }


@pytest.fixture
def locked(make_smtp_catcher: SmtpFactory) -> SmtpCatcher:
    """A mail server that wants TLS and a login."""
    return make_smtp_catcher(tls="starttls", user="shop", password=PASSWORD)


def recipients(catcher: SmtpCatcher) -> Counter[str]:
    return Counter(address for letter in catcher.caught for address in letter.recipients)


@pytest.mark.secrets
def test_a_thousand_people_of_whom_900_agreed_and_900_letters_arrive(
    locked: SmtpCatcher, secret_service: dict[str, str], tmp_path: Path, record_property: Callable[..., None]
) -> None:
    program, rows = Program(tmp_path / "shop", secret_service), shop_list(900, 60, 40)
    set_up(program, locked)
    began = time.monotonic()
    said = play(program, rows, tmp_path)
    record_property("seconds", round(time.monotonic() - began, 1))

    check_sums(said, rows, recipients(locked))
    assert said["messages"]["email"]["sent"] == 900
    ids = [letter.message["Message-ID"] for letter in locked.caught]
    assert len(set(ids)) == 900
    assert locked.connections == 900 / 50, "the connection is not kept"
    names = {letter.message["Subject"].partition(",")[0] for letter in locked.caught}
    assert {"Jürgen", 'Anna "die Rote"', "Zoë", "François"} <= names
    again = program.do("run", "--until-idle", "--no-site")
    assert (again, len(locked.caught)) == (said, 900)
    assert not (program.folder / "secrets.enc").exists()
    kept_nowhere(program.folder)


def test_the_same_with_a_file_of_secrets_where_there_is_no_keyring(
    locked: SmtpCatcher, tmp_path: Path
) -> None:
    program, rows = Program(tmp_path / "shop", WITH_FILE), shop_list(30, 6, 4)
    set_up(program, locked)
    said = play(program, rows, tmp_path)

    check_sums(said, rows, recipients(locked))
    assert (program.folder / "secrets.enc").stat().st_mode & 0o777 == 0o600
    kept_nowhere(program.folder)
    stranger = Program(tmp_path / "shop", {"CHAINWRIGHT_MASTER_PASSWORD": "another"})
    answer = stranger.ask("run", "--until-idle", "--no-site")
    assert (answer.code, answer.out) == (2, "")
    assert answer.sentence == "The master password is wrong, or the file of secrets is damaged."


def kept_nowhere(folder: Path) -> None:
    """Promise 8: the password is in no file of the workspace, in no spelling that could be read."""
    for path in filter(Path.is_file, folder.rglob("*")):
        raw = path.read_bytes()
        assert PASSWORD.encode() not in raw, path.name
        assert PASSWORD.encode("cp1252") not in raw, path.name


@pytest.mark.mail
def test_letters_go_by_postfix_into_the_mailbox_of_who_agreed(
    mail_server: MailServer, tmp_path: Path
) -> None:
    program = Program(tmp_path / "shop", WITH_FILE)
    rows = [
        Row(0, "alice@acme.test", "", "", "yes", ""),
        Row(1, "bob@acme.test", "", "", "no", ""),
    ]
    server = [f"email.host={mail_server.host}", f"email.port={mail_server.smtp_port}"]
    login = ["email.user=shop@acme.test", "email.from=shop@acme.test"]
    program.do("set", *SHOP, *server, *login, f"email.certificate={mail_server.certificate}")
    program.do("set", "email.password", given=mail_server.password)
    (tmp_path / "kunden.csv").write_text(
        "Email,First name,Email consent\n" + "".join(f"{one.email},Wanda,{one.consent}\n" for one in rows)
    )
    program.do("import", str(tmp_path / "kunden.csv"))
    program.do("publish", str(write_story(by_hand(), tmp_path)))
    program.do("enter", NAME, *(row.email for row in rows))
    said = program.do("run", "--until-idle", "--no-site")

    assert said["messages"]["email"] == {"failed": 1, "sent": 1}
    letter = in_mailbox(mail_server, "alice@acme.test", "Wanda, your flowers are still here")
    assert letter["From"] == "Ackermann Flowers <shop@acme.test>"
    assert re.search(r"https://go\.example\.com/u/\S+", letter["List-Unsubscribe"])
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "Lindenallee 7" in letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]


def in_mailbox(server: MailServer, user: str, subject: str) -> EmailMessage:
    """The one letter of this subject, as IMAP gives it back; fails when it does not come."""
    end = time.monotonic() + 30
    with imaplib.IMAP4(server.host, server.imap_port, timeout=30) as client:
        client.starttls(trust(server))
        client.login(user, server.password)
        while time.monotonic() < end:
            client.select("INBOX")
            numbers = client.search(None, "SUBJECT", f'"{subject}"')[1][0].split()
            if numbers:
                assert len(numbers) == 1
                found = client.fetch(numbers[0].decode(), "(RFC822)")[1][0]
                assert isinstance(found, tuple)
                parsed = message_from_bytes(found[1], policy=policy.default)
                assert isinstance(parsed, EmailMessage)
                return parsed
            time.sleep(0.05)
    pytest.fail(f"no letter {subject!r} came to {user}")
