"""The likelihood of answers: one propensity per person, times hour and label.

As in the network's own model a person's propensity is beta distributed, multiplied by the index of
the hour (and what else is known of the call), cut at 1, and lost if the answer would come after
the ring timeout. The gross rate over first attempts is a parameter itself: the mean propensity is
solved from it, as a network profile's is.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dialsim.calibration.log import RELATIONS
from dialsim.calibration.nodes import (
    LEAST,
    MOST,
    NODES,
    Floats,
    answering,
    beta_nodes,
    derivative,
    secant,
)
from dialsim.calibration.patterns import Classes, Patterns

TINY = 1e-12
FACTORS = (0.02, 50.0)  # of a shown name that are looked at
NEARLY = 0.97  # of the largest share that can answer: a rate above is at the end of its domain
INSIDE = 0.02  # of the room there is: how far within its ends a start is put that lies beyond
IN_LOG_ODDS = ("dead.", "telling.")  # how these parameters are counted: none is reported


@dataclass
class Setting:
    """Constants of the likelihood.

    Attributes
    ----------
    index
        Index of all 24 hours; those that occur are replaced.
    reference
        Hours over which gross rates are taken to hold.
    in_time
        Share of answers before the reference timeout.
    reach
        Share of attempts to a number in service that ring; used if the log does not record it.
    true_causes
        Whether the log records which attempts rang.
    refusers
        Share of people who are registered to refuse, so that their phones never ring; used where
        the log does not record it.
    fixed
        Parameters that are held, by name.
    """

    index: Floats
    reference: NDArray[np.int64]
    in_time: float
    reach: float
    true_causes: bool
    refusers: float = 0.0
    fixed: dict[str, float] = field(default_factory=dict)


class Propensity:
    """Log likelihood and gradient over named parameters, as `Fit` wants them.

    Parameters are ``gross.R`` and ``icc``, ``hour.H``, and where they occur ``gross.named``,
    ``label`` and ``decline``. If the log records which attempts rang, also ``reach.R``: the share
    of first attempts that did. Where it does not, ``dead.R``, the share of people who can never be
    reached though they are not registered to refuse, and ``telling.alive``, ``telling.dead``
    and ``telling.mute``: how often a failed attempt to people in service, to the others, and to
    those registered to refuse ends so that trying again is in vain or no phone rang. The share of
    the last is not estimated.

    The hour index keeps its mean over the reference hours: that of hour `pivot` follows from the
    others.
    """

    def __init__(
        self,
        patterns: list[Patterns],
        classes: Classes,
        setting: Setting,
        pivot: int,
        names: list[str],
    ) -> None:
        self.patterns, self.classes, self.setting = patterns, classes, setting
        self.pivot, self.names = pivot, names
        held = set(setting.reference.tolist()) & set(classes.hours.tolist())
        self.level = held or set(classes.hours.tolist())
        self.sum = float(sum(setting.index[h] for h in self.level))
        self._mean: dict[int, float] = {}

    def read(self, at: Floats) -> dict[str, float]:
        """Return all parameters by name, the fixed ones included."""
        values = {**self.setting.fixed, **dict(zip(self.names, at.tolist(), strict=True))}
        for name in self.names:
            if name.startswith(IN_LOG_ODDS):
                values[name] = 1 / (1 + math.exp(-values[name]))
        return values

    def index(self, values: Mapping[str, float]) -> Floats:
        """Return the hour index, the pivot's from the others."""
        index = self.setting.index.copy()
        for hour in self.classes.hours.tolist():
            if hour != self.pivot:
                index[hour] = values[f"hour.{hour}"]
        others = sum(index[h] for h in self.level if h != self.pivot)
        if self.pivot in self.level:
            index[self.pivot] = self.sum - others
        return index

    def within(self, start: Floats, low: Floats, high: Floats) -> Floats | None:
        """Return a point near `start` where the likelihood is defined; None if there is none.

        The domain is no box. A share of people answers that is above that of the smallest mean
        propensity and below that of the largest, times the share that is reached in time; indices
        of the hours are positive and sum to a constant. A log in which all or none answer has its
        largest likelihood at this border, and a start by its shares would lie beyond.
        """
        at = np.clip(start, low, high)
        if self.index(self.read(at))[self.pivot] < low_of_hours(self.names, low):
            for i, name in enumerate(self.names):
                if name.startswith("hour."):
                    at[i] = np.clip(self.setting.index[int(name[5:])], low[i], high[i])
        index = self.index(self.read(at))
        if np.any(index[self.classes.hours] <= 0):
            return None
        hours = index[self.setting.reference]
        for group in self.patterns:
            name = RELATIONS[group.relation]
            values = self.read(at)
            share = reached_in_time(self.setting, values, name)
            least, most = (answering(beta_nodes(m, values["icc"]), hours) for m in (LEAST, MOST))
            gross = _inside(values[f"gross.{name}"], share * least, share * min(most, 1.0))
            if not self._put(f"gross.{name}", gross, at, low, high):
                return None
            if group.relation == 0 and "gross.named" in values:
                mean = self.solve(group.relation, gross / share, values["icc"], index)
                if mean is None:
                    return None
                nodes = beta_nodes(mean, values["icc"])
                least, most = (answering(factor * nodes, hours) for factor in FACTORS)
                gross = _inside(values["gross.named"], share * least, share * most)
                if not self._put("gross.named", gross, at, low, high):
                    return None
        defined = math.isfinite(self(at)[0])
        self._mean.clear()
        return at if defined else None

    def saturated(self, at: Floats, likelihood: float) -> bool:
        """Return whether all reachable people answer, as far as the model allows.

        The largest likelihood then lies where the domain ends. How far it falls beyond cannot be
        told, nor how people differ who all do the same.
        """
        values, before = self.read(at), dict(self._mean)
        hours = self.index(values)[self.setting.reference]
        found = False
        for group in self.patterns:
            share = reached_in_time(self.setting, values, RELATIONS[group.relation])
            most = answering(beta_nodes(MOST, values["icc"]), hours)
            name = f"gross.{RELATIONS[group.relation]}"
            found |= values[name] > NEARLY * share * most
            if name in self.names:
                end = at.copy()
                end[self.names.index(name)] = (1 - INSIDE) * share * most
                found |= self(end)[0] > likelihood
            part = _Part(self, group, values, self.index(values))
            if part.own:
                most = answering(FACTORS[1] * part.nodes, hours)
                found |= values["gross.named"] > NEARLY * share * most
        self._mean = before
        return bool(found)

    def _put(self, name: str, value: float, at: Floats, low: Floats, high: Floats) -> bool:
        """Set a parameter, or its fixed value; return whether the value is allowed."""
        if name not in self.names:
            self.setting.fixed[name] = value
            return True
        i = self.names.index(name)
        at[i] = value
        return bool(low[i] < value < high[i])

    def solve(self, relation: int, wanted: float, icc: float, index: Floats) -> float | None:
        """Return the mean propensity at which a share `wanted` of reachable people answers."""
        hours = index[self.setting.reference]

        def answers(mean: float) -> float:
            return answering(beta_nodes(mean, icc), hours) - wanted

        near = self._mean.get(relation)
        found = None if near is None else secant(answers, near)
        if found is None:
            from scipy.optimize import brentq

            if answers(LEAST) > 0 or answers(MOST) < 0:
                return None
            found = float(brentq(answers, LEAST, MOST, xtol=1e-12))
        self._mean[relation] = found
        return found

    def __call__(self, at: Floats) -> tuple[float, Floats]:
        """Return log likelihood and gradient."""
        values = self.read(at)
        index = self.index(values)
        slope: dict[str, float] = dict.fromkeys([*self.names, *self.setting.fixed], 0.0)
        by_hour = np.zeros(24)
        total = 0.0
        if np.any(index[self.classes.hours] <= 0):
            return -np.inf, np.zeros_like(at)
        for group in self.patterns:
            part = _Part(self, group, values, index)
            if part.mean is None or part.named is None:
                return -np.inf, np.zeros_like(at)
            total += part.evaluate(slope, by_hour)
        for hour in self.classes.hours.tolist():
            if hour != self.pivot:
                lost = by_hour[self.pivot] if hour in self.level and self.pivot in self.level else 0
                slope[f"hour.{hour}"] += by_hour[hour] - lost
        for name in self.names:
            if name.startswith(IN_LOG_ODDS):
                slope[name] *= values[name] * (1 - values[name])
        return total, np.array([slope[name] for name in self.names])

    def chances(self, at: Floats) -> dict[int, tuple[Floats, Floats, Floats]]:
        """Return by relation chances, weights and ends of the nodes.

        The chance of each class of calls at each node, the share of people of each node, and how
        often a failed attempt to it has a telling end.
        """
        values = self.read(at)
        index = self.index(values)
        found = {}
        for group in self.patterns:
            part = _Part(self, group, values, index)
            # The maximum lies within the domain: `within` gave the start, and no step leaves it.
            assert part.mean is not None
            assert part.named is not None
            found[group.relation] = (part.chance, part.weight, part.ends())
        return found


class _Part:
    """The likelihood of one relation's people."""

    def __init__(
        self, model: Propensity, group: Patterns, values: Mapping[str, float], index: Floats
    ) -> None:
        self.model, self.group, self.values, self.index = model, group, values, index
        self.name = RELATIONS[group.relation]
        setting = model.setting
        self.icc = values["icc"]
        if setting.true_causes:
            self.dead = 0.0
            self.ringing = 1.0
            self.rate = values[f"reach.{self.name}"]
        else:
            self.dead = values[f"dead.{self.name}"]
            self.ringing = setting.reach
            self.rate = (1 - setting.refusers) * (1 - self.dead) * setting.reach
        self.share = reached_in_time(setting, values, self.name)
        self.gross = values[f"gross.{self.name}"]
        wanted = self.gross / self.share
        self.mean = model.solve(group.relation, wanted, self.icc, index) if wanted < 1 else None
        self.named: float | None = 1.0
        if self.mean is None:
            return
        self.nodes = beta_nodes(self.mean, self.icc)
        self.own = group.relation == 0 and "gross.named" in values
        if self.own:
            self.named = self._named_factor(values["gross.named"] / self.share)
            if self.named is None:
                return
        elif group.relation == 1:
            self.named = values["named.bought"]
        self._chances()

    def _named_factor(self, wanted: float) -> float | None:
        from scipy.optimize import brentq

        hours = self.index[self.model.setting.reference]

        def answers(factor: float) -> float:
            return float(np.minimum(1.0, factor * self.nodes[:, None] * hours).mean()) - wanted

        if not answers(FACTORS[0]) < 0 < answers(FACTORS[1]):
            return None
        return float(brentq(answers, *FACTORS, xtol=1e-10))

    def _chances(self) -> None:
        classes, values = self.model.classes, self.values
        hour = self.index[classes.hours[classes.hour]]
        self.effect = hour * classes.weekday * values["decline"] ** classes.before
        self.effect = np.where(classes.labelled, self.effect * values["label"], self.effect)
        self.effect = np.where(classes.named, self.effect * self.named, self.effect)
        wanted = self.effect[:, None] * self.nodes
        self.open = wanted < 1.0
        self.lost = (classes.in_time * self.ringing)[:, None]
        self.chance = np.clip(np.minimum(wanted, 1.0) * self.lost, TINY, 1 - TINY)
        self.weight = np.full(NODES, 1 / NODES)
        if self.model.setting.true_causes:
            return
        refusers = self.model.setting.refusers
        never = np.full((len(self.effect), 2), TINY)
        self.chance = np.column_stack([self.chance, never])
        self.weight *= (1 - refusers) * (1 - self.dead)
        self.weight = np.append(
            self.weight, [(1 - refusers) * max(self.dead, TINY), max(refusers, TINY)]
        )

    def ends(self) -> Floats:
        """Return how often a failed attempt to each node has a conclusive end."""
        if self.model.setting.true_causes:
            return np.zeros(len(self.weight))
        end = np.full(len(self.weight), self.values["telling.alive"])
        end[-2:] = self.values["telling.dead"], self.values["telling.mute"]
        return end

    def evaluate(self, slope: dict[str, float], by_hour: Floats) -> float:
        """Return the log likelihood; add its slopes."""
        group = self.group
        log_yes, log_no = np.log(self.chance), np.log1p(-self.chance)
        nodes = group.answered @ log_yes + group.unanswered @ log_no + np.log(self.weight)
        seen = not self.model.setting.true_causes
        failed = np.asarray(group.unanswered.sum(axis=1)).ravel()
        if seen:
            end = self.ends()
            nodes += group.telling[:, None] * np.log(end)
            nodes += (failed - group.telling)[:, None] * np.log1p(-end)
        top = nodes.max(axis=1, keepdims=True)
        each = np.exp(nodes - top)
        size = each.sum(axis=1, keepdims=True)
        total = float(group.count @ (np.log(size) + top)[:, 0])
        share = group.count[:, None] * each / size
        if seen:
            self._slope_seen(slope, share, failed)
        yes, no = group.answered.T @ share, group.unanswered.T @ share
        per_chance = yes / self.chance - no / (1 - self.chance)
        d = per_chance[:, :NODES] * self.lost * self.open
        self._slopes(d, slope, by_hour)
        if self.model.setting.true_causes:
            missed = group.first - group.reached
            total += group.reached * np.log(self.rate) + missed * np.log1p(-self.rate)
            slope[f"reach.{self.name}"] += group.reached / self.rate - missed / (1 - self.rate)
        return total

    def _slope_seen(self, slope: dict[str, float], share: Floats, failed: Floats) -> None:
        alive, dead, mute = share[:, :NODES].sum(axis=1), share[:, NODES], share[:, NODES + 1]
        gone, there = float(dead.sum()), float(alive.sum())
        slope[f"dead.{self.name}"] += gone / max(self.dead, TINY) - there / (1 - self.dead)
        ends = (("telling.alive", alive), ("telling.dead", dead), ("telling.mute", mute))
        for name, weight in ends:
            p, telling = self.values[name], self.group.telling
            slope[name] += float(weight @ (telling / p - (failed - telling) / (1 - p)))

    def _slopes(self, d: Floats, slope: dict[str, float], by_hour: Floats) -> None:
        """Add the derivatives of all that a chance depends on, also through the mean propensity."""
        classes, values = self.model.classes, self.values
        reference = self.model.setting.reference
        per_effect = d @ self.nodes  # by class
        per_node = self.effect @ d  # by node
        direct = per_effect * self.effect
        np.add.at(
            by_hour, classes.hours[classes.hour], direct / self.index[classes.hours[classes.hour]]
        )
        slope["decline"] += float(direct @ classes.before) / values["decline"]
        slope["label"] += float(direct @ classes.labelled) / values["label"]
        hours = self.index[reference]
        setting = self.model.setting
        rate_name = f"reach.{self.name}" if setting.true_causes else f"dead.{self.name}"
        turn = 1.0 if setting.true_causes else -(1 - setting.refusers) * setting.reach
        if self.own:
            assert self.named is not None
            per_factor = float(direct @ classes.named) / self.named
            inside = (self.named * self.nodes[:, None] * hours) < 1.0
            size = inside.size
            by_factor = max(float((self.nodes[:, None] * hours * inside).sum() / size), TINY)
            wanted = values["gross.named"] / self.share
            slope["gross.named"] += per_factor / (self.share * by_factor)
            slope[rate_name] -= per_factor * wanted / (self.rate * by_factor) * turn
            per_node = per_node - per_factor * (self.named * hours * inside).sum(axis=1) / (
                size * by_factor
            )
            drop = (self.named * self.nodes[:, None] * inside).sum(axis=0) / (size * by_factor)
            np.add.at(by_hour, reference, -per_factor * drop)
        assert self.mean is not None
        by_mean = derivative(lambda x: beta_nodes(x, self.icc), self.mean, self.nodes)
        mean = self.mean
        by_icc = derivative(lambda x: beta_nodes(mean, x), self.icc, self.nodes)
        inside = (self.nodes[:, None] * hours) < 1.0
        weight = (inside * hours).sum(axis=1) / inside.size
        all_by_mean, all_by_icc = max(float(weight @ by_mean), TINY), float(weight @ by_icc)
        per_mean = float(per_node @ by_mean)
        slope["icc"] += float(per_node @ by_icc) - per_mean * all_by_icc / all_by_mean
        slope[f"gross.{self.name}"] += per_mean / (self.share * all_by_mean)
        slope[rate_name] -= per_mean * self.gross / self.share / (self.rate * all_by_mean) * turn
        drop = (inside * self.nodes[:, None]).sum(axis=0) / inside.size / all_by_mean
        np.add.at(by_hour, reference, -per_mean * drop)


def reached_in_time(setting: Setting, values: Mapping[str, float], relation: str) -> float:
    """Return the share of people of a relation who are reached, and would answer in time."""
    if setting.true_causes:
        return values[f"reach.{relation}"] * setting.in_time
    in_service = (1 - setting.refusers) * (1 - values[f"dead.{relation}"])
    return in_service * setting.reach * setting.in_time


def low_of_hours(names: list[str], low: Floats) -> float:
    """Return the lowest index that an hour may have; 0 if there is only one hour."""
    return max((float(low[i]) for i, name in enumerate(names) if name[:5] == "hour."), default=0.0)


def _inside(value: float, low: float, high: float) -> float:
    """Return a value if it lies between two others, else one close to the nearer."""
    if low < value < high:
        return value
    return low + (INSIDE if value <= low else 1 - INSIDE) * (high - low)
