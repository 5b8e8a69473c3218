"""Patterns over digits as acyclic automata in which equal languages are one node."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from re import _constants, _parser  # type: ignore[attr-defined]  # the parser of `re`
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

DEAD = 0
"""The node of no number at all."""
REST = 1
"""The node that takes whatever follows; for patterns of leading digits only."""
NO_LABEL = 0
DIGITS = range(10)


class Forest:
    r"""Nodes of deterministic acyclic automata, shared: each language is stored once.

    A node is a label (what a number that ends here is; 0: no number) and ten children. As children
    are made before their parent and equal nodes are one, every automaton is minimal as it is made.

    Examples
    --------
    >>> forest = Forest()
    >>> forest.pattern("1[38]|12") == forest.pattern("1(?:2|3|8)")
    True
    >>> forest.label(forest.pattern(r"4\d{2}"), "407"), forest.label(forest.pattern("4"), "5")
    (1, 0)
    """

    def __init__(self) -> None:
        self._nodes: list[tuple[int, tuple[int, ...]]] = [
            (NO_LABEL, (DEAD,) * 10),
            (1, (REST,) * 10),
        ]
        self._known = {node: i for i, node in enumerate(self._nodes)}
        self._unions: dict[tuple[int, int], int] = {}

    def node(self, label: int, children: tuple[int, ...]) -> int:
        """Return the node of this label and these children."""
        key = (label, children)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = len(self._nodes)
            self._nodes.append(key)
        return found

    def __getitem__(self, node: int) -> tuple[int, tuple[int, ...]]:
        """Return label and children of a node."""
        return self._nodes[node]

    def label(self, node: int, digits: str) -> int:
        """Return the label of the number `digits`, or 0."""
        for digit in digits:
            node = self._nodes[node][1][int(digit)]
        return self._nodes[node][0]

    def pattern(self, text: str, label: int = 1) -> int:
        """Return the automaton of all digit strings that a regular expression matches whole."""
        return self._sequence(list(_parser.parse(text)), self.node(label, (DEAD,) * 10))

    def prefix(self, text: str) -> int:
        """Return the automaton of all strings that begin with a match."""
        return self._sequence(list(_parser.parse(text)), REST)

    def union(self, one: int, other: int) -> int:
        """Return the automaton of what either takes; where both do, the higher label."""
        if one == other or other == DEAD:
            return one
        if one == DEAD:
            return other
        if REST in (one, other):
            return REST
        key = (one, other) if one < other else (other, one)
        found = self._unions.get(key)
        if found is None:
            (label, children), (label_too, children_too) = self._nodes[one], self._nodes[other]
            pairs = zip(children, children_too, strict=True)
            both = tuple(self.union(child, child_too) for child, child_too in pairs)
            found = self._unions[key] = self.node(max(label, label_too), both)
        return found

    def of_lengths(self, node: int, lengths: Iterable[int]) -> int:
        """Return the automaton of those numbers that have one of these lengths."""
        wanted = frozenset(lengths)
        known: dict[tuple[int, int], int] = {}

        def cut(node: int, depth: int) -> int:
            if node == DEAD:
                return DEAD
            key = (node, depth)
            if key not in known:
                label, children = self._nodes[node]
                left = tuple(cut(child, depth + 1) for child in children)
                known[key] = self.node(label if depth in wanted else NO_LABEL, left)
            return known[key]

        return cut(node, 0)

    def merge(
        self, nodes: Sequence[int], rule: Callable[[tuple[int, ...]], int], bounded: Sequence[int]
    ) -> int:
        """Return the automaton whose label is `rule` of the labels the given ones give.

        Parameters
        ----------
        nodes
            Roots of the automata to run side by side.
        rule
            Label from their labels; must be 0 where those at `bounded` are all 0.
        bounded
            Places in `nodes` of automata without ``REST``; the merged one ends with them.
        """
        known: dict[tuple[int, ...], int] = {}
        table = self._nodes

        def run(states: tuple[int, ...]) -> int:
            found = known.get(states)
            if found is None:
                if not any(states[i] for i in bounded):
                    found = DEAD
                else:
                    rows = [table[state] for state in states]
                    steps = zip(*(row[1] for row in rows), strict=True)
                    children = tuple(run(step) for step in steps)
                    found = self.node(rule(tuple(row[0] for row in rows)), children)
                known[states] = found
            return found

        return run(tuple(nodes))

    def depth(self, node: int) -> int:
        """Return the digits of the longest number of an automaton."""
        known = {DEAD: 0}

        def below(node: int) -> int:
            if node not in known:
                known[node] = 1 + max(below(child) for child in self._nodes[node][1])
            return known[node]

        return max(0, below(node) - 1)

    def labels(self, node: int) -> frozenset[int]:
        """Return every label a number of this automaton can have."""
        seen = {DEAD}
        waiting = [node]
        found = set()
        while waiting:
            node = waiting.pop()
            if node not in seen:
                seen.add(node)
                label, children = self._nodes[node]
                found.add(label)
                waiting.extend(children)
        return frozenset(found - {NO_LABEL})

    def _sequence(self, items: list[tuple[Any, Any]], after: int) -> int:
        for operator, value in reversed(items):
            after = self._item(operator, value, after)
        return after

    def _item(self, operator: Any, value: Any, after: int) -> int:
        if operator is _constants.LITERAL:
            return self._one_of({value}, after)
        if operator is _constants.IN:
            return self._one_of(_characters(value), after)
        if operator is _constants.SUBPATTERN:
            return self._sequence(list(value[3]), after)
        if operator is _constants.BRANCH:
            node = DEAD
            for branch in value[1]:
                node = self.union(node, self._sequence(list(branch), after))
            return node
        if operator is _constants.MAX_REPEAT:
            fewest, most, inner = value
            if most is _constants.MAXREPEAT:
                raise ValueError("a pattern of the numbering plan repeats without an end")
            node = after
            for _ in range(int(most) - int(fewest)):  # inside out: one more, or none
                node = self.union(after, self._sequence(list(inner), node))
            for _ in range(int(fewest)):
                node = self._sequence(list(inner), node)
            return node
        msg = f"a pattern of the numbering plan uses {operator}, which is not understood"
        raise ValueError(msg)

    def _one_of(self, characters: set[int], after: int) -> int:
        return self.node(
            NO_LABEL, tuple(after if ord("0") + d in characters else DEAD for d in DIGITS)
        )


def _characters(items: list[tuple[Any, Any]]) -> set[int]:
    """Return the code points of a character class; refuse what is neither range nor digit."""
    found: set[int] = set()
    for operator, value in items:
        if operator is _constants.LITERAL:
            found.add(value)
        elif operator is _constants.RANGE:
            found.update(range(value[0], value[1] + 1))
        elif operator is _constants.CATEGORY and value is _constants.CATEGORY_DIGIT:
            found.update(range(ord("0"), ord("9") + 1))
        else:
            msg = f"a pattern of the numbering plan uses {operator}, which is not understood"
            raise ValueError(msg)
    return found


class FlatAutomaton(NamedTuple):
    """Automata as arrays; state 0 is dead.

    Most numbers end in digits that may be any: a state from which exactly `free` more digits lead
    to one and the same label, whatever they are, has no steps.
    """

    roots: list[int]
    step: NDArray[np.int32]  # [states, 10] next state
    before: NDArray[np.int64]  # [states, 10] numbers that stand before those of this digit
    free: NDArray[np.int8]  # [states] any so many digits end the number; -1: see `step`
    label: NDArray[np.int32]  # [states] of a number that ends here, or `free` digits further
    sizes: list[int]  # numbers a root takes


def flatten(forest: Forest, roots: Sequence[int]) -> FlatAutomaton:
    """Lay the automata of some roots into arrays, breadth first.

    The sum of `before` along a walk, and the number that the free digits make, is the number's
    rank in its automaton: strings in lexicographic order, a prefix before what it begins.

    Raises
    ------
    OverflowError
        If an automaton takes more numbers than an int64 counts.
    """
    ends: dict[int, tuple[int, int]] = {}  # free digits and label of a node
    counts: dict[int, int] = {DEAD: 0}

    def end(node: int) -> tuple[int, int]:
        if node not in ends:
            label, children = forest[node]
            found = (-1, label)
            if not any(children):
                found = (0, label)
            elif label == NO_LABEL and len(set(children)) == 1 and end(children[0])[0] >= 0:
                free, label = end(children[0])
                found = (free + 1, label)
            ends[node] = found
        return ends[node]

    def count(node: int) -> int:
        if node not in counts:
            label, children = forest[node]
            counts[node] = (label != NO_LABEL) + sum(count(child) for child in children)
        return counts[node]

    states: dict[int, int] = {DEAD: 0}
    queue = list(roots)
    for node in queue:  # grows while it is read
        if node not in states:
            states[node] = len(states)
            if end(node)[0] < 0:
                queue.extend(forest[node][1])
    step = np.zeros((len(states), 10), np.int32)
    before = np.zeros((len(states), 10), np.int64)
    free = np.zeros(len(states), np.int8)
    labels = np.zeros(len(states), np.int32)
    for node, state in states.items():
        free[state], labels[state] = end(node)
        if free[state] >= 0:
            continue
        label, children = forest[node]
        passed = int(label != NO_LABEL)
        for digit in DIGITS:
            step[state, digit] = states[children[digit]]
            before[state, digit] = passed
            passed += count(children[digit])
    return FlatAutomaton(
        [states[root] for root in roots],
        step,
        before,
        free,
        labels,
        [count(root) for root in roots],
    )
