"""What every test stands on: no display, no network, no real home, nothing unnoticed, skips counted."""

from __future__ import annotations

import logging
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest

from tests.hands import type_text as _type_text

pytest_plugins = ["tests.servers.fixtures", "tests.figures"]

SYSTEM = os.environ.get("CHAINWRIGHT_SYSTEM") == "1"
"""Every server is said to be installed: a skip is then a failure of the run."""

CRASH = Path(__file__).parent / "crash"
"""What kills processes wants both cores."""
QUIET_CRASHES = {"test_fault_points.py"}
"""But for what ends a process at a named place: no clock tells when, so another test does no harm."""

OTHER_SYSTEMS: dict[str, str] = {}
"""The tests made for one operating system, by the start of their id, and the `sys.platform` they are for."""

OURS = re.compile(r"(app|chainwright)(\.|$)")
QUIET_FOREIGNERS = re.compile(r"(mail\.log|aiosmtpd|hypothesis|urllib3|keyring)(\.|$)")
"""Other people's loggers that may warn: what they say is about their peers, not about us."""

_home = Path(tempfile.mkdtemp(prefix="chainwright-test-home-"))
os.environ.update(
    QT_QPA_PLATFORM="offscreen",
    QT_QUICK_BACKEND="software",
    LANG="C.UTF-8",
    LC_ALL="C.UTF-8",
    TZ="Asia/Kolkata",  # half an hour beside every whole hour: local time taken for UTC is found out
    PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring",
    XDG_CONFIG_HOME=str(_home / "config"),
    XDG_DATA_HOME=str(_home / "data"),
    XDG_STATE_HOME=str(_home / "state"),
    XDG_CACHE_HOME=str(_home / "cache"),
    DBUS_SESSION_BUS_ADDRESS="disabled:",
)
for _name in ("DISPLAY", "WAYLAND_DISPLAY", "http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
    os.environ.pop(_name, None)
if hasattr(time, "tzset"):
    time.tzset()

hypothesis.settings.register_profile(
    "quick",
    max_examples=50,
    deadline=None,
    print_blob=True,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.register_profile("nightly", hypothesis.settings.get_profile("quick"), max_examples=500)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--nightly", action="store_true", help="run the slow and deep tests too")


def pytest_configure(config: pytest.Config) -> None:
    hypothesis.settings.load_profile("nightly" if config.getoption("--nightly") else "quick")


def pytest_unconfigure() -> None:
    shutil.rmtree(_home, ignore_errors=True)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(CRASH) and item.path.name not in QUIET_CRASHES:
            item.add_marker("alone")
    out = [item for item in items if _is_of_another_tier(item, config) or _is_for_another_system(item)]
    if out:
        config.hook.pytest_deselected(items=out)
        items[:] = [item for item in items if item not in set(out)]


def _is_of_another_tier(item: pytest.Item, config: pytest.Config) -> bool:
    return item.get_closest_marker("nightly") is not None and not config.getoption("--nightly")


def _is_for_another_system(item: pytest.Item) -> bool:
    return any(
        item.nodeid.startswith(start) and sys.platform != name for start, name in OTHER_SYSTEMS.items()
    )


def pytest_sessionfinish(session: pytest.Session) -> None:
    if SYSTEM and session.exitstatus == pytest.ExitCode.OK and _skips(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if SYSTEM and (skips := _skips(config)):
        terminalreporter.write_line(
            f"{skips} skipped although every server was said to be installed: that fails the run.", red=True
        )


def _skips(config: pytest.Config) -> int:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    return len(reporter.stats.get("skipped", [])) if reporter else 0


class _Listener(logging.Handler):
    """Keeps the warnings that nobody announced."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.expected: dict[re.Pattern[str], int] = {}
        self.unexpected: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        hits = [pattern for pattern in self.expected if pattern.search(text)]
        for pattern in hits:
            self.expected[pattern] += 1
        if not hits and not QUIET_FOREIGNERS.match(record.name):
            whose = "" if OURS.match(record.name) else "foreign "
            self.unexpected.append(f"{whose}{record.name} {record.levelname}: {text}")


@pytest.fixture(autouse=True)
def _listener() -> Iterator[_Listener]:
    """Fails a test in which a warning was logged that it did not expect, or an expected one did not come."""
    listener = _Listener()
    root = logging.getLogger()
    root.addHandler(listener)
    yield listener
    root.removeHandler(listener)
    missing = [pattern.pattern for pattern, hits in listener.expected.items() if not hits]
    assert not listener.unexpected, "logged without being expected:\n" + "\n".join(listener.unexpected)
    assert not missing, f"expected in the log, but never came: {missing}"


@pytest.fixture
def expect_log(_listener: _Listener) -> Callable[[str], None]:
    """`expect_log(pattern)`: a warning or error with this text will be logged in this test, at least once."""

    def expect(pattern: str) -> None:
        _listener.expected[re.compile(pattern)] = 0

    return expect


@pytest.fixture
def type_text() -> Callable[..., None]:
    """`type_text(widget, text)`: types as an input method does. `keyClicks` aborts on non-ASCII."""
    return _type_text
