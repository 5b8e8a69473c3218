"""Whether a run was held up by its own load or by others on the machine."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from dialsim.messages.text import Text, joined, message
from dialsim.pages.load_result import MachineUseResult

Cause = Literal["load", "others", "both"]

BUSY_ABOVE = 0.9
"""Share of a run in slices above which the scheduler had no time left."""

WAITED_ABOVE = 0.05
"""Share of the slices' time without a processor above which others had it."""

STEAL_ABOVE = 0.02
"""Share of all processors' time taken by the hypervisor above which others had it."""

_CAUSES = {
    "load": message("the load itself"),
    "others": message("others on this machine"),
    "both": message("the load itself and others on this machine"),
}
_SHARES = message(
    "the scheduler was busy {busy:.0%} of the time, computed {own:.0%} and waited for a processor "
    "{waited:.0%}"
)


@dataclass(frozen=True)
class MachineUse:
    """Who had the processors while a run was played.

    Attributes
    ----------
    wall_s
        Real time of the run.
    slices_s, slices_cpu_s
        Real time in the scheduler's slices, and processor time of its thread in them: the
        difference was spent waiting for a processor.
    process_cpu_s
        Processor time of this process, all threads.
    cores
        Processors of the machine.
    steal_s, busy_s
        Processor time, over all processors, that the hypervisor gave to other machines, and that
        all processes had; None where the system does not report it.
    """

    wall_s: float
    slices_s: float
    slices_cpu_s: float
    process_cpu_s: float
    cores: int
    steal_s: float | None = None
    busy_s: float | None = None

    @property
    def busy(self) -> float:
        """Share of the run in which the scheduler had work in hand."""
        return self.slices_s / self.wall_s if self.wall_s > 0 else 0.0

    @property
    def own(self) -> float:
        """Share of the run in which its thread computed."""
        return self.slices_cpu_s / self.wall_s if self.wall_s > 0 else 0.0

    @property
    def waited(self) -> float:
        """Share of the run in which its thread had work and no processor."""
        return max(0.0, self.busy - self.own)

    @property
    def steal(self) -> float | None:
        """Share of all processors' time that the hypervisor gave to other machines."""
        whole = self.wall_s * self.cores
        return None if self.steal_s is None or whole <= 0 else self.steal_s / whole

    @property
    def others(self) -> float | None:
        """Share of all processors' time that other processes had."""
        whole = self.wall_s * self.cores
        if self.busy_s is None or whole <= 0:
            return None
        return max(0.0, self.busy_s - self.process_cpu_s) / whole

    @property
    def cause(self) -> Cause:
        """Who held a run up that was late: the scheduler's own work, others, or both.

        The load itself: the scheduler had no time left. Others: its thread waited for a processor,
        the hypervisor took some, or the scheduler had time left and was late all the same.
        """
        waited = self.waited > WAITED_ABOVE * max(self.busy, 1e-9)
        disturbed = waited or (self.steal or 0.0) > STEAL_ABOVE
        if disturbed:
            return "both" if self.own > BUSY_ABOVE else "others"
        return "load" if self.busy > BUSY_ABOVE else "others"

    def text(self) -> Text:
        """Return the cause with the figures it rests on.

        >>> MachineUse(10, 9.9, 9.8, 9.9, 2, steal_s=0.0, busy_s=10.0).text()
        'the load itself: the scheduler was busy 99% of the time, computed 98% and waited for a
        processor 1%; steal 0.0%; other processes had 0% of 2 cores'
        """
        shares = _SHARES.filled(busy=self.busy, own=self.own, waited=self.waited)
        parts = [message("{cause}: {shares}").filled(cause=_CAUSES[self.cause], shares=shares)]
        if self.steal is not None:
            parts.append(message("steal {share:.1%}").filled(share=self.steal))
        if self.others is not None:
            text = message("other processes had {share:.0%} of {cores} cores")
            parts.append(text.filled(share=self.others, cores=self.cores))
        return joined(message("; ", "between figures"), parts)

    def to_dict(self) -> MachineUseResult:
        """Return the measured times as a plain dict."""
        return {
            "wall_seconds": round(self.wall_s, 6),
            "slices_seconds": round(self.slices_s, 6),
            "slices_cpu_seconds": round(self.slices_cpu_s, 6),
            "process_cpu_seconds": round(self.process_cpu_s, 6),
            "cores": self.cores,
            "steal_seconds": None if self.steal_s is None else round(self.steal_s, 3),
            "busy_seconds": None if self.busy_s is None else round(self.busy_s, 3),
        }


class UseMeter:
    """Measures who has the processors from its making to `use`."""

    def __init__(self) -> None:
        self._wall_s, self._cpu_s = time.perf_counter(), time.process_time()
        self._machine = machine_times()

    def use(self, slices_s: float, slices_cpu_s: float) -> MachineUse:
        """Return the use so far, with the times that the scheduler measured itself."""
        now, before = machine_times(), self._machine
        known = now is not None and before is not None
        return MachineUse(
            wall_s=time.perf_counter() - self._wall_s,
            slices_s=slices_s,
            slices_cpu_s=slices_cpu_s,
            process_cpu_s=time.process_time() - self._cpu_s,
            cores=os.cpu_count() or 1,
            steal_s=now[0] - before[0] if known and now and before else None,
            busy_s=now[1] - before[1] if known and now and before else None,
        )


def machine_times(path: Path = Path("/proc/stat")) -> tuple[float, float] | None:
    """Return the seconds of all processors stolen and used so far; None where it is not reported.

    Notes
    -----
    Linux: the first line of ``/proc/stat`` in ticks of the clock: user, nice, system, idle, iowait,
    irq, softirq, steal; of which user and nice include guests.
    """
    try:
        fields = [int(word) for word in path.read_text("ascii").split("\n", 1)[0].split()[1:9]]
        ticks = os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, AttributeError):
        return None
    if len(fields) < 8 or ticks <= 0:
        return None
    user, nice, system, _, _, irq, softirq, steal = fields
    return steal / ticks, (user + nice + system + irq + softirq) / ticks
