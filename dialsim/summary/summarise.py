"""``summary.json``: identity, results and verdict of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any, Final, cast

from numpy.typing import NDArray

from dialsim.core.codes import EventCode
from dialsim.distribution import VERSION as PROGRAM_VERSION
from dialsim.feasibility.allowances import allowances
from dialsim.feasibility.recommendations.recommend import Left, recommended_changes
from dialsim.feasibility.recommendations.shift_ends import explained
from dialsim.messages.stored_text import with_messages
from dialsim.outcomes.log_choice import LogChoice
from dialsim.outcomes.passthrough import Carried
from dialsim.results import goals as judging
from dialsim.results.assumptions import assumptions, misuse_findings
from dialsim.results.binding_constraint import binding
from dialsim.results.callbacks import callbacks
from dialsim.results.hard_limits import heading, measured_limits
from dialsim.results.lists.accounts import file_accounts, history_account, list_accounts
from dialsim.results.lists.scrubs import scrubs
from dialsim.results.lists.waterfall import waterfalls
from dialsim.results.metrics import connected_late, late_after_ms, metric_values
from dialsim.results.network import interventions as network
from dialsim.results.network.aftermath import aftermath
from dialsim.results.network.complainants import complainants, declined
from dialsim.results.network.judging_profiles import judges
from dialsim.results.network.network_rules import network_rules
from dialsim.results.run_view import Rows, action_rows, carried_of, event_rows, moment
from dialsim.results.splits import Split
from dialsim.results.summary_types.network import ActionGroup, EventCounts, Interventions
from dialsim.results.summary_types.results import Abandoned, Waterfall, WeakDefault
from dialsim.results.summary_types.run import (
    CallLog,
    Identity,
    Performance,
    Period,
    PersonalData,
)
from dialsim.results.summary_types.summary import Summary
from dialsim.results.throughput import throughput
from dialsim.results.transfers import recordings, transfers
from dialsim.results.weak_defaults import weak_rows
from dialsim.scenario.identity import scenario_digest
from dialsim.scenario.metrics import metrics
from dialsim.scenario.models.policy import policy_digest
from dialsim.scenario.profiles.weak_defaults import WeakDefaultRow
from dialsim.summary.schema import VERSION

if TYPE_CHECKING:
    from dialsim.engine.build import World

SCHEMA_VERSION: Final = VERSION
DATA_PACKAGES = ("phonenumbers", "tzdata", "holidays")


def summarise(
    world: World,
    *,
    interventions: Rows = None,
    events: Rows = None,
    goal_snapshots: Mapping[int, Mapping[str, float | int | None]] | None = None,
    performance: Performance | None = None,
    complete: bool = True,
    inputs: Mapping[str, str] | None = None,
    splits: Mapping[str, Split] | None = None,
    dropped: NDArray[Any] | None = None,
    log: CallLog | None = None,
) -> Summary:
    """Return the summary of a run.

    Parameters
    ----------
    world
        Where it came to.
    interventions, events
        `ACTION_ROW` and `EVENT_ROW` rows collected over the whole run, or their batches.
    goal_snapshots
        By a goal's index: :func:`metric_values` of the moment it was due. Goals without one are
        judged by the final values.
    performance
        Figures of this machine and this run; outside every digest, copied as they are.
    complete
        False when the run was broken off.
    inputs
        Content digest of each input file by its name.
    splits
        By attribute: every metric by its values.
    dropped
        DROPPED[n]: abandoned calls of
        :func:`dialsim.feasibility.recommendations.shift_ends.watched_campaigns`; None: they were
        not kept.
    log
        Which attempts are kept row by row, as of :func:`call_log`; None: none.

    Returns
    -------
    Summary
        Plain Python values, ready for JSON. All but `performance` is a
        function of the world and the log rows alone.
    """
    scenario = world.scenario
    actions, after_calls = action_rows(interventions), event_rows(events)
    values = metric_values(world, actions)
    judged = explained(world, judging.judge(world, values, goal_snapshots, complete), dropped)
    total, campaigns = waterfalls(world)
    acted = network.groups(world, actions)
    carried = carried_of(world)
    unlawful = heading(scenario, world.rules)
    kept = measured_limits(world)
    found: Summary = {
        "schema_version": SCHEMA_VERSION,
        "identity": _identity(world),
        "outcome_digest": outcome_digest(world),
        "inputs": dict(inputs or {}),
        "lists": list_accounts(world),
        "files": file_accounts(world),
        "history": history_account(world),
        "attributes": [] if carried is None else list(carried.names),
        "personal_data": _personal_data(carried),
        "log": call_log(LogChoice("none"), 0) if log is None else log,
        "data_versions": {name: version_of(name) for name in DATA_PACKAGES},
        "complete": complete,
        "study": scenario.study,
        "heading": unlawful,
        "misuses": list(misuse_findings(world)),
        "period": _period(world, complete),
        "verdict": judging.verdict(
            judged, complete=complete, lawful=unlawful is None and all(wall["met"] for wall in kept)
        ),
        "walls": kept,
        "goals": judged,
        "metrics": {
            key: {
                "value": values[key],
                "unit": metric.unit,
                "name": metric.name,
            }
            for key, metric in metrics().items()
        },
        "splits": {name: split.to_dict() for name, split in (splits or {}).items()},
        "waterfall": {
            "total": total,
            "campaigns": {
                campaign.name: each
                for campaign, each in zip(scenario.campaigns, campaigns, strict=True)
            },
        },
        "scrubs": scrubs(scenario, int(world.state.lists["count"].sum())),
        "interventions": _interventions(world, acted),
        "throughput": throughput(world),
        "caller_ids": network.caller_states(world, actions),
        "abandoned": _abandoned(world, values),
        "allowances": allowances(
            world, after_calls, int(values["complaints"] or 0), int(values["delivered"] or 0)
        ),
        "complainants": complainants(world, after_calls),
        "declined": declined(world),
        "callbacks": callbacks(world),
        "transfers": transfers(world),
        "recordings": recordings(world),
        "events": _event_counts(after_calls),
        "binding": binding(world),
        "changes": recommended_changes(
            world, values, judged, _left(total), acted, network.of_unregistered(world, actions)
        )
        if complete
        else [],
        "aftermath": aftermath(world, actions, after_calls),
        "assumptions": list(assumptions(world, acted)),
        "weak_defaults": [
            _weak_default(row)
            for row in weak_rows(scenario, world.network, acted=_by_frequency(acted))
        ],
        "performance": {} if performance is None else performance,
    }
    return cast(Summary, with_messages(found))  # the same keys, and those of messages


def call_log(choice: LogChoice, rows: int) -> CallLog:
    """Return which attempts a run keeps row by row, and how many."""
    return {"kept": choice.kept, "one_in": choice.one_in, "rows": rows}


def _interventions(world: World, acted: list[ActionGroup]) -> Interventions:
    operators = judges(world.scenario, world.network)
    found: Interventions = {
        "profile": world.network.name,
        "operators": operators,
        "off": list(world.scenario.network.off),
        "groups": acted,
        "refused": network.refusals(world),
        "attempts_refused": network.total_refused(world),
    }
    if not operators:
        del found["operators"]
    return found


def _weak_default(row: WeakDefaultRow) -> WeakDefault:
    """Return a weak default without its Chinese: a summary has messages instead."""
    found: WeakDefault = {
        "key": row["key"],
        "value": row["value"],
        "unit": row["unit"],
        "confidence": row["confidence"],
        "source": row["source"],
        "published": row["published"],
        "text": row["text"],
        "figures": row["figures"],
    }
    if "operators" in row:
        found["operators"] = row["operators"]
    return found


def _by_frequency(groups: Sequence[ActionGroup]) -> bool:
    """Return whether the network acted by a rule whose effect waits for `frequency.delay`."""
    rules = network_rules()
    return any(rules.rule(group["rule"].upper()).delay == "frequency.delay" for group in groups)


def _left(waterfall: Waterfall) -> Left:
    """Return the shares of leads never attempted, and of leads waiting for a retry."""
    rows = waterfall["rows"] or 1
    untried = sum(leave["leads"] for leave in waterfall["exits"] if leave["group"] == "untried")
    still = sum(leave["leads"] for leave in waterfall["exits"] if leave["key"] == "still_open")
    return Left(untried / rows, still / rows)


def outcome_digest(world: World) -> str:
    """Return the 128-bit outcome digest, 32 hex digits."""
    control = world.state.control[0]
    return f"{int(control['digest_high']):016x}{int(control['digest_low']):016x}"


def _personal_data(carried: Carried | None) -> PersonalData:
    """Return what the tables show of people: the key's fingerprint, never the key."""
    key = None if carried is None else carried.key
    return {
        "numbers": carried is not None and carried.with_numbers,
        "pseudonyms": None if key is None else {"key_fingerprint": key.fingerprint},
    }


def version_of(package: str) -> str:
    """Return the version of a package that is installed, or ``"unknown"``."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"


def _identity(world: World) -> Identity:
    scenario = world.scenario
    policy = policy_digest(scenario)
    tables = world.static.profile.tables  # another machine's libm might round them otherwise
    found: Identity = {
        "name": scenario.name,
        "scenario_digest": scenario_digest(scenario, world.rules, world.network, policy),
        "policy_digest": policy or "",
        "seed": world.seed,
        "list_seed": scenario.list_seed,
        "replication": world.replication,
        "version": PROGRAM_VERSION,
        "tables": blake2b(tables.tobytes(), digest_size=16).hexdigest(),
    }
    if policy is None:
        del found["policy_digest"]
    return found


def _period(world: World, complete: bool) -> Period:
    scenario = world.scenario
    reached = world.end_tick if complete else int(world.state.control[0]["now"])
    return {
        "start": scenario.start.isoformat(),
        "days": scenario.days,
        "time_zone": scenario.time_zone,
        "last_day_ends": moment(scenario, world.horizon_tick).isoformat(),
        "aftermath_ends": moment(scenario, world.end_tick).isoformat(),
        "reached": moment(scenario, reached).isoformat(),
    }


def _abandoned(world: World, values: Mapping[str, float | int | None]) -> Abandoned:
    entry = world.rules.entry("abandon.at_most")
    share = values["abandoned_share"]
    return {
        "share": share,
        "connected_late": connected_late(world),
        "connect_within_ms": late_after_ms(world),
        "at_most": entry.bare,
        "within": share is None or share <= entry.bare,
        "source": entry.source,
        "confidence": entry.confidence,
        "note": entry.note,
    }


def _event_counts(events: Any) -> EventCounts:
    counts = {code.name.lower(): int((events["code"] == code).sum()) for code in EventCode}
    return cast(EventCounts, counts)  # a code is named as its key
