"""Parts stay in intermediate form; a whole hides them; no index counts from the end."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import namedtuple
from typing import Any

import numba
import numpy as np
import pytest
from numpy.typing import NDArray

from dialsim.core.bits import highest_bit, lowest_bit
from dialsim.jit import decorator
from dialsim.jit.decorator import kernel
from dialsim.jit.linking import KEPT, Part, Whole, _name

CHECKED = """
import numba
import numpy as np
from dialsim.jit.decorator import kernel

@kernel
def at(a, i):
    return a[i]

@kernel
def through(a, i):
    return at(a, i)

@numba.njit
def plain(a, i):
    return a[i]

three = np.arange(3)
print(through(three, 2), plain(three, -1))
for read in (at, through):
    try:
        print(read(three, -1))
    except IndexError:
        print("IndexError")
"""


def library(dispatcher: Any) -> Any:
    """Return what the one signature of a kernel was compiled into."""
    (result,) = dispatcher.overloads.values()
    return result.library


@pytest.mark.needs_jit
@pytest.mark.once
def test_only_what_python_calls_is_brought_to_machine_code() -> None:
    """Three kernels deep, each part linked once; nothing of it can be called from elsewhere."""
    before = len(decorator.CALLED)

    @kernel
    def innermost(x: int) -> int:
        return x + 1

    @kernel
    def inner(x: int) -> int:
        return innermost(x) * innermost(x + 1)

    @kernel
    def outer(x: int) -> int:
        return inner(x) - innermost(x)

    assert outer(3) == 16
    parts = decorator.CALLED[before:]
    whole = library(outer)
    assert isinstance(whole, Whole)
    assert [isinstance(library(part), Part) for part in parts] == [True, True]  # none of outer
    assert not innermost.signatures
    assert not inner.signatures
    shown = [f.name for f in whole.get_defined_functions() if str(f.linkage) != "Linkage.internal"]
    assert shown
    assert not any("inner" in name for name in shown)
    assert max(map(len, shown)) < 300
    assert inner(3) == 20  # a whole of its own, from the same parts
    assert isinstance(library(inner), Whole)
    assert decorator.CALLED[before:] == parts
    assert [len(part.signatures) for part in parts] == [1, 1]


@pytest.mark.needs_jit
@pytest.mark.once
def test_kernels_of_one_name_are_told_apart() -> None:
    """The second stands where the first stood; who calls both gets both."""

    def one(x: int) -> int:
        return x * 3

    def other(x: int) -> int:
        return x * 5

    made = []
    for function in (one, other):
        function.__module__, function.__qualname__ = "dialsim.nowhere", "twice"
        made.append(kernel(function))
        assert (("dialsim.nowhere", "twice") in KEPT) is (len(made) == 1)
    first, second = made

    @kernel
    def both(x: int) -> int:
        return first(x) * 100 + second(x)

    assert both(2) == 610


def test_types_that_are_written_alike_are_told_apart() -> None:
    """Tuples of one name, of two modules, with fields in another order."""
    one, other = (namedtuple("Pair", fields)(1, 2) for fields in ("x y", "y x"))
    types = [(numba.typeof(each),) for each in (one, other)]
    assert repr(types[0]) == repr(types[1])
    names = [_name("dialsim.first_of", each) for each in types]
    assert names[0] != names[1]
    assert names == [_name("dialsim.first_of", each) for each in types]
    assert names[0] != _name("dialsim.second_of", types[0])
    assert names[0] != _name("dialsim.first_of", types[0], uid=3)


@pytest.mark.needs_jit
@pytest.mark.once
def test_what_is_inlined_is_called_by_nobody() -> None:
    """Far too long for LLVM to bring it into three places by itself."""
    steps = "".join(f"    x = x // 3 * {n} if x % {n} == 1 else x ^ {n}\n" for n in range(5, 25))
    made: dict[str, Any] = {"__name__": __name__}
    exec(f"def called(x):\n{steps}    return x\ndef within(x):\n{steps}    return x\n", made)

    def defined(inner: Any) -> int:
        @kernel
        def outer(x: int) -> int:
            return inner(x) - inner(x + 1) * inner(x + 5)

        plain = inner.py_func
        assert outer(90) == plain(90) - plain(91) * plain(95)
        return len(list(library(outer).get_defined_functions()))

    assert defined(kernel(made["called"])) == defined(kernel(inlined=True)(made["within"])) + 1


@pytest.mark.needs_jit
@pytest.mark.once
def test_what_is_never_inlined_is_called() -> None:
    """Though it is short and called in one place."""

    def one(x: int) -> int:
        return x * 3

    def other(x: int) -> int:
        return x * 3

    def defined(inner: Any) -> int:
        @kernel
        def outer(x: int) -> int:
            return inner(x) + 1

        assert outer(5) == 16
        return len(list(library(outer).get_defined_functions()))

    assert defined(kernel(inlined=False)(one)) == defined(kernel(other)) + 1


@pytest.mark.needs_jit
@pytest.mark.once
def test_an_index_below_zero_is_out_of_bounds_in_kernels_alone() -> None:
    """numba's own functions go on counting from the end."""
    done = subprocess.run(
        [sys.executable, "-c", CHECKED],
        env=os.environ | {"NUMBA_BOUNDSCHECK": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split() == ["2", "2", "IndexError", "IndexError"], done.stderr


@pytest.mark.parametrize("place", [0, 1, 31, 32, 62, 63])
def test_places_of_bits(place: int) -> None:
    """The lowest and the highest, with others between them or none."""
    alone = np.uint64(1 << place)
    assert lowest_bit(alone) == highest_bit(alone) == place
    assert lowest_bit(np.uint64(1 << 63 | 1 << place)) == place
    assert highest_bit(np.uint64(1 | 1 << place)) == place


@pytest.mark.needs_jit
@pytest.mark.once
def test_places_of_bits_compiled() -> None:
    """The same of every word of some, compiled."""

    @kernel
    def places(words: NDArray[Any], out: NDArray[Any]) -> None:
        for i in range(words.shape[0]):
            out[i, 0] = lowest_bit(words[i])
            out[i, 1] = highest_bit(words[i])

    words = np.random.default_rng(5).integers(1, 1 << 63, 200, np.int64).view(np.uint64)
    words[:3] = [1, 1 << 63, (1 << 64) - 1]
    out = np.zeros((len(words), 2), np.int64)
    places(words, out)
    assert out.tolist() == [[lowest_bit(word), highest_bit(word)] for word in words]


@pytest.mark.needs_jit
def test_numba_is_left_as_it_was() -> None:
    """A function of somebody else's in the same process is compiled as before."""

    @numba.njit
    def last(a: NDArray[Any]) -> int:
        return int(a[-1])

    assert last(np.arange(4)) == 3
