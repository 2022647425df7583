"""One module per subject: how a problem of that subject is mended by one change of the drawing."""
