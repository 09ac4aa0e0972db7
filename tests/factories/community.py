"""How does a test get what people say in public, and those who follow?"""

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from community.choices import CommentState
from community.models import Comment, Follow
from community.models.follows import digest
from tests.factories.partners import UserFactory
from tests.factories.trials import TrialFactory


class CommentFactory(DjangoModelFactory):
    """A published comment on a public trial; `state="pending"` one that waits, `trial=None, challenge=…` another record."""

    class Meta:
        model = Comment

    trial = factory.SubFactory(TrialFactory, public=True)
    author = factory.SubFactory(UserFactory)
    text = factory.Sequence(lambda n: f"Is it louder on Mondays? {n}")
    language = "en"
    state = CommentState.PUBLISHED
    published_at = factory.LazyFunction(timezone.now)


class FollowFactory(DjangoModelFactory):
    """Somebody who follows a public trial as it happens; `user=None, address=…` by an address."""

    class Meta:
        model = Follow

    user = factory.SubFactory(UserFactory)
    trial = factory.SubFactory(TrialFactory, public=True)
    key = factory.Sequence(lambda n: digest(str(n)))
    language = "en"
    frequency = "at_once"
    confirmed_at = factory.LazyFunction(timezone.now)
    asked_at = factory.LazyFunction(timezone.now)
