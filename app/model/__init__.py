"""Values that every room shares. Frozen dataclasses and Protocols, standard library only."""
