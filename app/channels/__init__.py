"""The ways out, one module each behind the same Protocol, with rendering and signed links."""
