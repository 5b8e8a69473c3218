"""Text to digits: the bytes of a cell come in, an E.164 number or a fault goes out.

What a number is worth (valid, whose, where) the plan says; here only what was written counts.
"""
