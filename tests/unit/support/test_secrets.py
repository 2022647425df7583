from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringError

from app.model.errors import SecretsError, UserError
from app.support import paths
from app.support.secrets import (
    FileSecrets,
    KeyringSecrets,
    MemorySecrets,
    Secrets,
    add_link_key,
    link_keys,
    open_secrets,
)

VALUE = "planted-gehäim-秘密"


class Memory(KeyringBackend):
    """A keyring as a system would bring one."""

    priority = 1

    def __init__(self, *, forgets: bool = False, locked: bool = False) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}
        self.forgets, self.locked = forgets, locked

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringError("Prompt dismissed")
        return None if self.forgets else self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.locked:
            raise KeyringError("Prompt dismissed")
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class Chain:
    """As keyring's chainer: several back ends, the trustworthy one not first."""

    def __init__(self, *backends: object) -> None:
        self.backends = backends


Attempt = Callable[[KeyringSecrets], object]
ATTEMPTS: list[Attempt] = [lambda s: s.get("x"), lambda s: s.set("x", VALUE), lambda s: s.delete("x")]


def refused(module: str) -> object:
    return type("Refused", (), {"__module__": module})()


@pytest.fixture(params=["memory", "file", "keyring"])
def secrets(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Secrets:
    if request.param == "memory":
        return MemorySecrets()
    if request.param == "file":
        return FileSecrets(tmp_path / "secrets.enc", "a master password")
    backend = Memory()
    monkeypatch.setattr(keyring, "get_keyring", lambda: backend)
    return KeyringSecrets("shop")


def test_secrets_are_kept_replaced_and_forgotten(secrets: Secrets) -> None:
    assert secrets.get("email.password") is None
    secrets.set("email.password", VALUE)
    secrets.set("sms.password", "x")
    assert secrets.get("email.password") == VALUE
    secrets.set("email.password", "other")
    assert secrets.get("email.password") == "other"
    secrets.delete("email.password")
    secrets.delete("email.password")
    assert secrets.get("email.password") is None
    assert secrets.get("sms.password") == "x"
    assert VALUE not in repr(secrets)


def test_link_keys_are_made_on_first_use_and_only_added(secrets: Secrets) -> None:
    (first,) = link_keys(secrets)
    assert len(first) == 32
    assert list(link_keys(secrets)) == [first]
    assert next(iter(add_link_key(secrets))) == first
    assert len(link_keys(secrets)) == 2
    assert len({*link_keys(secrets)}) == 2


def test_a_damaged_link_key_is_told(secrets: Secrets) -> None:
    for damaged in ("not base64", "c2hvcnQ="):
        secrets.set("links.key.1", damaged)
        with pytest.raises(SecretsError, match="damaged"):
            link_keys(secrets)


def test_two_workspaces_do_not_see_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    backend = Memory()
    monkeypatch.setattr(keyring, "get_keyring", lambda: backend)
    KeyringSecrets("one").set("email.password", VALUE)
    assert KeyringSecrets("other").get("email.password") is None


@pytest.mark.parametrize("module", ["keyring.backends.null", "keyring.backends.fail", "keyrings.alt.file"])
def test_keyrings_that_forget_or_write_plain_text_are_refused(
    monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    monkeypatch.setattr(keyring, "get_keyring", lambda: refused(module))
    for attempt in ATTEMPTS:
        with pytest.raises(SecretsError, match="No keyring"):
            attempt(KeyringSecrets("shop"))


def test_of_a_chain_the_first_trustworthy_keyring_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    good = Memory()
    monkeypatch.setattr(keyring, "get_keyring", lambda: Chain(refused("keyrings.alt.file"), good))
    KeyringSecrets("shop").set("x", VALUE)
    assert good.kept == {("chainwright:shop", "x"): VALUE}
    monkeypatch.setattr(keyring, "get_keyring", lambda: Chain(refused("keyrings.alt.file")))
    with pytest.raises(SecretsError, match="No keyring"):
        KeyringSecrets("shop").get("x")


def test_a_locked_keyring_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring, "get_keyring", lambda: Memory(locked=True))
    for attempt in ATTEMPTS:
        with pytest.raises(SecretsError, match="locked"):
            attempt(KeyringSecrets("shop"))


def test_a_keyring_that_does_not_keep_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring, "get_keyring", lambda: Memory(forgets=True))
    with pytest.raises(SecretsError, match="did not keep it"):
        KeyringSecrets("shop").set("x", VALUE)


def test_without_a_keyring_nothing_is_written_anywhere(tmp_path: Path) -> None:
    with pytest.raises(SecretsError, match="file with a master password"):
        open_secrets(tmp_path, "shop", lambda: "").set("email.password", VALUE)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.secrets
def test_a_real_secret_service_keeps_secrets(secret_service: dict[str, str]) -> None:
    secrets = KeyringSecrets("a test")
    secrets.set("email.password", VALUE)
    assert KeyringSecrets("a test").get("email.password") == VALUE
    assert len(link_keys(secrets)) == 1
    secrets.delete("email.password")
    assert secrets.get("email.password") is None


# --- the file ---


def test_the_file_shows_nothing_and_is_its_owners(tmp_path: Path) -> None:
    path = paths.secrets_path(tmp_path)
    FileSecrets(path, "a master password").set("email.password", VALUE)
    raw = path.read_bytes()
    assert VALUE.encode() not in raw
    assert b"email.password" not in raw
    if sys.platform != "win32":
        assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["secrets.enc"]


def test_a_wrong_password_and_a_damaged_file_are_told(tmp_path: Path) -> None:
    path = tmp_path / "secrets.enc"
    FileSecrets(path, "a master password").set("x", VALUE)
    with pytest.raises(SecretsError, match="password is wrong"):
        FileSecrets(path, "another one")
    raw = bytearray(path.read_bytes())
    raw[-1] ^= 1
    path.write_bytes(raw)
    with pytest.raises(SecretsError, match="damaged"):
        FileSecrets(path, "a master password")
    path.write_bytes(b"something else")
    with pytest.raises(SecretsError, match="not a file of secrets"):
        FileSecrets(path, "a master password")
    with pytest.raises(UserError, match="empty"):
        FileSecrets(path, "")


def test_a_file_that_cannot_be_read_or_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(SecretsError, match="cannot be read"):
        FileSecrets(tmp_path, "a master password")
    with pytest.raises(SecretsError, match="cannot be written"):
        FileSecrets(tmp_path / "nowhere" / "x", "a master password").set("x", VALUE)


def test_the_file_is_taken_only_where_a_person_chose_it(tmp_path: Path) -> None:
    assert isinstance(open_secrets(tmp_path, "shop", lambda: ""), KeyringSecrets)
    FileSecrets(paths.secrets_path(tmp_path), "a master password").set("x", VALUE)
    opened = open_secrets(tmp_path, "shop", lambda: "a master password")
    assert opened.get("x") == VALUE
