"""The network after a call: reactions, cases, ladders, notices to the dialer."""
