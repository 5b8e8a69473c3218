r"""Quick test for cells with two numbers in a number column, without parsing them.

A cell certainly holds at most one number if its digits form one run without a number separator and
are too few for two; an extension may follow. Every other cell counts as possibly two. A false
positive costs time; a false negative could let a barred person be called.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dialsim.people.reading.source import Source

ROWS = 1 << 16
FEWEST_OF_TWO = 20
"""Digits of the shortest two numbers separated by spaces alone, see `numbering.text.odd`."""

_DIGIT = r"0-9\x{ff10}-\x{ff19}"
_WITHIN = (  # allowed within one number: spaces, dashes, dots, brackets, invisible characters
    r"\-. ()\x{a0}\x{200b}-\x{200f}\x{2010}-\x{2015}\x{2212}\x{3000}\x{feff}"
    r"\x{ff08}\x{ff09}\x{ff0d}\x{ff0e}"
)
_WORDS = r"\x{3001}-\x{3006}\x{4e00}-\x{9fff}\x{ff01}-\x{ff0f}\x{ff1a}-\x{ff20}"
_AROUND = rf"[\x00-\x2f\x3a-\x7f\x{{a0}}\x{{3000}}\x{{feff}}{_WORDS}]*"
_BEFORE = rf"[\x20-\x2f\x3a-\x7e{_WORDS}]*"  # without line ends, which end an extension's reading
_RUN = rf"[{_DIGIT}](?:[{_DIGIT}{_WITHIN}]*[{_DIGIT}])?"
_EXTENSION = r"(?:转|轉|分机|分機|#)[0-9]{1,7}"
ONE_AT_MOST = rf"^(?:{_AROUND}|{_AROUND}{_RUN}{_AROUND}|{_BEFORE}{_RUN}{_EXTENSION})$"
"""RE2: cells whose digits are one run."""


def may_hold_two(column: Any) -> bool:
    """Return whether some cell of an Arrow column may hold two numbers.

    Never False where ``numbering.classify.further_numbers`` finds any; a column that is not text
    holds one number a cell.

    Examples
    --------
    >>> import pyarrow as pa
    >>> may_hold_two(pa.array(["+86 138-0000-0001", "电话：13800000001", "13800000001转22"]))
    False
    >>> may_hold_two(pa.array(["13800000001 / 13700000001"]))
    True
    """
    import pyarrow as pa
    from pyarrow import compute as pc

    if pa.types.is_dictionary(column.type):
        column = column.dictionary
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return False
    odd = column.filter(pc.invert(pc.ascii_is_decimal(column)))  # bare digits are one run
    if not len(odd):
        return False
    if not pc.all(pc.match_substring_regex(odd, ONE_AT_MOST), min_count=0).as_py():
        return True
    long = odd.filter(pc.greater(pc.binary_length(odd), FEWEST_OF_TWO))
    digits = pc.count_substring_regex(long, rf"[{_DIGIT}]")
    return bool(pc.any(pc.greater_equal(digits, FEWEST_OF_TWO), min_count=0).as_py())


def any_cell_with_two(sources: Iterable[Source]) -> bool:
    """Scan the number columns of lists until a cell may hold two numbers.

    Raises
    ------
    ScenarioError
        A file cannot be read to its end.

    Notes
    -----
    At most one pass over the files; keeps nothing, and they can be read again.
    """
    for source in sources:
        batches = source.batches(ROWS)
        try:
            if any(may_hold_two(batch.column("number")) for batch in batches):
                return True
        finally:
            batches.close()  # type: ignore[attr-defined]
            source.malformed.clear()
    return False
