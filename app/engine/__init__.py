"""Decides and runs: pure deciders, policy, calendar, retry, the loop, dispatch, ingest and rehearsal."""
