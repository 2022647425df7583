"""The servers as fixtures. One that cannot be started here skips its tests and says what is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest

from tests.servers import browser, mail, postgres, screen, secrets
from tests.servers.missing import MissingServer

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.servers.smtp import SmtpCatcher

S = TypeVar("S")
SmtpFactory = Callable[..., "SmtpCatcher"]


@contextmanager
def _or_skip(server: Callable[[], AbstractContextManager[S]]) -> Iterator[S]:
    with ExitStack() as stack:
        try:
            running = stack.enter_context(server())
        except MissingServer as missing:
            pytest.skip(str(missing))
        yield running


@pytest.fixture
def make_smtp_catcher(tmp_path: Path) -> Iterator[SmtpFactory]:
    """`make_smtp_catcher(tls="starttls", user="shop", password="pw", port=0)`: running SMTP servers."""
    from tests.servers.smtp import smtp_server

    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(smtp_server(tmp_path, **options))


@pytest.fixture
def smtp_catcher(make_smtp_catcher: SmtpFactory) -> SmtpCatcher:
    """An SMTP server without TLS or login that keeps every letter in `caught`."""
    return make_smtp_catcher()


@pytest.fixture(scope="session")
def _cluster() -> Iterator[postgres.Cluster]:
    with _or_skip(postgres.cluster) as running:
        yield running


@pytest.fixture
def postgres_url(_cluster: postgres.Cluster) -> Iterator[str]:
    """The SQLAlchemy URL of an empty PostgreSQL database of this test's own."""
    with _cluster.database() as url:
        yield url


@pytest.fixture(scope="session")
def mail_server() -> Iterator[mail.MailServer]:
    """Postfix and Dovecot; their mailboxes are shared by the session, so look for your own letter."""
    with _or_skip(mail.mail_server) as running:
        yield running


@pytest.fixture
def secret_service(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """A real, unlocked Secret Service for this process; the value is what a child's environment needs."""
    import keyring
    from keyring.backends import SecretService

    before = keyring.get_keyring()
    with _or_skip(secrets.secret_service) as environment:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", environment["DBUS_SESSION_BUS_ADDRESS"])
        keyring.set_keyring(SecretService.Keyring())  # type: ignore[no-untyped-call]
        yield environment
        keyring.set_keyring(before)


@pytest.fixture(scope="session")
def xvfb() -> Iterator[screen.Screen]:
    """A real X display with xdotool."""
    with _or_skip(screen.screen) as running:
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A headless Chromium; of the module, because playwright keeps an event loop in this thread."""
    with _or_skip(browser.chromium) as running:
        yield running
