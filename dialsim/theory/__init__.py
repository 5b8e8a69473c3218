"""Exact results of queueing theory, which the simulation must reproduce.

Every figure is for any parameters, in seconds and erlangs; nothing here is drawn, and nothing of
the simulator is known. A queue is an object that holds its parameters and works its figures out
when they are asked for. Shares are of all arrivals, waits of first come, first served.

    ErlangC, ErlangA, FixedPatience        steady state: no, exponential or fixed patience
    QueueDay, FixedPatienceDay             the same from an empty start over a finite day
    erlang_b, renewal_loss                 nobody waits: Poisson arrivals, or any renewal process
    priority_waits_s                       classes of callees, one served before another
    Ringing                                a random ring, answers, and a ring timeout
    BirthDeath                             any finite chain that goes up and down by one
    progressive_utilisation, burst_mismatch, mean_lines, admit_rolling, admit_spaced
                                           dialling and admission without a queue of callees

    >>> round(ErlangC(arrivals_per_s=100 / 1800, service_s=180, agents=13).service_level(20), 6)
    0.795595
"""

from dialsim.theory.admission import Admission, admit_rolling, admit_spaced, queue_capacity
from dialsim.theory.chains import BirthDeath
from dialsim.theory.days import QueueDay
from dialsim.theory.dialling import (
    burst_mismatch,
    mean_lines,
    mean_lines_of_day,
    progressive_utilisation,
)
from dialsim.theory.erlang import ErlangC, erlang_b, erlang_b_load
from dialsim.theory.fixed_patience import FixedPatience, fixed_patience_load
from dialsim.theory.fixed_patience_day import FixedPatienceDay
from dialsim.theory.patience import ErlangA
from dialsim.theory.priority import priority_waits_s
from dialsim.theory.renewal import even_dials, poisson_arrivals, renewal_loss
from dialsim.theory.ringing import Ringing

__all__ = [
    "Admission",
    "BirthDeath",
    "ErlangA",
    "ErlangC",
    "FixedPatience",
    "FixedPatienceDay",
    "QueueDay",
    "Ringing",
    "admit_rolling",
    "admit_spaced",
    "burst_mismatch",
    "erlang_b",
    "erlang_b_load",
    "even_dials",
    "fixed_patience_load",
    "mean_lines",
    "mean_lines_of_day",
    "poisson_arrivals",
    "priority_waits_s",
    "progressive_utilisation",
    "queue_capacity",
    "renewal_loss",
]
