"""The ways out: one module for each, all behind the same Protocol."""
