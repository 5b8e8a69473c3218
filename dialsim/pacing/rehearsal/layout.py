"""Memory of simulate_ahead about a campaign's calls, and the board of its simulation."""

import numpy as np

HORIZON_S = 240
"""Each rehearsal plays so many seconds."""

CANDIDATES = 6
"""Dials an idle agent that are tried: so many even steps up to attempts an answer."""

REMEMBERED = 100
"""Latest attempts, and latest handling times, that are played again."""

MEMORY_MS = 30 * 60_000
"""Of these, what is older is not."""

STALE_MS = 10 * 60_000
"""Without a dial for so long it dials once for each idle agent."""

LEAST_AGENTS, LEAST_TRIES = 5, 50
"""With fewer agents at work, or attempts remembered, it does so too."""

OVER_LIMIT = 0.75
"""While more than the wanted share of the day's answers were dropped: part of the dials."""

FEWEST_RUNS, CLEAR = 8, 2.0
"""A candidate is played so often, and on until its share of drops is so many standard errors from
the wanted one."""

AGES = 512
"""Seconds that a call may be out, or an agent busy, as far as they are told apart."""

REHEARSAL = np.dtype(
    [
        ("tries", "i8"),  # attempts that are over, so far
        ("try_tick", "i8", (REMEMBERED,)),  # the latest: when they were over
        ("try_s", "i4", (REMEMBERED,)),  # after how long
        ("try_answered", "u1", (REMEMBERED,)),
        ("talks", "i8"),  # calls handled so far
        ("talk_tick", "i8", (REMEMBERED,)),
        ("talk_s", "i4", (REMEMBERED,)),  # talk and wrap-up
        ("decisions", "i8"),
        ("ratio", "f8"),  # dials an idle agent that served best; 1 at first
        ("runs", "i8"),  # it was played so often; 0: no candidate was good enough
        ("share", "f8"),  # of its answers, dropped
        ("error", "f8"),  # standard error of that
        ("busy", "f8"),  # share of agents' time at calls
        # the board: what one decision plays from, shortest first ...
        ("known_tries", "i8"),
        ("end_s", "i4", (REMEMBERED,)),
        ("end_answered", "u1", (REMEMBERED,)),
        ("known_talks", "i8"),
        ("free_s", "i4", (REMEMBERED,)),
        ("at_call", "i4", (AGES,)),  # agents by how long they have been at a call
        ("out", "i4", (AGES,)),  # calls by how long they have been out
        ("idle", "i8"),
        ("waiting", "i8"),
        # ... and one run of it, by second
        ("frees", "i4", (HORIZON_S + 1,)),  # agents free again
        ("answers", "i4", (HORIZON_S + 1,)),
        ("ends", "i4", (HORIZON_S + 1,)),  # calls that end without an answer
        ("waits", "i4", (HORIZON_S + 1,)),  # callees waiting, by when they answered
        ("draws", "i8"),  # of this run, so far
    ],
    align=True,
)
"""One campaign's: of its own calls and of the agents it may use, nothing else."""
