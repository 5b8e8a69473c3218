"""Kernels as machine code: the decorator, linking, the cache, specialisation. Knows numba alone.

What each part replaces in numba, what it brings and how to switch it off stands in ``JIT.md``.
"""
