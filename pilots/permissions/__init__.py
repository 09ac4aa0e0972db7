"""Who may do what with what is tried? One table, gathered from the nouns."""

from cic.core.permissions import register

from . import challenges, decisions, evaluations, ideas, imports, indicators, messages, outcomes, trials

PERMISSIONS = {
    **challenges.PERMISSIONS,
    **ideas.PERMISSIONS,
    **evaluations.PERMISSIONS,
    **decisions.PERMISSIONS,
    **trials.PERMISSIONS,
    **indicators.PERMISSIONS,
    **outcomes.PERMISSIONS,
    **imports.PERMISSIONS,
    **messages.PERMISSIONS,
}

register(PERMISSIONS)
