"""What the network does after a call: reactions, cases, ladders, notices to the dialer."""
