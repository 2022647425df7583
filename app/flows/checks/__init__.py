"""What ``validate`` asks, one module per subject; each a pure function from the drawing to problems."""
