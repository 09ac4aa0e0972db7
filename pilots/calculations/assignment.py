"""Who evaluates what, so that each idea has enough evaluators and nobody has much more to do than another?"""

from collections import deque
from collections.abc import Collection, Mapping, Sequence


class TooFew(Exception):
    """Some ideas have fewer evaluators without a conflict than they need; `ideas` are their ids."""

    def __init__(self, ideas: Sequence[int]) -> None:
        super().__init__(ideas)
        self.ideas = list(ideas)


def spread_evenly(
    needs: Mapping[int, int],
    evaluators: Sequence[int],
    barred: Collection[tuple[int, int]] = (),
    loads: Mapping[int, int] | None = None,
) -> dict[int, list[int]]:
    """Evaluators for each idea: as many as it needs, none that is barred from it, with loads as even as can be.

    `needs`: idea → how many more evaluators it needs; `barred`: pairs (idea, evaluator) that must not be;
    `loads`: how many evaluations an evaluator has to do already. Loads that count from there differ by at most
    one, or by as little as the barred pairs allow. The same question has the same answer.
    Raises: TooFew.
    """
    closed = set(barred)
    open_to = {idea: [one for one in evaluators if (idea, one) not in closed] for idea in needs}
    short = [idea for idea, need in needs.items() if len(open_to[idea]) < need]
    if short:
        raise TooFew(short)
    busy = {one: (loads or {}).get(one, 0) for one in evaluators}
    given: dict[int, set[int]] = {}
    # Those with the least choice choose first.
    for idea in sorted(needs, key=lambda one: (len(open_to[one]) - needs[one], one)):
        ranked = sorted(open_to[idea], key=lambda one: (busy[one], evaluators.index(one)))
        given[idea] = set(ranked[: needs[idea]])
        for one in given[idea]:
            busy[one] += 1
    while way := _way_down(given, open_to, busy):
        for idea, source, target in way:
            given[idea].remove(source)
            given[idea].add(target)
        busy[way[0][1]] -= 1
        busy[way[-1][2]] += 1
    return {idea: [one for one in evaluators if one in given[idea]] for idea in needs}


def _way_down(
    given: Mapping[int, set[int]], open_to: Mapping[int, Sequence[int]], busy: Mapping[int, int]
) -> list[tuple[int, int, int]]:
    """Hand-overs (idea, from, to) that take one idea off somebody and give one to somebody with two fewer; or none.

    As long as there is such a chain the loads can be more even, and when there is none they cannot.
    """
    for start in sorted(busy, key=lambda one: -busy[one]):
        came: dict[int, tuple[int, int]] = {}
        waiting = deque([start])
        while waiting:
            one = waiting.popleft()
            if busy[one] <= busy[start] - 2:
                return _back(came, start, one)
            for idea in sorted(idea for idea, people in given.items() if one in people):
                for other in open_to[idea]:
                    if other != start and other not in came and other not in given[idea]:
                        came[other] = (idea, one)
                        waiting.append(other)
    return []


def _back(came: Mapping[int, tuple[int, int]], start: int, end: int) -> list[tuple[int, int, int]]:
    way: list[tuple[int, int, int]] = []
    while end != start:
        idea, source = came[end]
        way.insert(0, (idea, source, end))
        end = source
    return way
