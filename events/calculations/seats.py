"""How many seats are left, and is anybody let in?"""


def is_closed(capacity: int | None) -> bool:
    """Whether nobody registers at all: a capacity of 0. None is unlimited."""
    return capacity == 0


def seats_left(capacity: int | None, taken: int) -> int | None:
    """Free seats, never below zero; None is unlimited. A capacity lowered beneath what is taken sends nobody away."""
    return None if capacity is None else max(capacity - taken, 0)


def has_seat(capacity: int | None, taken: int) -> bool:
    """Whether one more fits."""
    return seats_left(capacity, taken) != 0
