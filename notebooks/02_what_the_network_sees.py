# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # What the network sees
#
# An insurer renews policies by phone: own customers, registered numbers, everything lawful. Each of
# its 50 numbers is filed for 300 calls a day, and 100 agents dial as fast as they can. The agents
# are idle nine tenths of the time, and the dialer cannot say why.
#
# **What does the network see of one number that the dialer does not?**

# %%
from datetime import datetime
from pathlib import Path

import altair as alt
import polars as pl

import dialsim

alt.renderers.enable("png", ppi=144)  # pictures, drawn without a network
pl.Config(fmt_str_lengths=90, float_precision=3, thousands_separator=",")
HERE = Path.cwd()
SCENARIOS = next(p / "scenarios" for p in [HERE, *HERE.parents] if (p / "scenarios").is_dir())
BLUE, ORANGE, RED, GREY = "#2b6cb0", "#d9822b", "#c53030", "#9aa5b1"

# %%
fast = dialsim.run(SCENARIOS / "too_fast.toml")
fast

# %% [markdown]
# ## The life of a number
#
# `run.caller` tells it from the network's side: each day's calls, each state, each thing the
# operator did, with the count that led to it, counted again from the calls.

# %%
fast.caller("desk-001")

# %% [markdown]
# Every morning the same: at nine it starts, half an hour later it is throttled, and an hour after
# that the throttle is lifted. By then the dialer has given the number up for the day. Its sisters
# fare no better.

# %%
fast.plot.caller_ids()

# %% [markdown]
# ## Its first hour
#
# Each dot is a call; its height is what the operator counts: this number's
# calls in the sixty minutes up to it.

# %%
calls = fast.calls.to_polars().with_columns(
    end=pl.when(pl.col("true_reason") == "throttled")
    .then(pl.lit("throttled"))
    .when(pl.col("true_outcome") == "intercepted")
    .then(pl.lit("refused for the callee"))
    .otherwise(pl.lit("let through"))
)
ENDS, COLOURS = ["let through", "refused for the callee", "throttled"], [BLUE, ORANGE, RED]

number = calls.filter(pl.col("caller") == "desk-001").sort("time")
counted = number.rolling(index_column="time", period="60m").agg(in_the_hour=pl.len())
number = number.with_columns(counted["in_the_hour"])
first_hour = number.filter(pl.col("time").dt.date() == datetime(2026, 4, 13).date())

action = fast.interventions.to_polars().row(0, named=True)
print(f"{action['action']} at {action['time']:%H:%M}: {action['measured']} calls in an hour")
ceiling = dialsim.profile("typical").entry("frequency.registered.throttle_per_hour")
print(f"ceiling {ceiling.value} {ceiling.unit}: {ceiling.confidence}, no carrier publishes its own")

# %%
local = first_hour.select(
    "end",
    "in_the_hour",
    minute=(pl.col("time").dt.hour().cast(pl.Int32) - 9) * 60
    + pl.col("time").dt.minute()
    + pl.col("time").dt.second() / 60,
)
dots = (
    alt.Chart(local)
    .mark_circle(size=36, opacity=0.9)
    .encode(
        x=alt.X("minute", title="minutes after nine").scale(domain=[0, 60]),
        y=alt.Y("in_the_hour", title="calls in the last 60 minutes"),
        color=alt.Color("end", title=None, sort=ENDS)
        .scale(domain=ENDS, range=COLOURS)
        .legend(orient="top"),
    )
)
line = alt.Chart(pl.DataFrame({"ceiling": [ceiling.value]})).mark_rule(strokeDash=[5, 4])
(dots + line.encode(y="ceiling")).properties(
    width=620,
    height=240,
    title=alt.Title(
        "desk-001 on Monday morning",
        subtitle="dashed: the ceiling in the network profile, an assumption",
        anchor="start",
    ),
)

# %% [markdown]
# The ceiling is passed after half an hour. Ten minutes go by before the operator acts. Then nearly
# every call is stopped, and because a stopped call is over at once, the agent is free again and the
# dialer tries the next: the line becomes steep. Six minutes later the dialer gives the number up.
#
# ## The same hour as the dialer sees it
#
# A dialer has the signalling and nothing else. A call stopped for throttling mostly ends with a
# code that says so. A call stopped because the callee refuses such calls mostly does not.

# %%
shown = calls.select("end", seen=pl.col("seen_outcome").cast(pl.String).str.replace("_", " "))
matrix = (
    shown.group_by("end", "seen")
    .len("calls")
    .with_columns(share=pl.col("calls") / pl.col("calls").sum().over("end"))
)
SEEN = ["connected", "assistant", "no answer", "busy", "unreachable", "invalid", "blocked"]
base = alt.Chart(matrix).encode(
    x=alt.X("seen", title="what the dialer sees", sort=SEEN).axis(labelAngle=0),
    y=alt.Y("end", title=None, sort=ENDS).axis(labelLimit=200),
)
squares = base.mark_rect(cornerRadius=2, color=BLUE).encode(
    opacity=alt.Opacity("share", legend=None).scale(domain=[0, 1], range=[0.08, 0.85])
)
figures = base.mark_text().encode(text=alt.Text("share", format=".0%"))
(squares + figures).properties(
    width=560,
    height=110,
    title=alt.Title(
        "What became of a call, and what it looks like",
        subtitle="share of the calls of a row, all numbers, three days",
        anchor="start",
    ),
)

# %%
by_end = {end: calls.filter(pl.col("end") == end) for end in ENDS}
disguised = {end: (rows["seen_outcome"] != "blocked").mean() for end, rows in by_end.items()}
print(f"looks like something else: {disguised['refused for the callee']:.0%} of refused calls,")
print(f"{disguised['throttled']:.0%} of throttled ones")

# %% [markdown]
# ## The twin that keeps to its filing
#
# `too_fast_paced.toml` is the same insurer with two ceilings of its own: 300 calls a day for each
# number, as filed, spread over the day with at most 50 an hour. Nothing else differs.

# %%
paced = dialsim.run(SCENARIOS / "too_fast_paced.toml")
plans = {"as fast as it can": fast, "as filed": paced}
compared = ("attempts", "delivered", "conversations", "occupancy", "interventions")
pl.DataFrame({"plan": name} | {m: run.metrics[m] for m in compared} for name, run in plans.items())

# %%
week = pl.concat(
    run.calls.to_polars().select(
        plan=pl.lit(name),
        hour=pl.col("time").dt.strftime("%a %H"),
        at=pl.col("time").dt.truncate("1h"),
        what=pl.col("delivered").replace_strict({True: "delivered", False: "not delivered"}),
    )
    for name, run in plans.items()
)
hours = week.group_by("plan", "hour", "at", "what").len("calls").sort("at")
alt.Chart(hours.drop("at")).mark_bar().encode(
    x=alt.X("hour", sort=None, title=None).axis(labelAngle=-60),
    y=alt.Y("calls", title="calls in the hour").axis(format="~s"),
    color=alt.Color("what", title=None)
    .scale(domain=["delivered", "not delivered"], range=[BLUE, GREY])
    .legend(orient="top"),
    row=alt.Row("plan", title=None),
).properties(width=620, height=110, title=alt.Title("The three days of both", anchor="start"))

# %%
before = first_hour.filter(pl.col("time") < action["time"])
after = first_hour.filter(pl.col("time") >= action["time"])
stopped_before = (before["end"] == "throttled").mean()
stopped_after = (after["end"] == "throttled").mean()
ratio = paced.metrics["conversations"] / fast.metrics["conversations"]
print(f"desk-001 before the throttle: {stopped_before:.0%} of its calls stopped for it")
print(f"after it: {stopped_after:.0%}; conversations of the twin: {ratio:.1f} times as many")

# %%
assert fast.metrics["occupancy"] < 0.15
assert action["caller"] == "desk-001"
assert stopped_before == 0
assert stopped_after > 0.75
assert disguised["refused for the callee"] > 0.8
assert disguised["throttled"] < 0.25
assert fast.metrics["interventions"] > 100
assert paced.metrics["interventions"] == 0
assert 2.5 < ratio < 4
assert paced.metrics["attempts"] < 1.2 * fast.metrics["attempts"]

# %% [markdown]
# ## What we found
#
# The network sees a number that makes 61 calls within an hour. It does not see that the list is
# clean and the people agreed; that is not what it counts. Ten minutes later more than eight in ten
# of the number's calls end before a phone has rung.
#
# The dialer sees little of this. A throttled call mostly says so, but of the calls refused on a
# callee's behalf nine in ten look like a phone that is busy, off or not picked up. Whoever reads
# the signalling alone takes refusals for people who might answer another time.
#
# What helps is what was agreed. Held to their filing, the same numbers make about as many calls,
# have three times as many conversations, and the network has nothing to say to them.
