"""The part that listens on the web: script, events, popups, chat, links and unsubscribe."""
