"""Comparison of the engine with queueing theory, on worlds simple enough to solve.

Plays worlds of which everything but the queue is taken away, and compares with ``dialsim.theory``.
"""

from dialsim.validation.comparing import validate as validate

__all__ = ["validate"]
