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

from dialsim.theory.admission import Admission as Admission
from dialsim.theory.admission import admit_rolling as admit_rolling
from dialsim.theory.admission import admit_spaced as admit_spaced
from dialsim.theory.admission import queue_capacity as queue_capacity
from dialsim.theory.chains import BirthDeath as BirthDeath
from dialsim.theory.days import QueueDay as QueueDay
from dialsim.theory.dialling import burst_mismatch as burst_mismatch
from dialsim.theory.dialling import mean_lines as mean_lines
from dialsim.theory.dialling import mean_lines_of_day as mean_lines_of_day
from dialsim.theory.dialling import progressive_utilisation as progressive_utilisation
from dialsim.theory.erlang import ErlangC as ErlangC
from dialsim.theory.erlang import erlang_b as erlang_b
from dialsim.theory.erlang import erlang_b_load as erlang_b_load
from dialsim.theory.fixed_patience import FixedPatience as FixedPatience
from dialsim.theory.fixed_patience import fixed_patience_load as fixed_patience_load
from dialsim.theory.fixed_patience_day import FixedPatienceDay as FixedPatienceDay
from dialsim.theory.patience import ErlangA as ErlangA
from dialsim.theory.priority import priority_waits_s as priority_waits_s
from dialsim.theory.renewal import even_dials as even_dials
from dialsim.theory.renewal import poisson_arrivals as poisson_arrivals
from dialsim.theory.renewal import renewal_loss as renewal_loss
from dialsim.theory.ringing import Ringing as Ringing

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
