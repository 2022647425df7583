"""Secrets: in the system's keyring, or in a file encrypted with a master password that the user chose.

Nothing falls back to plain text, and no secret is read from the environment.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import secrets as chance
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, Protocol

import keyring
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from keyring.backend import KeyringBackend
from keyring.errors import KeyringError

from app.model.errors import SecretsError, UserError
from app.support.log import hide
from app.support.paths import secrets_path

KEY_BYTES: Final = 32
_REFUSED: Final = ("keyring.backends.null", "keyring.backends.fail", "keyrings.alt")
_NO_KEYRING: Final = (
    "No keyring is there to keep secrets in. Unlock or install one (GNOME Keyring, KWallet), "
    "or choose the file with a master password."
)
_LOCKED: Final = "The keyring is locked or does not answer. Unlock it and try again."


class Secrets(Protocol):
    """Where the secrets of one workspace are kept. Every call may raise SecretsError."""

    def get(self, name: str) -> str | None:
        """The secret, or None when there is none."""

    def set(self, name: str, value: str) -> None:
        """Stores it, over an older one."""

    def delete(self, name: str) -> None:
        """Forgets it; nothing happens when there is none."""


class KeyringSecrets:
    """The system's keyring, under a service name of this workspace's own."""

    def __init__(self, workspace: str) -> None:
        self._service = f"chainwright:{workspace}"

    def get(self, name: str) -> str | None:
        backend = _backend()
        try:
            value = backend.get_password(self._service, name)
        except (KeyringError, RuntimeError, OSError) as error:
            raise SecretsError(_LOCKED) from error
        if value is not None:
            hide(value)
        return value

    def set(self, name: str, value: str) -> None:
        backend = _backend()
        hide(value)
        try:
            backend.set_password(self._service, name, value)
            kept = backend.get_password(self._service, name)
        except (KeyringError, RuntimeError, OSError) as error:
            raise SecretsError(_LOCKED) from error
        if kept != value:
            raise SecretsError("The keyring took the secret and did not keep it. Choose another keyring.")

    def delete(self, name: str) -> None:
        backend = _backend()
        try:
            if backend.get_password(self._service, name) is not None:
                backend.delete_password(self._service, name)
        except (KeyringError, RuntimeError, OSError) as error:
            raise SecretsError(_LOCKED) from error


def _backend() -> KeyringBackend:
    """The keyring in use, or its first trustworthy part when it is a chain of several."""
    current = keyring.get_keyring()
    parts = getattr(current, "backends", None)
    candidates = list(parts) if isinstance(parts, (list, tuple)) else [current]
    for candidate in candidates:
        if not type(candidate).__module__.startswith(_REFUSED):
            return candidate
    raise SecretsError(_NO_KEYRING)


class MemorySecrets:
    """Kept while the program runs and no longer: for the demo."""

    def __init__(self) -> None:
        self._kept: dict[str, str] = {}

    def get(self, name: str) -> str | None:
        return self._kept.get(name)

    def set(self, name: str, value: str) -> None:
        hide(value)
        self._kept[name] = value

    def delete(self, name: str) -> None:
        self._kept.pop(name, None)

    def __repr__(self) -> str:
        return f"MemorySecrets({len(self._kept)} kept)"


_MAGIC: Final = b"chainwright-secrets-1\n"
_SALT_BYTES: Final = 16
_NONCE_BYTES: Final = 12
_SCRYPT_N: Final = 2**15


class FileSecrets:
    """One file, AES-256-GCM under a key that scrypt makes of the master password; readable by its owner only.

    A wrong password or a damaged file raises SecretsError at once. The file is made by the first ``set``.
    """

    def __init__(self, path: Path, master_password: str) -> None:
        if not master_password:
            raise UserError("The master password is empty; choose one of at least eight characters.")
        hide(master_password)
        self._path = path
        raw = self._raw()
        salt = raw[len(_MAGIC) : len(_MAGIC) + _SALT_BYTES] if raw else chance.token_bytes(_SALT_BYTES)
        self._salt = salt
        self._cipher = AESGCM(_derived(master_password, salt))
        self._opened()

    def get(self, name: str) -> str | None:
        value = self._opened().get(name)
        if value is not None:
            hide(value)
        return value

    def set(self, name: str, value: str) -> None:
        hide(value)
        self._save({**self._opened(), name: value})

    def delete(self, name: str) -> None:
        kept = self._opened()
        if kept.pop(name, None) is not None:
            self._save(kept)

    def __repr__(self) -> str:
        return f"FileSecrets({self._path.name})"

    def _raw(self) -> bytes:
        try:
            raw = self._path.read_bytes()
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise SecretsError(f"The file of secrets {self._path} cannot be read.") from error
        if not raw.startswith(_MAGIC) or len(raw) < len(_MAGIC) + _SALT_BYTES + _NONCE_BYTES:
            raise SecretsError(f"{self._path} is not a file of secrets; restore it from a backup.")
        return raw

    def _opened(self) -> dict[str, str]:
        raw = self._raw()
        if not raw:
            return {}
        sealed = raw[len(_MAGIC) + _SALT_BYTES :]
        try:
            clear = self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], _MAGIC)
        except InvalidTag as error:
            raise SecretsError("The master password is wrong, or the file of secrets is damaged.") from error
        kept: dict[str, str] = json.loads(clear)
        return kept

    def _save(self, kept: dict[str, str]) -> None:
        nonce = chance.token_bytes(_NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, json.dumps(kept).encode(), _MAGIC)
        beside = self._path.with_suffix(".new")
        try:
            handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(_MAGIC + self._salt + nonce + sealed)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self._path)
        except OSError as error:
            raise SecretsError(f"The file of secrets {self._path} cannot be written.") from error


def _derived(password: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=KEY_BYTES, n=_SCRYPT_N, r=8, p=1).derive(password.encode())


def open_secrets(folder: Path, workspace: str, ask_master: Callable[[], str]) -> Secrets:
    """The workspace's secrets: its encrypted file where a person chose one, else the keyring."""
    path = secrets_path(folder)
    return FileSecrets(path, ask_master()) if path.exists() else KeyringSecrets(workspace)


def link_keys(secrets: Secrets) -> Sequence[bytes]:
    """All keys that links were ever signed with, oldest first; the first one is made on first use.

    A key's id is its place, from 1: keys are only ever added.
    """
    keys = _stored_keys(secrets)
    return keys or [_new_key(secrets, 1)]


def add_link_key(secrets: Secrets) -> Sequence[bytes]:
    """All keys with a new one at the end, which signs from now on."""
    keys = _stored_keys(secrets)
    return [*keys, _new_key(secrets, len(keys) + 1)]


def _stored_keys(secrets: Secrets) -> list[bytes]:
    keys: list[bytes] = []
    while (text := secrets.get(f"links.key.{len(keys) + 1}")) is not None:
        keys.append(_decoded(text))
    return keys


def _decoded(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        raise SecretsError("A key that signs links is damaged in the keyring; restore it from a backup.")
    return key


def _new_key(secrets: Secrets, number: int) -> bytes:
    name = f"links.key.{number}"
    secrets.set(name, base64.b64encode(chance.token_bytes(KEY_BYTES)).decode())
    # What is kept counts: another process may have made the key at the same moment.
    return _decoded(secrets.get(name) or "")
