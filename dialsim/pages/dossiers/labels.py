"""Texts of the reports in English and in Chinese: those of all, and those for management.

Reports also use the texts of the page of a run; their own come first.
"""

from __future__ import annotations

from dialsim.messages.text import Texts, message, text_table

SHARED: Texts = text_table(
    {
        "for_boss": "Dossier for whoever decides",
        "for_compliance": "Dossier for the compliance officer",
        "for_operator": "Dossier for the operator's account manager",
        "sources": "Sources",
        "yes": "yes",
        "no": "no",
        "kept": "kept",
        "broken": "broken",
        "campaign": "campaign",
        "value": "value",
        "trunk": "trunk",
        "differs_version": "dialsim {now} instead of {then}",
        "differs_inputs": "content of {names}",
        "differs_data": "{name} {now} instead of {then}",
        "differs_unknown": "nothing that the run tells of",
        "head": "{enterprise} · {period} · network profile “{profile}”, rule pack “{pack}” · "
        "seed {seed}",
        "simulated": "All figures are a simulation's, computed by dialsim {version}; none was "
        "measured on a network. No phone number is on this page.",
        "identity": "run {name} · outcome {outcome} · scenario {scenario}",
        "no_log": "This run did not keep every call (--log none, or a sample): {missing} cannot be "
        "counted from it. Run it again with its log.",
        "forgotten": "{calls} calls of people who were forgotten since are gone from the log: "
        "what is counted from it is that much too low.",
        "not_the_same": "played again, it comes to something else than what the run's folder "
        "holds. What differs: {what}.",
        "acted_none": "The network took no action against any number.",
        "when": message("when", "heading"),
        "differs_values": "values of the rule pack or the network profile",
    }
)

MANAGEMENT: Texts = text_table(
    {
        "finish": "When it is finished",
        "here": "this run",
        "reached_here": "reached in this run",
        "early": "5 % of replays by",
        "middle": "half by",
        "late": "95 % by",
        "chance": "chance of being met",
        "between": "{share} ({range})",
        "range_of": "{low} to {high}",
        "not_reached": "not within the days",
        "no_moment": "judged when due",
        "this_run": "In this run: {verdict}",
        "axis_one": "Dot: this run. Red: due.",
        "cost": "What it costs",
        "what": "for",
        "arithmetic": "arithmetic",
        "amount": "amount",
        "total": "in all",
        "each": "that is {amount} {of}",
        "each_conversation": "for a conversation",
        "each_person": "for a person reached",
        "no_price": "no price is given",
        "needs_log": "needs the call log",
        "minutes": "calls",
        "numbers": "numbers",
        "attempts": "attempts",
        "attempts_text": "{count} attempts × {price}",
        "one_month": "1 month",
        "months": "{count} months",
        "agents": "agents",
        "scrubs": "scrubs of lists",
        "scrubs_text": "{count} numbers looked up × {price}",
        "once": "once",
        "once_text": "as the scenario says",
        "people": "Complaints, and how people took it",
        "metric": "figure",
        "mean": "mean of replays",
        "range": "5 to 95 % of replays",
        "stops": "What stops us",
        "held_back": "What held it back",
        "walls": "Walls",
        "of_campaign": " of {}",
        "tile_finish_one": "finished, in this run",
        "tile_chance": "chance that every goal is met ({range})",
        "tile_cost": "cost",
        "tile_cost_least": "cost, at least",
        "tile_mean": "{name}, mean of replays",
        "no_goals": "The scenario sets no goal: nothing says when the campaign is finished.",
        "no_counted": "No goal asks for at least so many calls or people: nothing says when the "
        "campaign is finished.",
        "replays": "The scenario was played {n} times, each time with other luck, this run among "
        "them. A chance is the share of these, with its exact 95 % interval; a time is the end of "
        "the quarter of an hour in which the call was dialled that reached the goal.",
        "replays_redrawn": "Each draws its contacts anew: what is not known of them is part of the "
        "chances.",
        "replays_fixed": "All have the same contacts: chances are those of these contacts only.",
        "broken_off_replays": "The run was broken off; the replays were played to the end.",
        "replays_stopped": "Stopped after {n} of {wanted} replays.",
        "all_met": "Every goal met and every wall kept in {hits} of {n} replays: {chance}.",
        "one_run": "One run is one draw of luck and tells no probability. This plays it again: "
        "`{command}`.",
        "not_replayed": "It could not be played again, so there is no probability: {why}",
        "axis": "Pale: from 5 to 95 % of the replays. Tick: half of them. Dot: this run. Red: due.",
        "no_costs": "The scenario names no prices, so no cost is told. They stand in a table "
        "`[costs]` of the scenario, or of a file given with `--costs`: `per_minute` with "
        "`billing_step`, `per_attempt`, `per_number_month`, `per_agent_hour`, `once`. Prices "
        "change nothing that happens.",
        "minutes_text": "{calls} answered calls, {steps} started steps of {step} = {minutes} min "
        "× {price}",
        "numbers_text": "{count} numbers × {price}, for {months} of the calendar",
        "agents_text": "{count} agents, {hours} hours on shift × {price}",
        "absent_text": "{count} agents, {hours} hours on shift, {present} there in the mean "
        "× {price}",
        "suspended_chance": "A number was suspended, closed or stopped in {hits} of {n} replays: "
        "{chance}.",
        "wall": "{name}{of} {measured}, cap {cap}{basis}: {kept}",
        "no_walls": "The rule pack has no wall that a whole run is measured against.",
        "refused": "{count} calls refused ({share} of attempts): {causes}",
        "tile_finish": "finished: half of {n} replays by then",
    }
)
