"""Who takes part? The organisations anybody may know of, what each took part in, and with whom."""

from collections import Counter
from typing import Any

import django_filters as df
from django.db.models import CharField, Count, Prefetch, Q, Value
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cic.core.formats import figure
from cic.core.gathering import gather
from cms.calculations.countries import country_name
from cms.frame import Frame
from events.models import Event
from partners.choices import Helix, OrganisationState
from partners.models import Centre, Organisation, Party, Resource, ResourceGift
from pilots.models import Trial, TrialPartner

from . import ANYONE, shares
from .agreements import by_kind, public_fields, public_state, register, signed
from .cases import about as cases_about
from .events import arranged, public_events
from .events import latest as latest_events
from .lists import chips, paged
from .network import picture
from .participants import in_agreements, in_events, in_trials, public_trials, taking_part, trials_of
from .pilots import with_cards

TRIALS_SHOWN, WITH_SHOWN = 12, 12


PARTS = {"trials": in_trials, "agreements": in_agreements, "events": in_events}


class OrganisationsFilter(df.FilterSet):
    """Query parameters of the public list; only on what it shows."""

    search = df.CharFilter(method="by_words", label=gettext_lazy("Words"), max_length=200)
    helix = df.MultipleChoiceFilter(choices=Helix.choices, label=gettext_lazy("Helix"))
    part = df.ChoiceFilter(
        choices=[("trials", gettext_lazy("In a pilot")), ("agreements", gettext_lazy("In an agreement")),
                 ("events", gettext_lazy("In an event"))],
        method="by_part", label=gettext_lazy("Where they take part"), empty_label=gettext_lazy("Anywhere"),
    )  # fmt: skip

    class Meta:
        model = Organisation
        fields = ()

    def by_words(self, organisations: Any, name: str, value: str) -> Any:
        """By name, legal name and municipality."""
        return organisations.search(value)

    def by_part(self, organisations: Any, name: str, value: str) -> Any:
        """Those in public trials, in signed agreements, or that organise a public event."""
        return organisations.filter(PARTS[value]())


def listed(request: HttpRequest, frame: Frame) -> dict[str, Any]:
    """The list as the address narrows it; each helix says how many the other filters leave it."""
    filterset = OrganisationsFilter(request.GET or None, queryset=taking_part(), request=request)
    form = filterset.form
    valid = filterset.is_bound and form.is_valid()
    found = (filterset.qs if valid else taking_part()).order_by("sort_key", "pk")
    filtered = _but_helix(request, valid)
    everyone = None if filtered is not None else shares.everyone()
    by_helix = everyone.by_helix if everyone else _count(filtered)
    chosen = (valid and form.cleaned_data["helix"]) or by_helix
    context = paged(request, found, count=sum(by_helix.get(helix, 0) for helix in chosen))
    _count_parts(context["rows"])
    for row in context["rows"]:
        row.url = frame.address("organisationspage", f"{row.pk}/")
    form.fields["helix"].choices = [
        (key, f"{label} ({figure(by_helix[key])})") for key, label in Helix.choices if by_helix.get(key)
    ]
    return {
        **context,
        "form": form,
        "filters": list(form),
        "chips": list(chips(request, form, list(filterset.filters))),
        "clear_url": request.path,
        "network": None if request.GET or everyone is None else picture(frame, everyone),
    }


def _but_helix(request: HttpRequest, valid: bool) -> Any:
    """What the filters leave, apart from that of the helix itself; None when they leave all."""
    query = request.GET.copy()
    query.pop("helix", None)
    filterset = OrganisationsFilter(query or None, queryset=taking_part(), request=request)
    narrowed = valid and filterset.is_bound and filterset.form.is_valid() and filterset.form.has_changed()
    return filterset.qs if narrowed else None


def _count(organisations: Any) -> dict[str, int]:
    return dict(organisations.order_by().values_list("helix").annotate(number=Count("pk")))


def _count_parts(rows: list[Organisation]) -> None:
    """How many public trials, signed agreements and public events each of `rows` is in: one query."""
    ids = [row.pk for row in rows]
    joined = TrialPartner.objects.filter(organisation__in=ids, trial__in=public_trials()).order_by()
    promoted = Trial.objects.visible_to(ANYONE).filter(promoter__in=ids).order_by()
    in_trial, in_agreement, in_event = (Value(kind, CharField()) for kind in ("trial", "agreement", "event"))
    held = Event.organisers.through.objects.filter(
        organisation__in=ids, event__in=public_events().order_by().values("pk")
    )
    parts = [
        promoted.values_list("promoter_id", in_trial, "pk"),
        held.values_list("organisation_id", in_event, "event_id"),
    ]
    if "parties" in public_fields():
        signed_by = Party.objects.filter(organisation__in=ids, agreement__in=signed().order_by().values("pk"))
        parts.append(signed_by.order_by().values_list("organisation_id", in_agreement, "agreement_id"))
    # A union without “all”: a promoter that is also written down as a partner counts once.
    found = joined.values_list("organisation_id", in_trial, "trial_id").union(*parts)
    counts = Counter((pk, kind) for pk, kind, _thing in found)
    for row in rows:
        row.trials, row.agreements = counts[row.pk, "trial"], counts[row.pk, "agreement"]
        row.events_held = counts[row.pk, "event"]


def show(pk: int, frame: Frame) -> dict[str, Any]:
    """One organisation with all that is public of what it took part in.

    Raises: Http404.
    """
    organisation = Organisation.objects.visible_to(ANYONE).filter(pk=pk).first()
    if organisation is None:
        raise Http404
    trials = trials_of(organisation)
    shown = with_cards(trials.order_by("-starts_on", "-pk")[: TRIALS_SHOWN + 1], frame)
    agreements = agreements_of(organisation, frame)
    near = gather(
        {
            "centres": centres_of(trials, [row.centre_id for row in agreements]),
            "events": latest_events({"organisers": organisation}),
        }
    )
    if not (shown or agreements or near["events"]):
        # As `taking_part` says of all, told here by what is read anyhow.
        raise Http404
    return {
        "organisation": organisation,
        "country": country_name(organisation.country) if organisation.country else "",
        "trials": shown[:TRIALS_SHOWN],
        "more": trials.count() if len(shown) > TRIALS_SHOWN else 0,
        "more_url": f"{frame.address('pilotspage')}?partner={pk}",
        "cases": cases_about({"outcome__trial__in": trials.order_by().values("pk")}, frame),
        "events": arranged(near["events"], frame),
        "agreements": agreements,
        "resources": resources_of(organisation) if {"parties", "execution"} <= set(public_fields()) else [],
        "centres": with_addresses(near["centres"], frame),
        "together": together_with(organisation, trials, frame),
    }


def agreements_of(organisation: Organisation, frame: Frame) -> list[Any]:
    """The signed agreements it is a party of, latest first: one query, none where parties are not made public."""
    if "parties" not in public_fields():
        return []
    mine = Party.objects.filter(organisation=organisation).values("agreement_id")
    rows = list(register().filter(pk__in=mine)[:50])
    for row in rows:
        row.url = frame.address("agreementspage", f"{row.reference}/")
        row.shown = public_state(row)
    return rows


def centres_of(trials: Any, others: list[int]) -> Any:
    """The public centres of its trials and agreements."""
    known = Centre.objects.visible_to(ANYONE)
    return known.filter(Q(pk__in=trials.order_by().values("centre_id")) | Q(pk__in=others))


def with_addresses(centres: list[Centre], frame: Frame) -> list[Centre]:
    """Centres by name, each with where it is read."""
    for centre in centres:
        centre.url = frame.address("centrespage", f"{centre.reference}/")
    return sorted(centres, key=lambda centre: (centre.sort_key, centre.pk))


def resources_of(organisation: Organisation) -> list[dict[str, Any]]:
    """What it promised under signed agreements, and what both sides confirmed as given, by kind: two queries."""
    within = signed().order_by().values("pk")
    promised = Resource.objects.filter(agreement__in=within, party__organisation=organisation)
    return by_kind(promised.prefetch_related(Prefetch("gifts", ResourceGift.objects.confirmed())))


def together_with(organisation: Organisation, trials: Any, frame: Frame) -> list[dict[str, Any]]:
    """With whom it takes part most often, in how many of its `trials`: one query."""
    within = trials.order_by().values("pk")
    others = TrialPartner.objects.filter(trial__in=within, organisation__state=OrganisationState.VERIFIED)
    counted = (
        others.exclude(organisation=organisation)
        .order_by()
        .values_list("organisation_id", "organisation__name", "organisation__helix")
        .annotate(number=Count("trial_id", distinct=True))
        .order_by("-number", "organisation_id")
    )
    return [
        {
            "name": name,
            "helix": helix,
            "helix_name": str(Helix(helix).label),
            "number": number,
            "url": frame.address("organisationspage", f"{pk}/"),
        }
        for pk, name, helix, number in counted[:WITH_SHOWN]
    ]


def around(organisation: Organisation) -> dict[str, Any]:
    """Address, title, description and data of an organisation's page."""
    return {
        "tail": f"{organisation.pk}/",
        "record": organisation,
        "title": organisation.name,
        "description": organisation.said.description
        or _("What %(name)s takes part in: pilots, cases and agreements.") % {"name": organisation.name},
        "data": {
            "@type": "Organization",
            "name": organisation.name,
            "legalName": organisation.legal_name,
            "description": organisation.said.description,
            "url": organisation.website,
            "address": {
                "@type": "PostalAddress",
                "addressLocality": organisation.municipality,
                "addressCountry": organisation.country,
            }
            if organisation.municipality or organisation.country
            else {},
        },
        "share": f"organisations/{organisation.pk}",
    }
