"""What is filled in to plan a trial, to describe its parts, and to decide on it?"""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from cic.core.form_fields import IdsField, public
from cic.core.maps import city_map
from partners.choices import AgreementState, CentreState, TerritoryKind
from partners.forms.fields import OrganisationField, PersonField, RecordForm, ShortText
from partners.models import Agreement, Appointment, Centre, Organisation, Territory, User, standing_of
from pilots.choices import SDGS, IdeaState, TrialKind, TrialState
from pilots.models import (
    ExtensionRequest,
    Idea,
    LogEntry,
    Milestone,
    Permit,
    Risk,
    Site,
    SuccessCriterion,
    TeamPerson,
    Trial,
    TrialPartner,
)
from pilots.permissions.trials import RUNNING_ROLES, WORKING_ROLES

USABLE = (
    AgreementState.IN_FORCE,
    AgreementState.PENDING_SIGNATURE,
    AgreementState.IN_REVIEW,
    AgreementState.DRAFT,
)
SECTIONS = (
    (_("What is tried"), ("title", "acronym", "summary", "language", "areas", "sdgs")),
    (_("How"), ("hypothesis", "method", "environment", "trl_in", "skip_reason", "no_baseline_reason")),
    (_("Who, when and on which terms"), ("centre", "promoter", "monitor", "agreement", "starts_on", "ends_on", "budget_eur")),
    (_("Data and protection"), ("data_collected", "data_protection", "insurance")),
)  # fmt: skip
# More than wait anywhere; the page of an idea or a proof of concept leads on from any of them.
SOURCES_SHOWN = 100
ONLY_PILOT = ("skip_reason", "no_baseline_reason")


def centres_run_by(user: Any) -> Any:
    """Active centres in which `user` steers trials."""
    centres = Centre.objects.filter(state=CentreState.ACTIVE)
    standing = user.standing
    return (
        centres
        if standing.everywhere(RUNNING_ROLES)
        else centres.filter(pk__in=standing.centres(RUNNING_ROLES))
    )


def monitors_of(centre: Any) -> Any:
    """People who may look after a trial of the centre."""
    held = Appointment.objects.current().filter(role__in=WORKING_ROLES)
    if centre is not None:
        held = held.filter(Q(centre=None) | Q(centre=centre))
    return User.objects.filter(pk__in=held.values("user_id"), is_active=True).order_by("name")


class TrialForm(RecordForm):
    """The plan of a trial. Only title and centre are needed to save; the start asks for the rest."""

    promoter = OrganisationField(label=_("Promoter"), required=False)
    sdgs = forms.TypedMultipleChoiceField(
        label=_("Sustainable Development Goals"), choices=SDGS, coerce=int, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    class Meta:
        model = Trial
        fields = [name for _heading, names in SECTIONS for name in names]
        widgets = {"areas": forms.CheckboxSelectMultiple}
        field_classes = {"areas": IdsField}
        help_texts = {
            "summary": _("For everybody: what is tried, where, and what it should change."),
            "hypothesis": _("What is to be shown. One sentence is best."),
            "skip_reason": public(_("Needed to start when there was no proof of concept.")),
            "no_baseline_reason": _("Needed to start when no indicator has a baseline."),
            "data_collected": _(
                "For everybody: what is recorded, of whom, and how long it is kept. Or that nothing is."
            ),
            "agreement": _("It has to be in force over all the days of the trial."),
        }

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        trial = self.instance
        if trial.pk:
            del self.fields["centre"]
        else:
            self.fields["centre"].queryset = centres_run_by(self.user).order_by("sort_key")
        for name in ONLY_PILOT if kind == TrialKind.POC else ():
            del self.fields[name]
        if trial.has_started and trial.pk:
            for name in ("starts_on", "ends_on"):
                del self.fields[name]
        usable = Q(state__in=USABLE) | Q(pk=trial.agreement_id)
        self.fields["agreement"].queryset = (
            Agreement.objects.inside(self.user).filter(usable).order_by("-reference")
        )
        self.fields["monitor"].queryset = monitors_of(trial.centre if trial.centre_id else None)

    def sections(self) -> list[tuple[Any, list[Any]]]:
        """The fields under their headings."""
        shown = [
            (heading, [self[name] for name in names if name in self.fields]) for heading, names in SECTIONS
        ]
        return [(heading, fields) for heading, fields in shown if fields]


class NewTrialForm(TrialForm):
    """The plan of a trial that begins, and the idea or the proof of concept it comes from."""

    comes_from = forms.ChoiceField(
        label=_("Comes from"), required=False,
        help_text=_("What is known of it fills in what you leave empty. It does not change later."),
    )  # fmt: skip

    def __init__(self, *args: Any, kind: str, source: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, kind=kind, **kwargs)
        self.order_fields(["comes_from", "skip_reason"] if kind == TrialKind.PILOT else ["comes_from"])
        if source is not None:
            # The address said it already, and the lead says it to the reader.
            del self.fields["comes_from"]
            return
        # What was left as it is goes by the source; the browser need not say what it was.
        self.fields["language"].show_hidden_initial = False
        self.sources = {f"{row._meta.model_name}-{row.pk}": row for row in self._offered(kind)}
        concepts, ideas = (
            [(key, str(row)) for key, row in self.sources.items() if isinstance(row, model)]
            for model in (Trial, Idea)
        )
        groups = ((_("Proofs of concept with go"), concepts), (_("Accepted ideas"), ideas))
        self.fields["comes_from"].choices = [
            ("", _("Neither an idea nor a proof of concept")),
            *(group for group in groups if group[1]),
        ]
        if self.is_bound and self.data.get(self.add_prefix("comes_from")):
            for name in ("title", "centre"):
                self.fields[name].required = False

    def _offered(self, kind: str) -> Iterator[Any]:
        """What waits for its next step in the centres of the reader, newest first."""
        centres = centres_run_by(self.user).order_by().values("pk")
        if kind == TrialKind.PILOT:
            concepts = Trial.objects.visible_to(self.user).filter(
                kind=TrialKind.POC, state=TrialState.GO, pilots=None
            )
            yield from concepts.filter(centre__in=centres).order_by("-pk")[:SOURCES_SHOWN]
        ideas = Idea.objects.visible_to(self.user).filter(
            state=IdeaState.ACCEPTED, trials=None, centre__in=centres
        )
        yield from ideas.order_by("-pk")[:SOURCES_SHOWN]

    def clean_comes_from(self) -> Any:
        """The idea or the proof of concept; None of neither."""
        return self.sources.get(self.cleaned_data["comes_from"])

    def given(self) -> dict[str, Any]:
        """What was typed: all of it, or, beside a source, what was not left as it was."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "comes_from"}
        if self.cleaned_data.get("comes_from") is None:
            return values
        return {name: value for name, value in values.items() if name in self.changed_data and value}

    def sections(self) -> list[tuple[Any, list[Any]]]:
        """The fields under their headings, where it comes from first."""
        (heading, fields), *others = super().sections()
        return [(heading, ([self["comes_from"]] if "comes_from" in self.fields else []) + fields), *others]


class PartnerForm(RecordForm):
    """An organisation in a trial."""

    organisation = OrganisationField()

    class Meta:
        model = TrialPartner
        fields = ("organisation", "role", "contribution", "contribution_eur")


class TeamForm(RecordForm):
    """A person in the team, by their address."""

    user = PersonField()

    class Meta:
        model = TeamPerson
        fields = ("user", "organisation", "task")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            # Found by the operation: the one in the trial that the person belongs to.
            del self.fields["organisation"]
            return
        del self.fields["user"]
        # Also the one they left: to save a task is not to let them in again for the city.
        held = {*standing_of(self.instance.user).member_of, self.instance.organisation_id} - {None}
        theirs = Organisation.objects.filter(pk__in=held)
        self.fields["organisation"].queryset = theirs.order_by("sort_key")
        self.fields["organisation"].empty_label = _("The city")


class SiteForm(RecordForm):
    """A place, with degrees for the map: typed, or pointed at."""

    class Meta:
        model = Site
        fields = ("name", "address", "territory", "comparison", "latitude", "longitude")
        help_texts = {
            "latitude": _("In degrees, such as 41.3751."),
            "longitude": _("In degrees, such as 2.1492."),
        }

    @cached_property
    def picker(self) -> dict[str, Any] | None:
        """The districts to point at, and where two of their corners stand on earth and in the picture, in percent."""
        districts = Territory.objects.filter(kind=TerritoryKind.DISTRICT).order_by("code")
        shapes = [(str(row.pk), row.name, row.outline) for row in districts if row.outline]
        points = [point for _key, _label, rings in shapes for ring in rings for point in ring]
        if not points:
            return None
        longitudes, latitudes = zip(*points, strict=True)
        ends = [("", "", min(longitudes), min(latitudes)), ("", "", max(longitudes), max(latitudes))]
        drawn = city_map(shapes, ends, width=480)
        corners = [(place[2], place[3], pin.x, pin.y) for place, pin in zip(ends, drawn.pins, strict=True)]
        return {"map": drawn, "corners": " ".join(str(number) for corner in corners for number in corner)}


class PermitForm(RecordForm):
    """A permit and the days for which it holds."""

    class Meta:
        model = Permit
        fields = ("name", "authority", "number", "valid_from", "valid_to")


class MilestoneForm(RecordForm):
    """A step of the plan."""

    class Meta:
        model = Milestone
        fields = ("title", "due_on", "done_on")


class RiskForm(RecordForm):
    """A risk and what is done about it."""

    class Meta:
        model = Risk
        fields = ("description", "likelihood", "impact", "response", "closed_on")


class LogForm(RecordForm):
    """What happened, with a photograph if there is one. Whether the public sees it is for the city to say."""

    photo = forms.FileField(
        label=_("Photograph"), required=False,
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        help_text=_("Only its pixels are kept: not where it was taken, nor by whom."),
    )  # fmt: skip
    description = forms.CharField(
        label=_("What the photograph shows"), required=False, max_length=200,
        help_text=_("For those who do not see it. Needed when there is one."),
    )  # fmt: skip
    field_order = ("happened_on", "text", "photo", "description", "place", "is_incident", "is_public")

    class Meta:
        model = LogEntry
        fields = ("happened_on", "text", "place", "is_incident", "is_public")
        help_texts = {"is_incident": _("The monitor is told at once.")}

    def __init__(self, *args: Any, shows: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not shows:
            del self.fields["is_public"]


class CriterionForm(RecordForm):
    """What a proof of concept must show; after the start, whether it did."""

    class Meta:
        model = SuccessCriterion
        fields = ("text", "met", "evidence")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        trial = self.instance.trial if self.instance.pk else self.parent
        frozen = trial is not None and trial.has_started
        for name in ("text",) if frozen else ("met", "evidence"):
            del self.fields[name]


class AmendCriterionForm(forms.Form):
    """New words for a frozen criterion, and why."""

    text = forms.CharField(label=_("Success criterion"), max_length=300)
    reason = forms.CharField(
        label=_("Reason"), widget=ShortText, help_text=_("It is shown beside the criterion.")
    )


class ExtensionForm(RecordForm):
    """Until when, and why."""

    class Meta:
        model = ExtensionRequest
        fields = ("new_ends_on", "reason")
