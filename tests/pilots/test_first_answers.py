"""Does who sends an idea know by when they hear from the centre, and does the centre see when it is late?"""

import pytest
from django.urls import reverse

from cic.core.formats import day
from pilots.models import Idea
from pilots.models.work import work_of
from pilots.operations.ideas import move_idea
from tests.factories.ideas import IdeaFactory
from tests.factories.partners import CentreFactory, StaffFactory, today
from tests.factories.trials import PilotFactory

pytestmark = pytest.mark.django_db


def kinds(tasks):
    return [task.kind for task in tasks]


@pytest.mark.parametrize(("own", "days"), [(None, 30), (10, 10)])
def test_idea_that_is_sent_gets_the_day_of_its_centre_and_keeps_it(own, days, settings):
    settings.FIRST_ANSWER_DAYS = 30
    idea = IdeaFactory(state="draft", centre=CentreFactory(answer_days=own))

    idea = move_idea(idea, "submit", actor=idea.author)
    type(idea.centre).objects.update(answer_days=90)

    assert Idea.objects.get().answer_by == today(days)


@pytest.mark.parametrize(("offset", "late"), [(0, False), (-1, True)])
def test_page_tells_who_proposes_by_when_and_that_it_is_late(client, offset, late):
    idea = IdeaFactory(answer_by=today(offset), state="screening")
    client.force_login(idea.author)

    page = client.get(reverse("idea_detail", args=[idea.pk])).content.decode()

    assert day(today(offset)) in page
    assert ("This day has passed." in page) == late


def test_page_of_an_accepted_idea_tells_when_it_is_to_be_tried(client):
    idea = IdeaFactory(state="accepted")
    PilotFactory(
        idea=idea, centre=idea.centre, promoter=idea.organisation, starts_on=today(50), state="preparing"
    )
    client.force_login(idea.author)

    assert client.get(reverse("idea_detail", args=[idea.pk])).context["next_by"] == today(50)


def test_late_answers_are_overdue_for_the_coordinator_and_marked_in_triage(client):
    centre = CentreFactory()
    coordinator = StaffFactory(role="coordinator", centre=centre)
    late = IdeaFactory(centre=centre, answer_by=today(-1))
    for answer_by in (today(), None):
        IdeaFactory(centre=centre, answer_by=answer_by)
    IdeaFactory(centre=centre, answer_by=today(-9), state="in_evaluation")

    work = work_of(coordinator)
    client.force_login(coordinator)
    page = client.get(reverse("idea_triage")).content.decode()

    assert [(task.kind, task.target) for task in work.overdue] == [("read_idea_late", late.pk)]
    assert kinds(work.mine).count("read_idea") == 2
    assert page.count("answer due") == 1
