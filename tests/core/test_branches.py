"""What was counted of branches reaches LLVM as long as the kernel is the one counted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dialsim.jit import branches
from dialsim.jit.branches import Branch, Likely
from dialsim.jit.decorator import kernel

RARE = '"branch_weights", i32 1, i32 1000000}'


def of_others(x: int) -> int:
    """Take the way that is said to be rare for every other number."""
    found = 1
    if x % 2 == 1 and x > 3:
        found = x * x
    return found


OF_OTHERS = branches.code_digest(branches.lines_of(of_others))


def ir_of(compiled: Any) -> str:
    """Return the intermediate form that a kernel's machine code was made of."""
    (text,) = compiled.inspect_llvm().values()
    return str(text)


def as_compiled(monkeypatch: pytest.MonkeyPatch, likely: Likely) -> tuple[list[int], str]:
    """Return what the function says once compiled by what was counted, and its form."""
    named = {branches.name_of(of_others): likely}
    monkeypatch.setattr(branches, "counted", lambda: named)
    compiled: Any = kernel(of_others)
    compiled._cache = _Nowhere()
    return [compiled(x) for x in range(8)], ir_of(compiled)


class _Nowhere:
    """A cache that keeps nothing."""

    cache_path = None

    def load_overload(self, *_: Any) -> None:
        """Find nothing."""

    def save_overload(self, *_: Any) -> None:
        """Keep nothing."""


@pytest.mark.needs_jit
@pytest.mark.once
def test_what_was_counted_is_told_and_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    ways = {Branch(2, 0): False, Branch(2, 1): False}
    said, form = as_compiled(monkeypatch, Likely(OF_OTHERS, ways))
    assert said == [of_others(x) for x in range(8)] == [1, 1, 1, 1, 1, 25, 1, 49]
    assert RARE in form


@pytest.mark.needs_jit
@pytest.mark.once
def test_of_another_source_nothing_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    said, form = as_compiled(monkeypatch, Likely("0badc0de", {Branch(3, 0): True}, cold=True))
    assert said == [of_others(x) for x in range(8)]
    assert RARE not in form


@pytest.mark.needs_jit
@pytest.mark.once
def test_a_kernel_that_is_hardly_ever_called_is_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    _, form = as_compiled(monkeypatch, Likely(OF_OTHERS, {}, cold=True))
    assert any("cold" in line for line in form.splitlines() if line.startswith("attributes"))


def test_what_is_written_is_read() -> None:
    likely = Likely("9f0c1122", {Branch(12, 1): False, Branch(3, 0): True}, cold=True)
    assert likely.written() == "9f0c1122 cold 3+0 12-1"
    assert branches.parse(f"# by hand\na.b.c {likely.written()}\n") == {"a.b.c": likely}


def test_what_is_kept_names_each_kernel_once_and_in_order() -> None:
    lines = branches.COUNTED.read_text("utf-8").splitlines()
    names = [line.split()[0] for line in lines if not line.startswith("#")]
    assert names == sorted(set(names))
    assert set(branches.counted()) == set(names)
    assert "dialsim.engine.kernels.advance" in names


def test_what_cannot_be_read_is_as_if_it_had_not_been_counted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A merge that went wrong, a file that is not there, a source that nobody kept."""
    torn = "<<<<<<< HEAD\na.b 9f0c1122 3+0\n=======\n\na.c 9f0c\na.d 9f0c1122 3+\n>>>>>>> other\n"
    assert list(branches.parse(torn)) == ["a.b"]
    monkeypatch.setattr(branches, "COUNTED", tmp_path / "gone.txt")
    assert branches.counted.__wrapped__() == {}
    made: dict[str, Any] = {"__name__": "made"}
    exec("def up(x):\n    return x + 1\n", made)
    known = {"made.up": Likely("9f0c1122", {Branch(1, 0): True})}
    monkeypatch.setattr(branches, "counted", lambda: known)
    assert branches.likely(made["up"]) == Likely("", {})
