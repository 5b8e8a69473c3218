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
# # How sure are we?
#
# One run says that the goal is met. The same plan with other draws may say that it is missed. A run
# is one draw, and a plan should not rest on it.
#
# **How likely is it that the goal is met, and is it worth calling again after two hours instead of
# four?**

# %%
from pathlib import Path

import altair as alt
import polars as pl

import dialsim

alt.renderers.enable("png", ppi=144)  # pictures, drawn without a network
pl.Config(fmt_str_lengths=90, float_precision=3, thousands_separator=",")
HERE = Path.cwd()
SCENARIOS = next(p / "scenarios" for p in [HERE, *HERE.parents] if (p / "scenarios").is_dir())
BLUE, ORANGE, RED, GREY = "#2b6cb0", "#d9822b", "#c53030", "#9aa5b1"
TARGET = 8_900

# %% [markdown]
# ## Forty weeks of one plan
#
# A twentieth of the first campaign: 25,000 people, 16 numbers, 14 agents. `replicate` plays it
# again and again. Each week has its own draws: who the people of the list are and how readily they
# answer, who picks up when, who talks how long.

# %%
plan = (
    dialsim.load_scenario(SCENARIOS / "first_campaign.toml")
    .with_("people.customers.synthetic.count", 25_000)
    .with_("caller_ids.north.count", 16)
    .with_("agents.day.count", 14)
    .with_("goals", [{"metric": "conversations", "at_least": TARGET}])
)
many = dialsim.replicate(plan, 40)
many

# %%
weeks = pl.DataFrame({"conversations": many.values("conversations")}).with_columns(
    met=pl.when(pl.col("conversations") >= TARGET).then(pl.lit("met")).otherwise(pl.lit("missed"))
)
bars = (
    alt.Chart(weeks)
    .mark_bar()
    .encode(
        x=alt.X("conversations", bin=alt.Bin(step=25), title="conversations of the week"),
        y=alt.Y("count()", title="weeks").axis(tickMinStep=1),
        color=alt.Color("met", title="goal")
        .scale(domain=["met", "missed"], range=[BLUE, GREY])
        .legend(orient="top"),
    )
)
goal = alt.Chart(pl.DataFrame({"goal": [TARGET]})).mark_rule(color=RED, strokeDash=[5, 4])
(bars + goal.encode(x="goal")).properties(
    width=520,
    height=200,
    title=alt.Title("Forty weeks of the same plan", subtitle="red: the goal", anchor="start"),
)

# %%
met, mean = many.interval("goals_met"), many.interval("conversations")
print(f"goal met in {met.value:.0%} of the weeks, 95 % interval {met.low:.0%} to {met.high:.0%}")
print(f"conversations {mean.value:,.0f}, 95 % interval {mean.low:,.0f} to {mean.high:,.0f}")

# %% [markdown]
# Two different things are unsure. The mean is known well, to within two or three in a thousand. But
# no one lives through the mean: the next week is one of these weeks, and in one of four the goal
# is missed, however many are played.
#
# More weeks narrow what we know of the mean, and only slowly: four times as many for half the
# width.

# %%
rows = []
for n in range(3, len(many) + 1):
    first = dialsim.Replications(plan.name, plan.seed, n, many.played[:n]).interval("conversations")
    rows.append({"weeks": n, "mean": first.value, "low": first.low, "high": first.high})
growing = alt.Chart(pl.DataFrame(rows)).encode(
    x=alt.X("weeks", title="weeks played").scale(domain=[3, len(many)], nice=False)
)
band = growing.mark_area(opacity=0.25, color=BLUE).encode(
    y=alt.Y("low", title="mean conversations").scale(zero=False).axis(format=",.0f"), y2="high"
)
line = growing.mark_line(color=BLUE).encode(y="mean")
(band + line).properties(
    width=520,
    height=180,
    title=alt.Title(
        "What is known of the mean", subtitle="mean and 95 % interval so far", anchor="start"
    ),
)

# %% [markdown]
# ## Is it worth calling again sooner?
#
# Those who do not answer are tried again after four hours. Would two be better? The effect, if
# there is one, is small, and a week differs from the next by more.
#
# `compare` plays both plans in pairs with common random numbers. Each draw belongs to a person and
# an attempt, so whoever would have picked up at nine picks up at nine in both. What differs is what
# the change does.

# %%
sooner = plan.with_("campaigns.upsell.attempts.retry.no_answer", "2h")
PAIRS = 20
found = dialsim.compare(plan, sooner, replications=PAIRS)
found

# %% [markdown]
# What would the same forty runs say with independent draws? Twenty other weeks of the second plan
# (`first=100` starts elsewhere) beside twenty of the first.

# %%
others = dialsim.replicate(sooner, PAIRS, first=100)
a, b = found.a.values("conversations"), others.values("conversations")
common = found.interval("conversations")
gap = b.mean() - a.mean()
half = 2.02 * ((a.var(ddof=1) + b.var(ddof=1)) / PAIRS) ** 0.5  # t of 38 degrees of freedom
differences = pl.DataFrame(
    [
        {"draws": "common", "difference": common.value, "low": common.low, "high": common.high},
        {"draws": "independent", "difference": gap, "low": gap - half, "high": gap + half},
    ]
)
base = alt.Chart(differences).encode(y=alt.Y("draws", title=None, sort=["common"]))
dots = base.mark_circle(size=80, color=BLUE, opacity=1).encode(
    x=alt.X("difference", title="conversations a week, two hours less four")
)
spans = base.mark_rule(color=BLUE, strokeWidth=2).encode(x="low", x2="high")
zero = alt.Chart(pl.DataFrame({"zero": [0]})).mark_rule(color=GREY, strokeDash=[5, 4])
(zero.encode(x="zero") + spans + dots).properties(
    width=520,
    height=90,
    title=alt.Title(
        "What calling again after two hours does",
        subtitle=f"mean and 95 % interval, {PAIRS} weeks of each",
        anchor="start",
    ),
)

# %%
pairs = pl.DataFrame({"four hours": a, "two hours": found.b.values("conversations")})
same = alt.Chart(pl.DataFrame({"x": [a.min(), a.max()]})).mark_line(color=GREY, strokeDash=[5, 4])
points = (
    alt.Chart(pairs)
    .mark_circle(size=70, color=BLUE)
    .encode(
        x=alt.X("four hours", title="conversations, again after four hours")
        .scale(zero=False)
        .axis(format=",.0f"),
        y=alt.Y("two hours", title="again after two hours").scale(zero=False).axis(format=",.0f"),
    )
)
(same.encode(x="x", y="x") + points).properties(
    width=300,
    height=240,
    title=alt.Title(
        "Twenty weeks under both plans", subtitle="dashed: no difference", anchor="start"
    ),
)

# %%
conversations = found.metrics["conversations"]
below = (pairs["two hours"] < pairs["four hours"]).sum()
print(f"fewer conversations in {below} of {PAIRS} weeks")
print(f"{PAIRS} pairs are worth {conversations['saved'] * PAIRS:.0f} weeks with independent draws")

# %%
assert 0.4 < met.low < met.value < met.high < 0.9
assert mean.half_width < 0.004 * mean.value
assert common.high < 0
assert -0.004 < common.value / a.mean() < -0.001
assert conversations["told"]
assert conversations["saved"] > 20
assert half > 2 * common.half_width
assert 3 < a.std() / -common.value < 6
assert below > 0.75 * PAIRS

# %% [markdown]
# ## What we found
#
# The goal of 8,900 conversations is met in about seven weeks of ten. The mean of the plan lies just
# above it, and playing more weeks would tell the mean better without making the next week surer.
# Whoever needs to be sure must plan for more, not play more.
#
# Calling again after two hours is not worth it: it loses some 18 conversations a week, a fifth of a
# percent. Chance alone moves a week by four times as much, and yet twenty pairs show it without
# doubt, because both plans had the same draws. With draws of its own for each, it would take some
# forty times as many weeks to show the same.
