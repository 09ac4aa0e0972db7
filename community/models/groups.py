"""Which groups are there, who is in them, and for whom do they exist at all?"""

from typing import Any

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from cic.core.choices import languages, own_language
from cic.core.models import Record, Referenced, Searchable, Written
from cic.core.models.records import order_indexes
from cic.core.search import SearchQuerySet
from community.choices import (
    ACCESS_BADGES,
    GROUP_CHARACTERS,
    LISTED,
    LIVE_STATES,
    GroupAccess,
    GroupRole,
    GroupState,
    MemberState,
)
from partners.models import standing_of
from partners.models.audits import OVERSEEING, keep_closed

# The log of a group is read by those who see every group; so is that of its debates, and of who follows it.
keep_closed(
    Q(object_type__in=("community.group", "community.groupmember", "community.debate"))
    | Q(object_type="community.comment", object_label__startswith="DB-")
    | Q(object_type="community.follow", object_label__startswith="G-")
)


def oversees(user: Any) -> bool:
    """Whether `user` answers for all that is said on the installation, or checks it."""
    return standing_of(user).everywhere(OVERSEEING)


def in_groups_of(user: Any, *states: str) -> Any:
    """The ids of the groups in which `user` stands in one of `states`; an invitation belongs to an address.

    With a token limited to one centre they stand in none: groups belong to no centre.
    """
    if user.limited_to_centre is not None:
        return GroupMember.objects.none().values("group_id")
    theirs = Q(user_id=user.pk)
    if MemberState.INVITED in states:
        theirs |= Q(email=user.email)
    return GroupMember.objects.filter(theirs, state__in=states).order_by().values("group_id")


class GroupQuerySet(SearchQuerySet):
    """Named questions about groups. A read made for a person starts at `visible_to`."""

    def visible_to(self, user):
        """Groups that `user` knows of: all but hidden ones, and those they are in or invited to."""
        if oversees(user):
            return self
        known = Q(access__in=LISTED)
        if user.is_authenticated:
            known |= Q(pk__in=in_groups_of(user, MemberState.MEMBER, MemberState.INVITED))
        return self.filter(known)

    def read_by(self, user):
        """Groups of which `user` reads what is posted: open ones, and those they are in."""
        if oversees(user):
            return self
        read = Q(access=GroupAccess.OPEN)
        if user.is_authenticated:
            read |= Q(pk__in=in_groups_of(user, MemberState.MEMBER))
        return self.filter(read)

    def of(self, user):
        """Groups that `user` is in."""
        return self.filter(pk__in=in_groups_of(user, MemberState.MEMBER))

    def without_host(self):
        """Active groups that nobody who may sign in looks after."""
        hosts = GroupMember.objects.hosts().filter(group=OuterRef("pk"))
        return self.filter(~Exists(hosts), state=GroupState.ACTIVE)


class Group(Record, Referenced, Searchable, Written):
    """People who talk about something together: open to all, on request, or hidden from who is not in it."""

    REFERENCE_PREFIX = "G"
    REFERENCES_IN_ORDER = False
    SEARCH_FIELDS = ("name", "description")
    TRANSLATED = ("name", "description")
    SORTED_BY = "name"
    PAGE = "group_page"

    name = models.CharField(_("name"), max_length=150)
    description = models.TextField(
        _("what it is about"),
        validators=[MaxLengthValidator(GROUP_CHARACTERS)],
        help_text=_("For whom it is, and what is talked about. Whoever knows of the group reads this."),
    )
    language = models.CharField(
        _("language of the text"), max_length=12, choices=languages, default=own_language
    )
    access = models.CharField(
        _("who sees it"), max_length=10, choices=GroupAccess.choices, default=GroupAccess.ON_REQUEST
    )
    state = models.CharField(
        _("state"), max_length=6, choices=GroupState.choices, default=GroupState.ACTIVE, editable=False
    )

    objects = GroupQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("group")
        verbose_name_plural = _("groups")
        indexes = [*order_indexes("community_group", "sort_key", "created_at", "access")]

    def __str__(self) -> str:
        return f"{self.reference} · {self.name}"

    @property
    def badge(self) -> dict[str, str]:
        """Who sees it, in a word; of a closed group, that it is closed."""
        if self.state == GroupState.CLOSED:
            return {"label": str(self.get_state_display()), "tone": "neutral"}
        label, tone = ACCESS_BADGES[GroupAccess(self.access)]
        return {"label": str(label), "tone": tone}

    @property
    def is_open(self) -> bool:
        """Whether everybody reads what is posted in it."""
        return self.access == GroupAccess.OPEN


class GroupMemberQuerySet(models.QuerySet):
    """Named questions about who is in a group."""

    def visible_to(self, user):
        """One's own places and invitations, who is in one's groups, all of groups one hosts; who hosts the groups one knows of."""
        if not user.is_authenticated or user.limited_to_centre is not None:
            return self.none()
        if oversees(user):
            return self
        own = Q(user_id=user.pk) | Q(email=user.email, state=MemberState.INVITED)
        # Where somebody was once, a hidden group is not there any more.
        own &= Q(state__in=(MemberState.MEMBER, MemberState.INVITED)) | ~Q(group__access=GroupAccess.HIDDEN)
        inside = Q(group_id__in=in_groups_of(user, MemberState.MEMBER), state=MemberState.MEMBER)
        hosted = Q(group_id__in=self.model.objects.hosts().filter(user_id=user.pk).values("group_id"))
        known = Group.objects.visible_to(user).order_by().values("pk")
        hosts = Q(role=GroupRole.HOST, state=MemberState.MEMBER, group_id__in=known)
        return self.filter(own | inside | hosted | hosts)

    def present(self):
        """Who is in a group now, and may sign in."""
        return self.filter(state=MemberState.MEMBER, user__is_active=True)

    def hosts(self):
        """Those of them who look after it."""
        return self.present().filter(role=GroupRole.HOST)

    def waiting_for(self, user):
        """Invitations to the address of `user`."""
        return self.filter(email=user.email, state=MemberState.INVITED)


class GroupMember(Record):
    """One person's way into a group, from asking or being invited to leaving; it holds once.

    An invitation belongs to an address until who signs in with it takes it up: it tells nobody who has an account.
    """

    group = models.ForeignKey(Group, models.CASCADE, related_name="places", verbose_name=_("group"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="group_places",
        verbose_name=_("person"),
    )
    email = models.EmailField(_("e-mail"), blank=True, db_index=True)
    message = models.TextField(_("why"), blank=True, validators=[MaxLengthValidator(1000)])
    role = models.CharField(
        _("role"), max_length=6, choices=GroupRole.choices, default=GroupRole.MEMBER, editable=False
    )
    state = models.CharField(
        _("state"), max_length=9, choices=MemberState.choices, default=MemberState.ASKED, editable=False
    )
    joined_at = models.DateTimeField(_("came in"), null=True, blank=True, editable=False)

    objects = GroupMemberQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("member of a group")
        verbose_name_plural = _("members of groups")
        indexes = [
            models.Index(fields=["user", "state"], name="community_groupmember_person"),
            models.Index(fields=["group", "state"], name="community_groupmember_group"),
        ]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(user__isnull=False, email="") | (Q(user=None) & ~Q(email="")),
                name="community_groupmember_is_somebody",
            ),
            models.UniqueConstraint(
                fields=["group", "user"],
                condition=Q(state__in=LIVE_STATES, user__isnull=False),
                name="community_groupmember_person_once",
                violation_error_message=_("This person is in the group already, or waits to be."),
            ),
            models.UniqueConstraint(
                fields=["group", "email"],
                condition=Q(state__in=LIVE_STATES) & ~Q(email=""),
                name="community_groupmember_address_once",
                violation_error_message=_("This address is invited already."),
            ),
        ]

    def __str__(self) -> str:
        # Never the address: the log keeps this.
        who = self.user or _("by invitation")
        return f"{self.group} · {who}"

    @property
    def is_host(self) -> bool:
        """Whether they look after the group."""
        return self.role == GroupRole.HOST
