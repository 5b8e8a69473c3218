"""What a random campaign says of whom it dials when, and who takes over from robots."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

OUTCOMES = ("no_answer", "busy", "unreachable", "assistant", "abandoned", "line_rejected")
VARIED = ("no_answer", "unreachable", "assistant")
PARTS = (
    ["09:00", "09:40"],
    ["09:10", "09:30", "10:00", "23:00"],
    ["00:00", "09:20", "09:25", "09:30", "09:35", "09:40", "09:45", "10:00"],
)


def order_of(draw: Any, people: list[str]) -> dict[str, Any]:
    """The keys of a campaign that calls these lists."""
    pick = lambda *items: draw(st.sampled_from(items))  # noqa: E731
    attempts: dict[str, Any] = {
        "at_most": draw(st.integers(1, 4)),
        "retry": {
            key: wait for key in OUTCOMES if (wait := pick(None, "0s", "2m", "15m", "23h"))
        },
    }  # fmt: skip
    if draw(st.booleans()):
        varied = [key for key in VARIED if key in attempts["retry"]]
        if varied:
            attempts |= {"day_parts": pick(*PARTS), "varied_after": varied}
    found: dict[str, Any] = {"people": people, "attempts": attempts}
    if draw(st.booleans()):
        found["callbacks"] = {
            "share": pick(0.3, 1.0),
            "soonest": pick("0s", "5m"),
            "latest": pick("5m", "40m", "1d"),
            "at_most": draw(st.integers(1, 2)),
            "punctual": pick("0s", "1m"),
        }
    if draw(st.booleans()):
        found["fresh_share"] = pick(0.0, 0.3, 0.5, 1.0)
    if draw(st.booleans()):
        found["caller_choice"] = "headroom"
    if draw(st.booleans()):
        found["mix"] = {name: draw(st.integers(1, 3)) for name in people}
    return found


def transfer_of(draw: Any, desk: list[str]) -> dict[str, Any]:
    """What callees who ask a robot for a person find."""
    if not desk or not draw(st.booleans()):
        return {}
    pick = lambda *items: draw(st.sampled_from(items))  # noqa: E731
    terms = {
        "share": pick(0.3, 1.0),
        "agents": draw(st.permutations(desk)),
        "hold": pick("0s", "5s", "1m"),
        "patience": pick("3s", "1m"),
    }
    return {"transfer": terms}
