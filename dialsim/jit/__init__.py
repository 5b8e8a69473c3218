"""Kernels as machine code: decorator, linking, cache, specialisation. Depends on numba only.

What each part replaces in numba, what it brings and how to switch it off stands in ``JIT.md``.
"""

from dialsim.jit import mode as mode  # first: it refuses a numba that the rest would trip over
