"""Lanes are few, go to whoever came first, and come back, in whatever order they are asked for and cancelled."""

import asyncio

import httpx
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from aex_async._http.engines import Direct
from aex_async._http.lanes import Lane, Lanes

SIZE = 3
ANY = st.integers(0, 99)


class Crowd(RuleBasedStateMachine):
    """Tasks that want a lane, have one, or no longer want one."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.loop = self.runner.get_loop()
        self.lanes = Lanes(SIZE, Direct(httpx.MockTransport(lambda _: httpx.Response(200))))
        self.waiting: list[asyncio.Task[Lane]] = []
        self.held: list[Lane] = []

    @rule(count=st.integers(1, 4))
    def ask(self, count: int) -> None:
        self.waiting += [self.loop.create_task(self.lanes.take()) for _ in range(count)]
        self.settle()

    @precondition(lambda self: self.held)
    @rule(which=ANY)
    def give_back(self, which: int) -> None:
        self.lanes.put(self.held.pop(which % len(self.held)))
        self.settle()

    @precondition(lambda self: self.waiting)
    @rule(which=ANY)
    def cancel(self, which: int) -> None:
        self.waiting[which % len(self.waiting)].cancel()
        self.settle()

    @precondition(lambda self: self.waiting)
    @rule(lane=ANY, others=st.lists(ANY, max_size=2))
    def cancel_in_the_moment_of_the_hand_over(self, lane: int, others: list[int]) -> None:
        self.lanes.put(self.held.pop(lane % len(self.held)))
        for task in [self.waiting[other % len(self.waiting)] for other in [0, *others]]:
            task.cancel()
        self.settle()

    def settle(self) -> None:
        """Let every task go as far as it can; those that wait no longer are the first that came."""
        for _ in range(4):
            self.loop.run_until_complete(asyncio.sleep(0))
        wanted = [task for task in self.waiting if not (task.done() and task.cancelled())]
        served = [task for task in wanted if task.done()]
        assert served == wanted[: len(served)]
        self.held += [task.result() for task in served]
        self.waiting = wanted[len(served) :]

    @invariant()
    def there_are_never_more_than_so_many(self) -> None:
        assert self.lanes.busy == len(set(map(id, self.held))) == len(self.held) <= SIZE

    @invariant()
    def nobody_waits_for_a_lane_that_is_free(self) -> None:
        assert not self.waiting or len(self.held) == SIZE

    def teardown(self) -> None:
        for task in self.waiting:
            task.cancel()
        self.settle()
        for lane in self.held:
            self.lanes.put(lane)
        assert self.lanes.busy == 0
        self.runner.close()


TestCrowd = Crowd.TestCase
TestCrowd.settings = settings(max_examples=25, stateful_step_count=25, deadline=None, derandomize=True)
