"""International gateways: what they let in, and when they are blocked."""
