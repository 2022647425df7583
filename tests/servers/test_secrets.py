"""The Secret Service fixture is a real one, for this process and for a child."""

from __future__ import annotations

import os
import subprocess
import sys

import keyring
import pytest

pytestmark = pytest.mark.secrets


def test_a_secret_is_kept_and_forgotten(secret_service: dict[str, str]) -> None:
    keyring.set_password("chainwright-test", "email", "geheim-ß-見")
    assert keyring.get_password("chainwright-test", "email") == "geheim-ß-見"
    keyring.delete_password("chainwright-test", "email")
    assert keyring.get_password("chainwright-test", "email") is None


def test_a_child_finds_what_we_kept(secret_service: dict[str, str]) -> None:
    keyring.set_password("chainwright-test", "sms", "key")
    code = "import keyring; print(keyring.get_password('chainwright-test', 'sms'))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | secret_service,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "key"
