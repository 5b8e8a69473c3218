"""Foundations of the kernels: draws, queues, windows, time. Depends on numpy and numba only.

``codes`` fixed numbers · ``jit`` the one decorator · ``rng`` draws · ``queue`` timing wheel ·
``heap`` indexed heap · ``pool`` who is free first · ``windows`` rolling counters ·
``packed_windows`` four that go on together · ``quantiles`` integer duration tables.
Nothing is imported here, so that ``import dialsim`` stays quick.
"""
