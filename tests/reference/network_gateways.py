"""What is not about one line or one callee: gateways, platforms, filings, line contracts."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from dialsim.carrier.layout import DAY_BUCKET_MS, HOUR_BUCKET_MS
from dialsim.core.codes import Action, Cause, Kind, Rule, Stream
from tests.reference.draws import Count
from tests.reference.network_complaints import Complaints
from tests.reference.network_ground import DAY_MS, Dialer, Line
from tests.reference.people import Person

FOREVER = 1 << 62


class Gateway:
    """An international gateway: all calls that pass it."""

    def __init__(self, spans: list[int]) -> None:
        self.blocks = list(zip(spans[::2], spans[1::2], strict=True))
        self.hour, self.day = Count(HOUR_BUCKET_MS), Count(DAY_BUCKET_MS)
        self.calm_tick = 0
        self.throttling = False


class Gateways(Complaints):
    def __init__(self, given: SimpleNamespace, people: list[Person], dialer: Dialer) -> None:
        super().__init__(given, people, dialer)
        self.gateways = [Gateway(spans) for spans in given.gateway_blocks]
        self.told: set[tuple[int, int, int]] = set()  # contract notices: rule, trunk, dial day

    # --- gateways ------------------------------------------------------------------------------

    def pass_gateway(self, t: int, line: Line, person: Person, n: int) -> int:
        """What its gateway does with a call; NONE if it lets it in."""
        # N-GATE-1 to N-GATE-5
        if line.gateway < 0:
            return Cause.NONE
        gateway, net = self.gateways[line.gateway], self.net
        if any(start <= t < end for start, end in gateway.blocks):
            return Cause.GATEWAY_SHUT
        gateway.hour.add(t)
        gateway.day.add(t)
        measured, threshold = gateway.hour.total(t), net.gateway_per_hour
        if measured <= threshold:
            measured, threshold = gateway.day.total(t), net.gateway_per_day
        if measured <= threshold:
            return Cause.NONE
        gateway.calm_tick = t + max(1, net.gateway_hold_ms)
        if not gateway.throttling:
            gateway.throttling = True
            self.act(t, -2 - line.gateway, Action.THROTTLE, Rule.GATEWAY_CALLS, measured, threshold)
            node = self.world.node_calm + line.gateway
            self.dialer.put(node, Kind.NETWORK, gateway.calm_tick)
        if self.hits(Stream.GATEWAY_THROTTLE, person.key, n, net.gateway_refuses):
            return Cause.GATEWAY_THROTTLED
        return Cause.NONE

    def gateway_blocked(self, t: int, g: int) -> None:  # N-GATE-7
        until = next(end for start, end in self.gateways[g].blocks if start == t)
        self.act(t, -2 - g, Action.SUSPEND, Rule.GATEWAY, until=until)
        self.put_gateway(g, t)

    def put_gateway(self, g: int, after: int) -> None:  # N-GATE-7
        starts = [start for start, _ in self.gateways[g].blocks if start > after]
        if starts and starts[0] < self.world.horizon:
            self.dialer.put(self.world.node_gateway + g, Kind.NETWORK, starts[0])

    def calm(self, t: int, g: int) -> None:  # N-GATE-8
        gateway = self.gateways[g]
        if gateway.calm_tick > t:
            self.dialer.put(self.world.node_calm + g, Kind.NETWORK, gateway.calm_tick)
            return
        gateway.throttling = False
        self.act(t, -2 - g, Action.LIFT, Rule.GATEWAY_CALLS)

    # --- what the scenario says the network does -----------------------------------------------

    def dated_now(self, t: int, line: Line, person: Person) -> list[Any]:  # N-DATED-2
        """Acts that meet a call of a line to a person."""
        return [
            act
            for act in self.given.dated_acts
            if act.start <= t < act.end
            and act.first <= line.row < act.first + act.count
            and act.trunk in (-1, line.trunk)
            and act.operator in (-1, person.true_operator)
        ]

    def put_dated(self) -> None:  # N-DATED-4
        """One row a node: what ends first, then what begins, at one tick in order of acts."""
        acts = self.given.dated_acts
        turns = [(act.end, 0, row) for row, act in enumerate(acts)]
        turns += [(act.start, 1, row) for row, act in enumerate(acts)]
        self.turns = sorted(turn for turn in turns if turn[0] < self.world.end)
        self.put_turn()

    def put_turn(self) -> None:
        if self.turns:
            self.dialer.put(self.world.node_dated, Kind.NETWORK, self.turns[0][0])

    def dated_turn(self, t: int) -> None:  # N-DATED-5
        _, begins, row = self.turns.pop(0)
        act = self.given.dated_acts[row]
        about = {"operator": act.by, "there": int(act.operator >= 0)}
        if begins:
            until = act.end if act.end < FOREVER else -1
            self.act(t, act.shown, act.action, act.rule, until=until, **about)
        else:
            self.act(t, act.shown, Action.LIFT, act.rule, **about)
        self.put_turn()

    # --- the platform --------------------------------------------------------------------------

    def put_platform(self, after: int) -> None:
        bounds = sorted(bound for stop in self.given.platform_stops for bound in stop)
        later = [bound for bound in bounds if bound > after]
        if later:
            self.dialer.put(self.world.node_platform, Kind.NETWORK, later[0])

    def platform(self, t: int) -> None:  # N-PLATFORM-3
        end = next((end for start, end in self.given.platform_stops if start == t), None)
        self.enterprise.platform_stopped = int(end is not None)
        self.all_callers("platform", retire=end is not None)
        action, until = (Action.STOP, end) if end is not None else (Action.LIFT, -1)
        self.act(t, -1, action, Rule.PLATFORM, until=until, noticed=1)
        self.put_platform(t)

    # --- filings -------------------------------------------------------------------------------

    def put_block(self, number: int, after: int) -> None:  # N-FILING-2
        block = self.given.filed_blocks[number]
        later = [b for b in (block.registered_from, block.registered_until) if b > after]
        if later and min(later) < self.world.end:
            self.dialer.put(self.world.node_block + number, Kind.NETWORK, min(later))

    def block(self, t: int, number: int) -> None:  # N-FILING-3
        block = self.given.filed_blocks[number]
        begins = t == block.registered_from
        for line in self.lines[block.first : block.first + block.count]:
            if begins and self.linked(t, line):
                self.keep_rung(t, line, self.class_row(line))
                self.keep_labels(t, line, self.class_row(line))
            line.slow = 0
            line.rule_first, line.other_first = line.other_first, line.rule_first
            line.rule_count, line.other_count = line.other_count, line.rule_count
            line.registered = int(begins)
        action = Action.REGISTER if begins else Action.DEREGISTER
        self.act(t, -1000 - number, action, Rule.FILING, block.count, noticed=1)
        self.put_block(number, t)

    def keep_rung(self, t: int, line: Line, shared: Line) -> None:
        """ "If that state is severer than its own, or both are SUSPEND and its until is later"."""
        # N-FILING-4, N-FILING-5, N-FILING-7
        longer = line.state == Action.SUSPEND and shared.until > line.until
        if not (shared.state > line.state or (shared.state == line.state and longer)):
            return
        for name in ("state", "state_rule", "state_by", "over_tick", "until"):
            setattr(line, name, getattr(shared, name))
        if line.pending > line.state:
            return
        line.pending = line.spares = 0
        if line.state == Action.CLOSE:
            self.dialer.drop(self.world.node_ladder + line.row)
            return
        hold = self.hold_ms(line.state, line.state_rule, line.state_by)
        ends = line.until if line.state == Action.SUSPEND else line.over_tick + hold
        self.put_line(line.row, max(t, ends))

    def keep_labels(self, t: int, line: Line, shared: Line) -> None:  # N-FILING-6
        had = line.labelled
        for p in range(3):
            if shared.labelled >> p & 1 and not had >> p & 1:
                line.labelled |= 1 << p
                line.label_from[p] = shared.label_from[p]
        if line.labelled and not had:
            self.look_up(t, line)

    # --- line contracts ------------------------------------------------------------------------

    def over_contract(self, t: int, person: Person, trunk: Any, row: int) -> int:
        """Step 6: attempts that came this far, today and this month, over whichever trunk."""
        # N-CONTRACT-1 to N-CONTRACT-4
        if self.net.off_contract:
            return Cause.NONE
        day = t // DAY_MS
        month = self.given.month_of_day[day]
        if person.day != day:
            person.day, person.day_calls = day, 0
        if person.month != month:
            person.month, person.month_calls = month, 0
        if 0 <= trunk.callee_per_day <= person.day_calls:
            return Cause.CONTRACT_CALLEE
        if 0 <= trunk.callee_per_month <= person.month_calls:
            return Cause.CONTRACT_CALLEE
        person.day_calls = min(255, person.day_calls + 1)
        person.month_calls = min(255, person.month_calls + 1)
        contract = self.given.contracts[row]
        if contract.day != day:
            contract.day, contract.calls = day, 0
        if 0 <= contract.daily_volume <= contract.calls:
            limit = contract.daily_volume
            self.contract_notice(t, row, Rule.CONTRACT_VOLUME, limit + 1, limit)
            return Cause.CONTRACT_VOLUME
        contract.calls += 1
        if 0 <= contract.concurrency < trunk.in_use:
            limit = contract.concurrency
            self.contract_notice(t, row, Rule.CONTRACT_CONCURRENCY, trunk.in_use, limit)
            return Cause.CONTRACT_CONCURRENCY
        return Cause.NONE

    def contract_notice(self, t: int, trunk: int, rule: int, measured: int, limit: int) -> None:
        """ "One of each rule, trunk and dial day"."""
        # N-CONTRACT-5
        if (rule, trunk, t // DAY_MS) not in self.told:
            self.told.add((rule, trunk, t // DAY_MS))
            self.act(t, -2 - trunk, Action.WARN, rule, measured, limit, noticed=1)
