"""How does a test get what people say in public and in groups, and those who follow?"""

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from community.choices import CommentState, GroupAccess, GroupRole, MemberState
from community.models import Comment, Debate, Follow, Group, GroupMember
from community.models.follows import digest
from tests.factories.partners import UserFactory, _Searchable
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


class GroupFactory(_Searchable):
    """A hidden group that nobody is in; `access="open"` or `"on_request"` one that is known, `host=user` who looks after it."""

    class Meta:
        model = Group
        skip_postgeneration_save = True

    reference = factory.Sequence(lambda n: f"G-2026-{n + 100}")
    name = factory.Sequence(lambda n: f"Deliveries at night {n}")
    description = "Who unloads at night, and how quietly."
    language = "en"
    access = GroupAccess.HIDDEN

    @factory.post_generation
    def host(self, create, user, **kwargs):
        """Somebody who looks after it."""
        if user is not None:
            GroupMemberFactory(group=self, user=user, role=GroupRole.HOST)


class GroupMemberFactory(DjangoModelFactory):
    """A host of a group; `role="member"`, or `state="asked"`, or `user=None, email=…, state="invited"`."""

    class Meta:
        model = GroupMember

    group = factory.SubFactory(GroupFactory)
    user = factory.SubFactory(UserFactory)
    role = GroupRole.HOST
    state = MemberState.MEMBER
    joined_at = factory.LazyFunction(timezone.now)


class DebateFactory(_Searchable):
    """An open debate in a hidden group."""

    class Meta:
        model = Debate

    group = factory.SubFactory(GroupFactory)
    reference = factory.Sequence(lambda n: f"DB-2026-{n + 100}")
    title = factory.Sequence(lambda n: f"Which hours? {n}")
    text = "From ten to six, or from midnight?"
    language = "en"
    author = factory.SubFactory(UserFactory)
