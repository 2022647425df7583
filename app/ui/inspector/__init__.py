"""The inspector: forms made from the node table."""
