"""Flow documents: reading, writing, upgrading, validating, publishing and comparing them."""
