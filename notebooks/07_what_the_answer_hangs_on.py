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
# # What the answer hangs on
#
# No carrier publishes its thresholds, and most of what is known of answer rates comes from
# vendors. Of the values in a network profile the larger part is assumed. A plan that looks good
# under them may look otherwise under others that are as plausible.
#
# **Which of the assumptions decide whether the goal is met, and what should be measured first?**

# %%
from pathlib import Path

import altair as alt
import polars as pl

import dialsim

alt.renderers.enable("png", ppi=144)  # pictures, drawn without a network
pl.Config(fmt_str_lengths=90, float_precision=3, thousands_separator=",")
HERE = Path.cwd()
SCENARIOS = next(p / "scenarios" for p in [HERE, *HERE.parents] if (p / "scenarios").is_dir())
BLUE, RED = "#2b6cb0", "#c53030"
CEILING = "frequency.registered.throttle_per_hour"
GOAL = 1_200

# %% [markdown]
# ## How much is assumed
#
# Each value says where it comes from. A rule is law, an official figure was published by an
# operator or a ministry; the rest is vendors' word, practice, inference, or nothing at all.

# %%
values = pl.from_arrow(dialsim.profile("typical").to_frame().arrow)
ORDER = ["rule", "official", "vendor", "practice", "inferred", "assumption"]
counted = values.group_by("confidence").len("values")
bars = (
    alt.Chart(counted)
    .mark_bar(color=BLUE)
    .encode(
        x=alt.X("values", title="values of the profile"),
        y=alt.Y("confidence", sort=ORDER, title=None),
    )
)
texts = bars.mark_text(align="left", dx=4).encode(text="values")
(bars + texts).properties(
    width=460,
    height=130,
    title=alt.Title('The network profile "typical"', subtitle="by confidence", anchor="start"),
)

# %% [markdown]
# ## A plan with room to spare
#
# A small campaign: three days, four numbers, four agents, 1,200 conversations. As assumed, the goal
# is met by 15 %.

# %%
plan = (
    dialsim.load_scenario(SCENARIOS / "first_campaign.toml")
    .with_("people.customers.synthetic.count", 6_000)
    .with_("caller_ids.north.count", 4)
    .with_("agents.day.count", 4)
    .with_("goals", [{"metric": "conversations", "at_least": GOAL}])
    .with_("days", 3)
)
run = dialsim.run(plan)
run

# %% [markdown]
# ## Moving the assumptions
#
# Morris's method walks through the space of assumptions, one step at a time, and notes how far the
# margin to the goal moves. Every run has the same draws, so what moves it is the assumption. The
# least credible defaults go over what is published; the others by confidence: an assumed value may
# be half or twice as large, one from practice by half. Twelve candidates here, to be quick;
# `dialsim sensitivity` takes all that the scenario reads.

# %%
CANDIDATES = [
    "answer.gross.named",
    "answer.icc",
    "answer.assistant_share",
    "people.busy",
    "people.unreachable",
    "people.opted_in.empty",
    "talk.opted_in",
    "ring.answer_median",
    "refuse_call.category_share.opted_in",
    CEILING,
    "recording",
]
found = dialsim.sensitivity(plan, only=CANDIDATES, trajectories=14, base_samples=0)
found


# %%
def tornado(study, title, subtitle):
    """How far each assumption moves the margin, the strongest on top."""
    rows = pl.from_arrow(study.table).filter(pl.col("strength") > 0)
    rows = rows.with_columns(pl.col("strength", "low", "high") * 100)
    base = alt.Chart(rows).encode(
        y=alt.Y("key", title=None, sort=alt.EncodingSortField("strength", order="descending")).axis(
            labelLimit=260
        )
    )
    bars = base.mark_bar(color=BLUE).encode(
        x=alt.X("strength", title="points of the goal that the margin moves")
    )
    spans = base.mark_rule(strokeWidth=1.5).encode(x="low", x2="high")
    heading = alt.Title(title, subtitle=subtitle, anchor="start")
    return (bars + spans).properties(width=400, height=18 * len(rows), title=heading)


tornado(found, "What the margin hangs on", "mean absolute effect over the range, 95 %")

# %% [markdown]
# Two assumptions outweigh all others. How many calls an hour the network suffers from a registered
# number before it throttles: the profile says 60, and no one knows. And how many people answer: the
# profile's 55 % is a seller's best case, published figures come to 20 % to 47 %. Here is the plan
# under other ceilings.

# %%
rows = []
for ceiling in (30, 36, 42, 48, 54, 60, 90, 120):
    done = dialsim.run(plan.with_("network.overrides", {CEILING: ceiling}), log=False)
    rows.append({"ceiling": ceiling, "margin": done.metrics["conversations"] / GOAL - 1})
by_ceiling = pl.DataFrame(rows)
line = (
    alt.Chart(by_ceiling)
    .mark_line(point=alt.OverlayMarkDef(size=60), color=BLUE)
    .encode(
        x=alt.X("ceiling", title="calls an hour before a number is throttled"),
        y=alt.Y("margin", title="margin to the goal").axis(format="+.0%"),
    )
)
zero = alt.Chart(pl.DataFrame({"zero": [0]})).mark_rule(color=RED, strokeDash=[5, 4])
(zero.encode(y="zero") + line).properties(
    width=480,
    height=200,
    title=alt.Title(
        "The same plan under other ceilings",
        subtitle="its own ceiling is 50 calls an hour and number; red: the goal",
        anchor="start",
    ),
)

# %% [markdown]
# It is a cliff. Above the 50 calls an hour that the plan allows its numbers, the ceiling does not
# matter. Below, the numbers are throttled every hour, their calls fail, and the dialer gives them
# up. No cautious dialling would tell on which side the plan stands, and dialling up to a threshold
# to find it is out of the question. The line contract tells, or the operator when asked in writing.
#
# ## After asking and measuring
#
# Suppose that the operator answers: 60. And suppose that a week's own log confirms how long people
# talk, and tells the answer rate to within a point, as the notebook on calibration shows it can.
# What is stated in the scenario is no longer an assumption; what was measured has a range of its
# own.

# %%
fitted = {"talk.opted_in": dialsim.profile("typical")["talk.opted_in"]}
asked = plan.with_("network.overrides", fitted | {CEILING: 60})
after = dialsim.sensitivity(
    asked,
    only=[name for name in CANDIDATES if name not in asked.network.overrides],
    ranges={"answer.gross.named": (0.54, 0.56)},
    trajectories=8,
    base_samples=0,
)
tornado(
    after,
    "What is left to hang on",
    "ceiling and talk stated, the answer rate measured; mean absolute effect, 95 %",
)

# %%
first, second = found.goals[0], after.goals[0]
strength = {each.key: each.strength for each in first.effects}
left = {each.key: each.strength for each in second.effects}
margin = dict(zip(by_ceiling["ceiling"], by_ceiling["margin"], strict=True))
print(f"margin as assumed {first.now:+.0%}, with a ceiling of 48 {margin[48]:+.0%}")
print(f"strongest effect before {max(strength.values()):.0%}, after {max(left.values()):.0%}")

# %%
assert counted.filter(pl.col("confidence") == "assumption")["values"][0] > values.height / 2
assert found.settled
assert set(first.leading[:2]) == {CEILING, "answer.gross.named"}
assert min(strength[name] for name in first.leading[:2]) > 3 * strength[first.leading[2]]
assert 0.1 < first.now < 0.2
assert margin[48] < -0.3
assert margin[120] == margin[60]
assert abs(margin[60] - first.now) < 1e-9
assert left["answer.gross.named"] < 0.4 * strength["answer.gross.named"]
assert max(left.values()) < first.now

# %% [markdown]
# ## What we found
#
# Of twelve assumptions two decide. If the network throttles a registered number at 48 calls an
# hour instead of the 60 that the profile assumes, the plan that looked 15 % better than its goal
# misses it by two fifths. Whether as many people answer as a seller's best case says matters as
# much over the range that is published. How long they talk matters a third as much; the rest
# hardly at all.
#
# Two things are worth doing before the first call: asking the operator in writing, and fitting
# answers and talk to one's own log. With both done, no assumption alone moves the goal by as much
# as the plan has to spare.
