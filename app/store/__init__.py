"""The database: tables, migrations, one module per noun, and the in-memory twin of the engine's port."""
