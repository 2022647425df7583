"""The whole product on a sample shop, with nothing leaving this machine."""
