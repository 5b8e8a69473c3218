"""Calls a user's pacing policy and reports its faults."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import trio
from numpy.typing import NDArray

from dialsim.engine import host
from dialsim.errors import ScenarioError, did_you_mean
from dialsim.messages.text import MARKS, joined, message
from dialsim.pacing.policy import Decision, Observation, PacingPolicy
from dialsim.scheduler.decision_limit import DecisionLimit, TooLong
from dialsim.storage.small_files import read_small_text

if TYPE_CHECKING:
    from dialsim.engine.build import World
    from dialsim.scenario.models.schema import Scenario

Decide = Callable[[Observation], object]
FIRST_TIMEOUT_MS = 5_000


class AskedPolicy:
    """A policy and the world it decides for.

    Parameters
    ----------
    policy
        An object with a method `decide`, or a function of an :class:`Observation`.
    name
        What errors call it.
    timeout_ms
        Real time that one decision may take.
    spans
        int64[n, 2]: when anybody is at work; it is asked within them alone.
    """

    def __init__(
        self,
        policy: PacingPolicy | Decide,
        name: str,
        timeout_ms: int,
        spans: NDArray[np.int64],
    ) -> None:
        self._decide: Decide = policy if not hasattr(policy, "decide") else policy.decide
        self._waits = bool(getattr(policy, "waits", False))
        self._asking: dict[str, int] | None = None
        self._limit = DecisionLimit(timeout_ms / 1000)
        self.name, self.timeout_ms = name, timeout_ms
        self._spans: list[list[int]] = spans.tolist()

    def next_tick(self, tick: int) -> int | None:
        """Return the first tick from `tick` on with an agent on shift; None if there is none."""
        for start, end in self._spans:
            if tick < end:
                return max(tick, start + 1)  # agents log in at the start itself
        return None

    async def ask(self, world: World, tick: int) -> int:
        """Ask the policy, apply its decisions, and return its next wake-up.

        Raises
        ------
        ScenarioError
            It raised, answered something else than a valid decision, or took too long.

        Notes
        -----
        It is called in this thread, which takes 30 µs beside its own time. One that declares
        ``waits = True`` is called in a thread of its own, which takes some hundreds; if it hangs,
        that is left behind.
        """
        seen = host.observe(world, tick)
        answer: object = None
        late = True
        try:
            if self._waits:
                with trio.move_on_after(self.timeout_ms / 1000):
                    answer = await trio.to_thread.run_sync(
                        partial(self._decide, seen), abandon_on_cancel=True
                    )
                    late = False
            else:
                with suppress(TooLong):
                    answer = self._limit.call(partial(self._decide, seen))
                    late = False
        except (Exception, SystemExit) as error:
            raised = message("raised {error}").filled(error=_located(error))
            raise self._fault(raised, seen) from error
        if late:
            found = message("had not decided after {count:g} s of real time").filled(
                count=self.timeout_ms / 1000
            )
            raise self._fault(
                found, seen, allowed=message("policy.timeout is how long it may take")
            )
        if not isinstance(answer, Decision):
            raise self._fault(
                message("answered something that is no decision"),
                seen,
                found=repr(answer)[:80],
                allowed=message('Decision({"name of a campaign": dials}, wake_in_s=seconds)'),
            )
        mine = self._rows(world)
        for name in answer.dials:
            if name not in mine:
                raise self._fault(
                    message("dials for a campaign that does not ask it"),
                    seen,
                    found=name,
                    allowed=", ".join(mine),
                    remedy=did_you_mean(name, mine),
                )
        for name, row in mine.items():
            host.order_dials(world, row, answer.dials.get(name, 0), tick)
        return tick + max(1, round(answer.wake_in_s * 1000))

    def _rows(self, world: World) -> dict[str, int]:
        """Return which campaigns ask it, by name."""
        if self._asking is None:
            campaigns = world.scenario.campaigns
            self._asking = {c.name: i for i, c in enumerate(campaigns) if _asks(c)}
        return self._asking

    def _fault(self, what: str, seen: Observation, **more: Any) -> ScenarioError:
        figures = ("name", "idle", "talking", "outstanding", "waiting", "attempts")
        saw = joined(
            MARKS["then"],
            [
                _SEEN.filled(**{figure: getattr(campaign, figure) for figure in figures})
                for campaign in seen.campaigns.values()
            ],
        )
        head = _FAULT.filled(name=self.name, what=what, now=seen.now, saw=saw)
        return ScenarioError.at("policy", head, **more)


_SEEN = message(
    "{name}: {idle} idle, {talking} talking, {outstanding} out, {waiting} waiting, "
    "{attempts:,} dialled"
)
_FAULT = message("policy {name} {what} at {now:%Y-%m-%d %H:%M:%S}; it saw {saw}")


def _asks(campaign: Any) -> bool:
    return bool(campaign.pacing.mode == "policy")


def _located(error: Exception | SystemExit) -> str:
    """Return an exception with the line of the policy that raised it."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" (line {frames[-1].lineno} of {Path(frames[-1].filename).name})" if frames else ""
    with suppress(Exception):
        return f"{type(error).__name__}: {error}{where}"
    return f"{type(error).__name__}{where}"


def policy_of(
    scenario: Scenario, given: PacingPolicy | Decide | None, spans: NDArray[np.int64]
) -> AskedPolicy | None:
    """Return the policy of a scenario's campaigns, new for this run; None if it has none.

    Parameters
    ----------
    given
        One from Python goes before that of the file.

    Raises
    ------
    ScenarioError
        There is none, its file cannot be executed, or what it names is no policy.
    """
    if not any(_asks(campaign) for campaign in scenario.campaigns):
        if given is not None:
            raise ScenarioError(
                message('a policy was given, but no campaign has pacing = { mode = "policy" }')
            )
        return None
    timeout_ms = FIRST_TIMEOUT_MS if scenario.policy is None else scenario.policy.timeout
    if given is not None:
        name = getattr(given, "__name__", type(given).__name__)
        _is_policy(given, name)
        return AskedPolicy(given, name, timeout_ms, spans)
    if scenario.policy is None:
        raise ScenarioError.at(
            "policy",
            message("a campaign asks a policy, and there is none"),
            allowed=message(
                'policy = { file = "mine.py", name = "Mine" }, or policy=... in Python'
            ),
        )
    return AskedPolicy(_loaded(scenario), scenario.policy.name, timeout_ms, spans)


def _loaded(scenario: Scenario) -> Any:
    """Execute a policy's file and return a new instance of what the scenario names."""
    policy = scenario.policy
    assert policy is not None
    path = scenario.file_path(policy.file)
    names: dict[str, Any] = {"__name__": f"dialsim_policy_{path.stem}", "__file__": str(path)}
    try:
        exec(compile(read_small_text(path), str(path), "exec"), names)
        found = names.get(policy.name)
        made = found() if isinstance(found, type) else found
    except OSError as error:
        reason = message("cannot be read: {strerror}").filled(strerror=error.strerror)
        raise ScenarioError.at("policy.file", reason, found=policy.file) from error
    except (Exception, SystemExit) as error:
        cause = _located(error) if isinstance(error, Exception) else message("it ends the program")
        raise ScenarioError.at(
            "policy.file",
            message("cannot be executed: {cause}").filled(cause=cause),
            found=policy.file,
        ) from error
    if made is None:
        known = [name for name, each in names.items() if callable(each) and name[:1] != "_"]
        raise ScenarioError.at(
            "policy.name",
            message("{file} has nothing of this name").filled(file=policy.file),
            found=policy.name,
            allowed=", ".join(sorted(known)) or message("a class or a function in it"),
            remedy=did_you_mean(policy.name, known),
        )
    _is_policy(made, policy.name)
    return made


def _is_policy(made: object, name: str) -> None:
    if not callable(getattr(made, "decide", made)):
        raise ScenarioError.at(
            "policy.name",
            message("is no policy"),
            found=name,
            allowed=message("a class with a method decide(self, seen), or a function of one value"),
        )
