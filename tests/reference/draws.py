"""Random draws, quantiles, hashes and rolling counts, in plain Python integers."""

from __future__ import annotations

WORD = (1 << 64) - 1
STREAM_STEP = 0x9E3779B97F4A7C15
COUNT_STEP = 0xC13FA9A902A6328F
SEED_OFFSET = 0x91E10DA5C79E7B1D
# Of a half of the digest: what a key is mixed with; by what tick, ends, waits and talk count.
LOW = (0xBB67AE8584CAA73B, 0xA54FF53A5F1D36F1, 0x9B05688C2B3E6C1F)
LOW += (0x5BE0CD19137E2179, 0x9159015A3070DD17)
HIGH = (0x3C6EF372FE94F82B, 0x510E527FADE682D1, 0x1F83D9ABFB41BD6B)
HIGH += (0x629A292A367CD507, 0x152FECD8F70E5939)


def mix64(x: int) -> int:
    x &= WORD
    x = (x ^ (x >> 27)) * 0x3C79AC492BA7B653 & WORD
    x = (x ^ (x >> 33)) * 0x1C69B3F74AC4AE35 & WORD
    return x ^ (x >> 27)


def draw(base: int, stream: int, key: int, n: int) -> int:  # E-DRAW-1
    """64 uniform bits for one decision."""
    x = mix64(base + stream * STREAM_STEP)
    return mix64(mix64(x ^ key) + n * COUNT_STEP)


def top(bits: int) -> int:  # E-DRAW-1
    """The top 32 bits."""
    return bits >> 32


def ordinal_key(list_hash: int, ordinal: int) -> int:
    return mix64(mix64(ordinal + SEED_OFFSET) ^ list_hash)


def quantile(table: list[int], bits: int) -> int:
    """4096 cells, and 4096 over the last 1/64: where the top six bits are all ones."""
    if bits >> 58 == 63:
        return table[4096 + (bits >> 46 & 4095)]
    return table[bits >> 52]


def attempt_hash(key: int, campaign: int, row: dict[str, int], half: tuple[int, ...]) -> int:
    """64 bits of an attempt: person, campaign, tick, caller, seen, true and three durations."""
    # E-END-3
    salt, *factors = half
    words = (
        row["tick"],
        row["caller"] << 24 | campaign << 16 | row["seen"] << 8 | row["cause"],
        row["ring_ms"] << 32 | row["wait_ms"],
        row["talk_ms"],
    )
    return mix64((key ^ salt) + sum(word * by for word, by in zip(words, factors, strict=True)))


class Count:
    """What happened in the bucket of a tick and the 59 before it."""

    def __init__(self, bucket_ms: int, before: dict[int, int] | None = None) -> None:
        self.bucket_ms = bucket_ms
        self.buckets = dict(before or {})

    def add(self, tick: int, amount: int = 1) -> None:
        bucket = tick // self.bucket_ms
        self.buckets[bucket] = self.buckets.get(bucket, 0) + amount

    def total(self, tick: int) -> int:
        newest = tick // self.bucket_ms
        return sum(self.buckets.get(newest - back, 0) for back in range(60))
