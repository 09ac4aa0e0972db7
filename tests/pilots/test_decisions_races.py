"""Of several who decide at the same moment, does exactly one win, whatever the database?"""

import threading
from collections import Counter

import pytest
from django.db import connection, connections

from cic.core.errors import DomainError
from cic.core.models import AuditEntry, Job
from partners.choices import Role
from partners.models import User
from pilots.models import Decision, Idea
from pilots.operations import decisions
from tests.factories.ideas import DecisionFactory, IdeaFactory
from tests.factories.partners import StaffFactory, today

pytestmark = pytest.mark.django_db(transaction=True)

EIGHT = 8


def decide(idea_id, actor_id, verdict="accept"):
    """One person's decision, as a request would record it."""
    decisions.record_decision(
        {
            "idea": Idea.objects.get(pk=idea_id),
            "verdict": verdict,
            "body": "Innovation board",
            "authority": "Minutes of 3 May",
            "reasons": "It can be tried at once.",
            "decided_on": today(),
        },
        actor=User.objects.get(pk=actor_id),
    )
    return "won"


def outcomes(results):
    return Counter(r.code if isinstance(r, DomainError) else r if r == "won" else "broken" for r in results)


def eight_decisions(at_once):
    idea = IdeaFactory(state="in_evaluation")
    people = [StaffFactory(role=Role.SECRETARY, centre=idea.centre).pk for _ in range(EIGHT)]
    return outcomes(at_once([lambda pk=pk: decide(idea.pk, pk) for pk in people]))


def test_eight_simultaneous_decisions_have_one_winner_and_one_audit_row(at_once):
    assert eight_decisions(at_once) == {"won": 1, "wrong_state": EIGHT - 1}
    assert Decision.objects.count() == 1
    assert AuditEntry.objects.filter(action="decision.create").count() == 1


def test_r02_control_without_the_lock_the_eight_are_not_kept_apart(at_once, monkeypatch):
    """The same eight, with the lock off and all of them held until each has asked: the test above must notice."""
    together = threading.Barrier(EIGHT)
    really = decisions._require_undecided

    def ask_then_wait(subject):
        really(subject)
        together.wait(timeout=30)

    monkeypatch.setattr(decisions, "lock", lambda obj: type(obj).objects.get(pk=obj.pk))
    monkeypatch.setattr(decisions, "_require_undecided", ask_then_wait)
    if connection.vendor == "sqlite":
        # There the lock is the transaction's own: BEGIN IMMEDIATE.
        monkeypatch.setitem(connections["default"].settings_dict["OPTIONS"], "transaction_mode", "DEFERRED")

    assert eight_decisions(at_once) != {"won": 1, "wrong_state": EIGHT - 1}


def test_eight_simultaneous_tellings_take_effect_and_mail_once(at_once):
    decision = DecisionFactory()
    people = [StaffFactory(role=Role.SECRETARY, centre=decision.idea.centre).pk for _ in range(EIGHT)]

    def tell(pk):
        decisions.tell_decisions([decision.pk], actor=User.objects.get(pk=pk))
        return "won"

    results = outcomes(at_once([lambda pk=pk: tell(pk) for pk in people]))

    assert results == {"won": 1, "wrong_state": EIGHT - 1}
    assert AuditEntry.objects.filter(action="idea.accept").count() == 1
    assert Job.objects.filter(task="core.send_mail").count() == 1
