"""When campaigns decide, on what they know, and what they are told of their calls."""
