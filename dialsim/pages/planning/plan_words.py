"""Texts of the page of a plan, in English and Chinese."""

from __future__ import annotations

from dialsim.messages.text import Texts, message, text_table

LABELS: Texts = text_table(
    {
        "go_on_python": "call it again with proof_runs={runs}",
        "none_yet": "Nothing is certified by half: no plan yet.",
        "plan": "The plan",
        "proof": "Promises",
        "promise": message("promise", "column"),
        "promised": message("promised", "column"),
        "kept_in": message("kept in", "column"),
        "at_least": message("at least", "column"),
        "decision": message("decision", "column"),
        "before": message("before", "column"),
        "after": message("after", "column"),
        "once": "once, beside `[costs]`",
        "saved": message("saved", "column"),
        "all_kept": "they contradict no promise",
        "not_kept": "they contradict a promise",
        "prices": "What each promise costs",
        "nearest": "What comes nearest",
        "is_wall": "a wall, never to be traded",
        "frontier": "Throughput, risk, cost",
        "frontier_note": "no other candidate is better in all three",
        "more": "and {n} more in candidates.parquet",
        "elsewhere": "Under other networks, where nothing was promised",
        "elsewhere_note": "kept in · {n} runs each",
        "robust": "Under every network",
        "robust_note": "{n} ends of assumptions tried",
        "breaking": "One assumption off, the others as they are:",
        "how": "How it was found",
        "struck_misses": "{n} surely miss a promise",
        "struck_dominated": "{n} surely cost more than a safe one",
        "struck_out of reach": "{n} out of reach by arithmetic",
        "struck_none": "none was struck out",
        "nothing": "none",
        "same_in_all": "the same in all: {values}",
        "range": "{least} to {most}",
        "head": "{candidates} candidates · {runs} · seed {seed}",
        "found": "The cheapest plan that keeps every promise costs {cost}, certified at {sure} by "
        "{n} runs that decided nothing before.",
        "unpriced": "Without a price, and so taken for free: {what}.",
        "whose": message("{what} {whose}", "inputs"),
        "none": "No plan among {n:,} candidates is certified to keep every promise.",
        "none_open": "No plan among {n:,} candidates is proved yet: {runs:,} of {most:,} runs of "
        "the proof leave it open (`--proof-runs`).",
        "go_on": "About {more:,} more runs would decide, if they go as those so far. To go on:",
        "go_on_for": "About {more:,} more runs would prove {values}, if they go as those so far. "
        "To go on:",
        "broken": "Broken off: what follows is what was played by then.",
        "holdout": "Holdout: {n} further runs that decided nothing: {held}.",
        "holdout_lost": "The holdout contradicts it: its upper bound is below the promise.",
        "chance": "What is rare is judged by the chance that each run had of it, given its calls, "
        "and by the count, each with its part of the doubt.",
        "spread": "Of a stop of the enterprise, which only complaints can bring, it is assumed "
        "that the mean square of these chances is at most {spread:g} times the square of their "
        "mean.",
        "binds": "Least room: {name}, kept with a margin of {margin} on average.",
        "decides": "By arithmetic the throughput hangs on {resource}.",
        "prices_note": "saved without it, at least; among the candidates played",
        "prices_none": "None makes the plan dearer among the candidates played.",
        "shown_broken": "{name}: broken, proved to hold in less than the {wanted} promised "
        "({held:,} of {runs:,} runs kept it)",
        "shown_open": "{name}: not proved yet, {chance} at least so far, {wanted} is promised "
        "({held:,} of {runs:,} runs kept it); about {more:,} more runs would",
        "shown_stuck": "{name}: not proved, {chance} at least so far, {wanted} is promised "
        "({held:,} of {runs:,} runs kept it); at this rate, {share}, no number of runs would",
        "likely": "{name}: likely in {chance}, {wanted} is promised ({held:,} of {runs:,} runs "
        "kept it)",
        "resource": "scarcest by arithmetic, {resource}: {why}",
        "end_last": "{key} is at the last of its values, {value}",
        "end_first": "{key} is at the first of its values, {value}",
        "cost": "cost",
        "throughput": "throughput",
        "any_suspension": message("any suspension", "column"),
        "high": message("95 % bound", "column"),
        "recommended": message("recommended", "candidate"),
        "chart": "Candidates by cost and throughput",
        "chart_caption": "The larger a point, the more of its runs had a suspension. Each point "
        "shows what the candidate decides.",
        "robust_found": "Certified under {names}: {values}, for {cost}.",
        "robust_none": "No plan is certified under all of {names}.",
        "robust_all": "None of {n} ends of assumptions is seen to break it, in a few runs each.",
        "breaks": "{key} at {end} (taken is {value}, {confidence}) breaks: {promises}",
        "searched": "{n} candidates, {played} played; {struck}.",
        "invalid": "{n} of {all} candidates are no valid scenario, and were left out; the first: "
        "{reason}",
        "invalid_looked_at": "{n} of the candidates looked at are no valid scenario, and were left "
        "out; the first: {reason}",
        "finalist_certified": "certified by {runs} runs: {values}",
        "finalist_broken": "broken after {runs} runs: {values}",
        "finalist_open": "not proved yet after {runs} of {planned} runs, about {more} more would: "
        "{values}",
        "finalist_stuck": "not proved after {runs} of {planned} runs, at this rate no number "
        "would: {values}",
        "ahead_rest": "{candidates} candidates for what is left: the search takes {range} runs.",
        "ahead": "{candidates} candidates, {within} within reach by arithmetic: the search takes "
        "{range} runs.",
        "certificate": "A certificate of {share} takes {least} runs of a plan that never fails, "
        "about {usual} of one that fails 0.4 times as often as it may.",
        "proof_runs": "The proof of one candidate takes at most {runs} runs (`--proof-runs`).",
        "time": "A run takes {run} s here, {workers} at a time: {quick} with one finalist, {slow} "
        "at most.",
    }
)

INPUTS: Texts = text_table(
    {
        "minutes": "minutes on",
        "attempts": message("attempts", "count"),
        "numbers": "numbers of",
        "agents": "agents of",
        "scrubs": "scrubs",
        "once": "what is paid once",
    }
)
"""What has no price, before its name."""
