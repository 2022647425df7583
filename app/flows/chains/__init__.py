"""A branch of a flow as one line of text, and back: ``popup > wait 30m > email opened? yes: end no: sms``.

The grammar stands in docs/type-a-chain.md.
"""

from __future__ import annotations

from app.flows.chains.reading import Chain, read_chain
from app.flows.chains.saying import say_chain, spoken
from app.flows.chains.tokens import Complaint

__all__ = ["Chain", "Complaint", "read_chain", "say_chain", "spoken"]
