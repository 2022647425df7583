"""What every part leans on: settings, secrets, paths, the log, safe HTTP, addresses, time and ids."""
