"""Settings, secrets, paths, logging, translations and safe HTTP."""
