from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dialsim.scheduler.agenda import Agenda, Errand, Item

ITEMS = st.builds(Item, st.integers(0, 5), st.sampled_from(Errand), st.integers(0, 3))


@given(
    st.lists(ITEMS, max_size=20).flatmap(
        lambda items: st.tuples(st.just(items), st.permutations(items))
    )
)
def test_order_does_not_depend_on_when_items_were_added(two: tuple[list[Item], list[Item]]) -> None:
    taken = []
    for items in two:
        agenda = Agenda()
        for item in items:
            agenda.add(item)
        taken.append(agenda.due(5))
        assert len(agenda) == 0
    assert taken[0] == taken[1]
    assert taken[0] == sorted(set(two[0]), key=lambda item: item.place)


def test_only_what_is_due_is_taken() -> None:
    agenda = Agenda()
    for tick in (30, 10, 20):
        agenda.add(Item(tick, Errand.ROTATE))
    assert agenda.next_tick(100) == 10
    assert [item.tick for item in agenda.due(20)] == [10, 20]
    assert agenda.next_tick(100) == 30
    assert agenda.next_tick(25) == 25
