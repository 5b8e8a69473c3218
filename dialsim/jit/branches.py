"""Branch probabilities of kernels, counted in runs, for LLVM's code layout.

What hardly ever happens stands in the midst of what happens in each attempt: a number that is
blocked, a log that is full, a day that ends. Told of it, LLVM puts the rare way behind everything
else and keeps in registers what the other one needs. The engine's way of an attempt then fits into
a processor's first instruction cache, where before it did not. Results are the same.

What was counted is kept in `branches.txt`; `python benchmarks/branches.py --renew` counts anew. The
counts of a kernel are used only while its code is the one that was counted, docstring and comments
aside; without them, or where the file cannot be read, LLVM's own layout stands. They were counted
with one version of Python: others may make other branches of the same line, and then use a wrong
one.
"""

from __future__ import annotations

import functools
import hashlib
import inspect
import io
import re
import textwrap
import tokenize
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from numba.core import ir, lowering, types

from dialsim.jit.specialise import granted_field

_Lower: Any = lowering.Lower

COUNTED = Path(__file__).with_suffix(".txt")
NEARLY_ALWAYS = 0.95
"""Share of all times from which on a branch is told to LLVM.

Told of all others too, it makes no faster code, and more branches of what it would else reckon.
"""
RARE = (1, 1_000_000)
"""Weights of the way that is hardly ever taken, and of the other: it shall stand aside for good."""
COLD = "cold"
UNKNOWN_LINE = 10_000
"""Of a branch in a function whose source is not at hand: no count is read."""
_LINE = re.compile(rf"[\w.]+ [0-9a-f]{{8}}(?: {COLD})?(?: \d+[+-]\d+)*")


class Branch(NamedTuple):
    """One branch of a kernel.

    Attributes
    ----------
    line
        Of its lines of code (:func:`code_lines`), from 0, which is the decorator's.
    place
        Of those of a line, from 0: conditions joined by `and` and `or` are branches of their own.
    """

    line: int
    place: int


class Likely(NamedTuple):
    """Counted branches of a kernel.

    Attributes
    ----------
    digest
        Of its code (:func:`code_digest`).
    ways
        Whether the condition of a branch nearly always holds, or hardly ever.
    cold
        Others hardly ever call it.
    """

    digest: str
    ways: dict[Branch, bool]
    cold: bool = False

    def written(self) -> str:
        """Return it as in `branches.txt`: line and place, a plus in between if the branch is taken.

        >>> Likely("9f0c1122", {Branch(3, 0): True, Branch(3, 1): False}, cold=True).written()
        '9f0c1122 cold 3+0 3-1'
        """
        ways = [
            f"{each.line}{'+' if way else '-'}{each.place}"
            for each, way in sorted(self.ways.items())
        ]
        return " ".join([self.digest, *([COLD] if self.cold else []), *ways])


def parse(text: str) -> dict[str, Likely]:
    r"""Return the content of a text like `branches.txt`, by module and name of a kernel.

    A line that does not say so, as after a merge that went wrong, is passed over.

    >>> parse("engine.rest 9f0c1122 3+0 12-1\n<<<<<<< HEAD")["engine.rest"].ways[Branch(12, 1)]
    False
    """
    found = {}
    for line in text.splitlines():
        if not _LINE.fullmatch(line):
            continue
        kernel, digest, *words = line.split()
        ways = {}
        for word in words:
            if word != COLD:
                at, sign, place = word.partition("+") if "+" in word else word.partition("-")
                ways[Branch(int(at), int(place))] = sign == "+"
        found[kernel] = Likely(digest, ways, COLD in words)
    return found


@functools.cache
def counted() -> dict[str, Likely]:
    """Return the content of `branches.txt`; empty if the file is missing."""
    try:
        return parse(COUNTED.read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        return {}


def name_of(function: Callable[..., Any]) -> str:
    """Return a kernel's module and name."""
    return f"{function.__module__}.{function.__qualname__}"


_NO_CODE = {
    *(tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT),
    tokenize.ENDMARKER,
}


def code_lines(source: str) -> dict[int, list[str]]:
    r"""Return the tokens of each line of a function that holds code, by line number from 1.

    The docstring, comments and empty lines are left out: an edit of them leaves counts valid.

    >>> code_lines("def up(x):\n    'Add one.'\n    # why\n    return x + 1  # here\n")
    {1: ['def', 'up', '(', 'x', ')', ':'], 4: ['return', 'x', '+', '1']}
    """
    lines: dict[int, list[str]] = {}
    before = tokenize.ENDMARKER
    for token in tokenize.generate_tokens(io.StringIO(textwrap.dedent(source)).readline):
        is_statement = before in (tokenize.INDENT, tokenize.NEWLINE)
        if token.type not in _NO_CODE and not (is_statement and token.type == tokenize.STRING):
            lines.setdefault(token.start[0], []).append(token.string)
        if token.type not in (tokenize.COMMENT, tokenize.NL):
            before = token.type
    return lines


def code_digest(lines: dict[int, list[str]]) -> str:
    """Return a digest of a kernel's code, line by line."""
    code = "\n".join(map(" ".join, lines.values())).encode()
    return hashlib.blake2b(code, digest_size=4).hexdigest()


def lines_of(function: Callable[..., Any]) -> dict[int, list[str]]:
    """Return a kernel's lines of code; empty if its source is not at hand."""
    try:
        return code_lines(inspect.getsource(function))
    except (OSError, TypeError):
        return {}


def likely(function: Callable[..., Any]) -> Likely:
    """Return a kernel's counted branches; none if it was not counted or has changed."""
    known = counted().get(name_of(function))
    if known is not None and known.digest == code_digest(lines_of(function)):
        return known
    return Likely("", {})


class KernelLower(_Lower):  # type: ignore[misc]
    """numba's lowering to LLVM's intermediate form, with counted branches and grants."""

    def init(self) -> None:
        """Look up the counts; numba calls it at the end of its own `init`."""
        super().init()
        function = self.func_ir.func_id.func
        first = function.__code__.co_firstlineno - 1
        self.code_line = {first + line: at for at, line in enumerate(lines_of(function))}
        self.seen: dict[int, int] = {}  # branches of each line so far
        self.likely = likely(function)

    def lower_function_body(self) -> Any:
        """Lower the blocks of a kernel."""
        if self.likely.cold:
            self.function.attributes.add("cold")
        return super().lower_function_body()

    def lower_inst(self, inst: Any) -> None:
        """Lower one instruction."""
        super().lower_inst(inst)
        if isinstance(inst, ir.Branch):
            way = self.likely.ways.get(self.next_branch(inst))
            if way is not None:
                self.builder.block.terminator.set_weights(RARE[::-1] if way else RARE)

    def lower_expr(self, resty: Any, expr: Any) -> Any:
        """Lower an expression."""
        value = super().lower_expr(resty, expr)
        if expr.op == "static_getitem" and isinstance(expr.index, str):
            record = self.typeof(expr.value.name)
            if isinstance(record, types.Record):
                return granted_field(self.builder, record, expr.index, value)
        return value

    def next_branch(self, inst: Any) -> Branch:
        """Return the current branch and count it: called once for each, in order."""
        line = self.code_line.get(inst.loc.line, UNKNOWN_LINE)
        place = self.seen[line] = self.seen.get(line, -1) + 1
        return Branch(line, place)
