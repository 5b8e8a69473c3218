"""What a counter counts: the windows of its families, and its week of four counts."""

from typing import Any

from dialsim.carrier.contexts import WeekCounts
from dialsim.carrier.layout import WEEK_BUCKET_MS, Carrier
from dialsim.core.packed_windows import four_add, four_totals
from dialsim.core.windows import window_clear, window_count, window_last, window_total
from dialsim.jit.decorator import kernel


@kernel(inlined=True)
def count_one(carrier: Carrier, counter: int, family: int, bucket_ms: int, now: int) -> None:
    """Count one more in a window."""
    window_count(carrier.windows, carrier.window_counts, family, counter, now, bucket_ms)


@kernel(inlined=True)
def count_in(carrier: Carrier, counter: int, family: int, bucket_ms: int, now: int) -> int:
    """What a window counts now."""
    windows, counts = carrier.windows, carrier.window_counts
    return window_total(windows, counts, family, counter, now, bucket_ms)


@kernel
def counted_last(carrier: Carrier, counter: int, family: int) -> int:
    """What `count_in` returns of a window in whose last bucket it has just been counted."""
    return window_last(carrier.windows, family, counter)


@kernel
def count_anew(carrier: Carrier, counter: int, family: int) -> None:
    """Forget what a window has counted."""
    window_clear(carrier.windows, carrier.window_counts, family, counter)


@kernel(inlined=True)
def count_week(carrier: Carrier, counter: int, amounts: Any, now: int) -> WeekCounts:
    """Add amounts (as WeekCounts) to the counts of a week, and return them."""
    weeks, counts = carrier.weeks, carrier.week_counts
    delivered, answered, short, talk_s = four_add(
        weeks, counts, counter, now, WEEK_BUCKET_MS, amounts
    )
    return WeekCounts(delivered, answered, short, talk_s)


@kernel
def week_of(carrier: Carrier, counter: int, now: int) -> WeekCounts:
    """Return the counts of a week."""
    delivered, answered, short, talk_s = four_totals(
        carrier.weeks, carrier.week_counts, counter, now, WEEK_BUCKET_MS
    )
    return WeekCounts(delivered, answered, short, talk_s)
