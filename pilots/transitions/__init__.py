"""Which moves are there, from which state to which, and for whom?"""

from . import challenges, evaluations, ideas, indicators, outcomes, permits, trials

__all__ = ["challenges", "evaluations", "ideas", "indicators", "outcomes", "permits", "trials"]
