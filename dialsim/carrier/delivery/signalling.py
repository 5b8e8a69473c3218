"""What comes back for each true cause, and what a dialer takes it for."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.carrier.layout import START_SHIFT, STARTS
from dialsim.core.codes import Announcement, Cause, Seen
from dialsim.core.rng import threshold32
from dialsim.scenario.models.schema import Scenario
from dialsim.scenario.profiles.profile import Profile as ProfileFile

SIGNALS = {
    Cause.NO_ANSWER: "no_answer",
    Cause.BUSY: "busy",
    Cause.UNREACHABLE: "unreachable",
    Cause.INVALID: "invalid",
    Cause.REFUSED_CATEGORY: "refused",
    Cause.REFUSED_FLAGGED: "refused",
    Cause.THROTTLED: "throttled",
    Cause.CONTRACT_CALLEE: "throttled",
    Cause.LINE_SHUT: "line_shut",
    Cause.NOT_AUTHENTIC: "line_shut",
    Cause.THROTTLED_THERE: "refused",
    Cause.SHUT_THERE: "refused",
    Cause.BLOCKED_BY_CALLEE: "blocked_by_callee",
    Cause.BLOCKED_PREFIX: "refused",
    Cause.BLOCKED_INTERNATIONAL: "refused",
    Cause.GATEWAY_SHUT: "line_shut",
    Cause.GATEWAY_THROTTLED: "throttled",
    Cause.CONTRACT_VOLUME: "throttled",
    Cause.CONTRACT_CONCURRENCY: "throttled",
}

ANSWERED = (Seen.CONNECTED, Seen.ABANDONED, Seen.ASSISTANT)
"""What comes of answers lies with the dialer."""


def signals_refused_category(scenario: Scenario) -> bool:
    """Return whether the operator signals of each refused call that its category is refused."""
    return scenario.refuse_call.access == "per_call_signal"


def build_signals(network: ProfileFile, plain: bool, refused_category: bool) -> NDArray[Any]:
    """Return the confusion matrix: cumulative 32-bit threshold and SIP code, a row a cause.

    `plain` (``network.off`` names signalling) keeps each row's most likely code alone;
    `refused_category`: see :func:`signals_refused_category`.
    """
    rows = {cause: network[f"signalling.{key}"] for cause, key in SIGNALS.items()}
    if refused_category:
        rows[Cause.REFUSED_CATEGORY] = network["signalling.refused_told"]
    width = max(len(row) for row in rows.values())
    signals = np.zeros((len(Cause), width, 2), np.int64)
    for cause in Cause:
        row = rows.get(cause, [[200, 1.0]])
        if plain:
            row = [[max(row, key=lambda item: item[1])[0], 1.0]]
        total = 0.0
        for i in range(width):
            code, share = row[min(i, len(row) - 1)]
            total += share if i < len(row) else 0.0
            signals[cause, i] = (threshold32(min(total, 1.0)), code)
        signals[cause, len(row) - 1 :, 0] = threshold32(1.0)
    return signals


def build_meaning(network: ProfileFile, refused_category: bool) -> NDArray[Any]:
    """Return what a dialer takes each SIP code for (uint8[1000] of `Seen`)."""
    meaning = np.full(1000, Seen.UNREACHABLE, np.uint8)
    for code, word in network["signalling.meaning"].items():
        meaning[int(code)] = Seen[word.upper()]
    if refused_category:
        meaning[[int(code) for code, _ in network["signalling.refused_told"]]] = Seen.REFUSED
    return meaning


def build_announcements(network: ProfileFile, plain: bool) -> NDArray[Any]:
    """Return what is heard for each cause: cumulative 32-bit threshold and `Announcement`, a row.

    `plain` (``network.off`` names signalling): nothing is ever heard.
    """
    rows = {} if plain else {c: network[f"signalling.announcement.{k}"] for c, k in SIGNALS.items()}
    width = max((len(row) for row in rows.values()), default=1)
    heard = np.zeros((len(Cause), width, 2), np.int64)
    heard[:, :, 0] = threshold32(1.0)
    for cause, row in rows.items():
        total = 0.0
        for i, (word, share) in enumerate(row):
            total += share
            heard[cause, i] = (threshold32(min(total, 1.0)), Announcement[word.upper()])
        heard[cause, len(row) - 1 :] = (threshold32(1.0), heard[cause, len(row) - 1, 1])
    return heard


def row_starts(matrix: NDArray[Any]) -> NDArray[np.uint8]:
    """Return where in its row to begin for a draw, by its top bits (uint8[rows, `STARTS`]).

    `matrix` as of :func:`build_signals`. No place before the start can be the draw's; the first
    from there on whose threshold is above it is.

    >>> half = np.array([[[1 << 31, 486], [1 << 32, 480]]])
    >>> row_starts(half)[0, [0, 127, 128, 255]].tolist()
    [0, 0, 1, 1]
    """
    least = np.arange(STARTS) << START_SHIFT
    starts: NDArray[np.uint8] = (
        (matrix[:, :-1, 0][:, :, None] <= least).sum(axis=1).astype(np.uint8)
    )
    return starts


def build_ambiguous(network: ProfileFile) -> NDArray[Any]:
    """Return which SIP codes say less than what is heard with them (uint8[1000])."""
    codes = np.zeros(1000, np.uint8)
    codes[network["signalling.ambiguous"]] = 1
    return codes


def build_announced(network: ProfileFile) -> NDArray[Any]:
    """Return what a dialer takes each `Announcement` for (uint8 of `Seen`); 0 says nothing."""
    said = np.zeros(len(Announcement), np.uint8)
    for word, seen in network["signalling.announcement_meaning"].items():
        said[Announcement[word.upper()]] = Seen[seen.upper()]
    return said


def seen_shares(scenario: Scenario, network: ProfileFile) -> NDArray[np.float64]:
    """Return what a dialer takes each true cause for (float64[causes, `Seen`]; rows sum to 1).

    What comes back and what is heard are drawn apart, so that shares multiply.
    """
    plain, refused = "signalling" in scenario.network.off, signals_refused_category(scenario)
    meaning, announced = build_meaning(network, refused), build_announced(network)
    ambiguous = build_ambiguous(network)
    found = np.zeros((len(Cause), len(Seen)))
    codes = _shares(build_signals(network, plain, refused))
    heard = _shares(build_announcements(network, plain))
    for cause in Cause:
        for code, share in codes[cause]:
            for word, part in heard[cause]:
                said = int(announced[word]) if ambiguous[code] else 0
                found[cause, said or meaning[code]] += share * part
    return found


def build_seen_shares(scenario: Scenario, network: ProfileFile) -> NDArray[np.int64]:
    """Return :func:`seen_shares` as 32-bit thresholds; an answer is seen as whatever came of it."""
    shares = np.minimum(seen_shares(scenario, network), 1.0)  # a sum of parts may be a hair above
    found: NDArray[np.int64] = np.vectorize(threshold32, otypes=[np.int64])(shares)
    answered = np.isin(np.arange(len(Seen)), ANSWERED)
    found[[Cause.LIVE, Cause.ASSISTANT]] = np.where(answered, threshold32(1.0), 0)
    return found


def _shares(matrix: NDArray[Any]) -> list[list[tuple[int, float]]]:
    """Return each row of a matrix of cumulative thresholds as codes with their shares."""
    parts = np.diff(matrix[:, :, 0], prepend=0, axis=1) / threshold32(1.0)
    return [
        [(int(code), float(part)) for code, part in zip(row, shares, strict=True) if part > 0]
        for row, shares in zip(matrix[:, :, 1], parts, strict=True)
    ]
