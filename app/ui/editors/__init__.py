"""Editors of what a message says: letter, SMS, popup and call-back."""
