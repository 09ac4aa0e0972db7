"""What did a follow-up committee agree to do, who does it, until when, and is it done?"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cic.core.models import Record
from partners.choices import PartyRole, Role

from .agreements import Agreement, Meeting, Party, ThroughAgreement
from .users import standing_of


class CommitteeActionQuerySet(ThroughAgreement):
    """Actions are read by those inside of the agreement."""

    PATH = "meeting__agreement"

    def open(self):
        """Those that nobody has done yet."""
        return self.filter(done_on=None)

    def carried_to(self, meeting):
        """Those of earlier meetings that were still open when `meeting` came, the first due on top."""
        earlier = Q(meeting__met_on__lt=meeting.met_on) | Q(
            meeting__met_on=meeting.met_on, meeting__pk__lt=meeting.pk
        )
        undone = Q(done_on=None) | Q(done_on__gte=meeting.met_on)
        return self.filter(earlier, undone, meeting__agreement_id=meeting.agreement_id).order_by(
            "due_on", "pk"
        )

    def concerning(self, user):
        """Those `user` has to do: by name; else for a party they administer, or the city whose centre they coordinate."""
        standing = standing_of(user)
        roles = [Role.COORDINATOR]
        city = Q(party__role=PartyRole.CITY)
        if not standing.everywhere(roles):
            city &= Q(meeting__agreement__centre_id__in=standing.centres(roles))
        for_party = Q(party__organisation_id__in=standing.admin_of) | city
        return self.visible_to(user).filter(Q(person_id=user.pk) | (Q(person=None) & for_party))


class CommitteeAction(Record):
    """Something a meeting agreed: what, who, until when. A person of the party may be named."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="actions", verbose_name=_("meeting"))
    text = models.TextField(_("what was agreed"))
    party = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("party that does it"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person who does it"),
    )
    due_on = models.DateField(_("until"))
    done_on = models.DateField(_("done on"), null=True, blank=True)

    objects = CommitteeActionQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("agreed action")
        verbose_name_plural = _("agreed actions")

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def agreement(self) -> Agreement:
        """The agreement whose committee it was."""
        return self.meeting.agreement

    @property
    def centre_id(self) -> int:
        """The centre whose staff decides here."""
        return self.meeting.agreement.centre_id

    @property
    def is_late(self) -> bool:
        """Whether its day has passed and it is not done (local calendar)."""
        return self.done_on is None and self.due_on < timezone.localdate()
