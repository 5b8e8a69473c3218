"""Kernels as machine code: the decorator, linking, the cache, specialisation. Knows numba alone.

What each part replaces in numba, what it brings and how to switch it off stands in ``JIT.md``.
"""

from dialsim.jit import mode as mode  # first: it refuses a numba that the rest would trip over
