"""How many kernels a kernel comes to, before any is compiled."""

from __future__ import annotations

import pytest

from dialsim.engine.specialised.choice import ENGINES
from dialsim.jit.call_graph import kernels_below
from dialsim.jit.decorator import KERNELS, kernel


@kernel
def deepest(x: int) -> int:
    return x + 1


@kernel
def beside(x: int) -> int:
    return deepest(x) * 2


@kernel
def highest(x: int) -> int:
    return deepest(x) + beside(x) + beside(x + 1)


@pytest.mark.needs_jit
def test_each_kernel_counts_once() -> None:
    assert kernels_below(deepest) == 1
    assert kernels_below(beside) == 2
    assert kernels_below(highest) == 3
    assert kernels_below(len) == 1


@pytest.mark.needs_jit
def test_an_engine_has_most_kernels_of_the_package() -> None:
    counts = [kernels_below(engine) for engine in ENGINES.values()]
    assert max(counts) - min(counts) < 10
    assert len(KERNELS) / 2 < min(counts) <= max(counts) < len(KERNELS)
