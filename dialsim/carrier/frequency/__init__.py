"""High-frequency interception."""
