"""Errors that belong to the user or to the world. Whatever else is raised is a bug of ours.

The message of each is one plain sentence that says what happened and what to do.
"""

from __future__ import annotations


class ChainwrightError(Exception):
    """Base of every error that is shown to a person instead of being traced in the log.

    ``exit_code`` is what the command line answers with (DESIGN.md section 6).
    """

    exit_code = 2

    @property
    def sentence(self) -> str:
        """The one plain sentence for the person."""
        return str(self)


class UserError(ChainwrightError):
    """The person asked for something that cannot be asked: bad arguments, an unreadable file."""


class WorldError(ChainwrightError):
    """Something outside does not work: a locked database, a taken port, a mail server that refuses."""


class DamagedError(WorldError):
    """The database is damaged: nothing is written to it any more."""


class RefusedError(ChainwrightError):
    """It was asked well and the answer is no: errors found in a flow, something failed."""

    exit_code = 1


class FlowFileError(UserError):
    """A flow document cannot be read: not JSON, too large, too deep, not a flow."""


class TextError(ChainwrightError):
    """A Liquid text cannot be parsed or rendered (reason ``bad-text``)."""

    exit_code = 1


class SecretsError(WorldError):
    """No usable keyring, or it is locked."""
