"""The ways in for contacts and events: files, shops, Carrot quest and databases."""
