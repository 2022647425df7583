"""Windows and pages around the canvas, tray, theme and background operations."""
