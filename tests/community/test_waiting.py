"""Do comments that wait stand in the work of those who moderate them, as one row however many there are?"""

import pytest

from partners.choices import Role
from pilots.models.duties import title_of
from pilots.models.work import work_of
from tests.factories.community import CommentFactory
from tests.factories.partners import CentreFactory, StaffFactory, UserFactory
from tests.factories.trials import PilotFactory

pytestmark = pytest.mark.django_db


def waiting_for(user):
    """What waits for `user` in the lists of comments."""
    tasks = [task for task in work_of(user).mine if task.kind.startswith("moderate_")]
    return sorted((task.kind, title_of(task)) for task in tasks)


@pytest.mark.parametrize("count", [1, 3])
def test_comments_that_wait_are_one_row_for_who_moderates_their_centre(
    client, count, django_assert_max_num_queries
):
    trial = PilotFactory(running=True, publication="public")
    CommentFactory.create_batch(count, trial=trial, state="pending", published_at=None)
    CommentFactory(trial=trial, state="reported", reported_for="spam")
    CommentFactory(trial=trial)
    CommentFactory(state="pending", published_at=None)  # of another centre
    moderator = StaffFactory(role=Role.MODERATOR, centre=trial.centre)

    client.force_login(moderator)
    client.get("/workspace/")
    with django_assert_max_num_queries(12):
        page = client.get("/workspace/").content.decode()

    assert waiting_for(moderator) == [
        ("moderate_pending", "3 comments" if count == 3 else "1 comment"),
        ("moderate_reported", "1 comment"),
    ]
    for state in ("pending", "reported"):
        assert f'href="/workspace/comments/?state={state}"' in page
    for stranger in (UserFactory(), StaffFactory(role=Role.MODERATOR, centre=CentreFactory())):
        assert waiting_for(stranger) == []


def test_work_names_nothing_where_no_comment_waits():
    trial = PilotFactory(running=True, publication="public")
    CommentFactory(trial=trial)

    assert waiting_for(StaffFactory(role=Role.COORDINATOR, centre=trial.centre)) == []
