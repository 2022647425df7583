"""A shop with its servers: letters and texts are caught, nothing is published yet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.channels.catcher import Catcher
from tests.servers.fixtures import SmtpFactory
from tests.servers.missing import free_port
from tests.servers.smtp import SmtpCatcher
from tests.stories.baskets import TOKEN, Shop
from tests.stories.program import AT_ANY_HOUR, WITH_FILE, Program


@pytest.fixture
def sms() -> Iterator[Catcher]:
    with Catcher() as catcher:
        yield catcher


@pytest.fixture
def letters(make_smtp_catcher: SmtpFactory) -> SmtpCatcher:
    return make_smtp_catcher(tls="starttls", user="shop", password="pw")


@pytest.fixture
def shop(letters: SmtpCatcher, sms: Catcher, tmp_path: Path) -> Shop:
    """Everything set, but nobody in it yet and nothing published."""
    program, port = Program(tmp_path / "shop", WITH_FILE), free_port()
    program.do(
        "set",
        "workspace.region=DE",
        "postal_address=Lindenallee 7, 10115 Berlin",
        f"email.host={letters.host}",
        f"email.port={letters.port}",
        f"email.certificate={letters.certificate}",
        "email.user=shop",
        "email.from=shop@example.com",
        f"site.port={port}",
        f"site.url=http://127.0.0.1:{port}",
        f"sms.url={sms.sms_url}",
        "sms.body=json",
        f"sms.ok_match={sms.sms_settings().ok_match}",
        "sms.idempotent=yes",
        f"net.allow={sms.host}",
        *AT_ANY_HOUR,
        "sending.ceiling.email=0",
        "sending.ceiling.sms=0",
        "sending.cap=0",  # who leaves two baskets within minutes is written to about both
    )
    program.do("set", "email.password", given="pw\n")
    program.do("set", "site.token", given=f"{TOKEN}\n")
    return Shop(program, f"http://127.0.0.1:{port}")
