"""What does the register of agreements tell anybody? What AGREEMENT_PUBLIC_FIELDS lists, and nothing else."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import django_filters as df
from defusedcsv import csv
from django.conf import settings
from django.db.models import Max, Min, Prefetch, Q
from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cic.core.charts import Term, TermChart, share_pct, term_chart
from cic.core.formats import figure, money
from cms.frame import Frame
from partners.choices import AgreementKind, AgreementState, AmendmentState, ResourceKind
from partners.models import Agreement, Amendment, Obligation, Party, Resource, ResourceGift
from pilots.models import Trial

from . import ANYONE
from .lists import chips, paged
from .pilots import organisation_address, with_cards

# Once signed, an agreement is in the register for good, whatever became of it.
SIGNED = (
    AgreementState.IN_FORCE,
    AgreementState.SUSPENDED,
    AgreementState.EXPIRED,
    AgreementState.TERMINATED,
)
LABELS = {
    "signed_on": gettext_lazy("Signed"),
    "parties": gettext_lazy("Parties"),
    "object": gettext_lazy("Object"),
    "obligations": gettext_lazy("What each party undertakes"),
    "term": gettext_lazy("Term"),
    "modifications": gettext_lazy("Modifications"),
    "execution": gettext_lazy("What was given so far"),
}
TONES = {AgreementState.IN_FORCE: "good", AgreementState.SUSPENDED: "warn", AgreementState.TERMINATED: "stop"}


def public_fields() -> list[str]:
    """The fields this installation publishes, in the order of the setting."""
    return [name for name in settings.AGREEMENT_PUBLIC_FIELDS if name in LABELS]


def signed() -> Any:
    """Agreements anybody may know of that have been signed."""
    return Agreement.objects.visible_to(ANYONE).filter(state__in=SIGNED)


def register() -> Any:
    """The signed ones with the day of the last signature, latest first."""
    return (
        signed()
        .with_effective_end()
        .annotate(signed_on=Max("parties__signed_on"))
        .order_by("-signed_on", "-pk")
    )


def by_words(agreements: Any, text: str) -> Any:
    """Those of `agreements` that hold the words in what is public of them."""
    if "object" in public_fields():
        return agreements.search(text)
    return agreements.filter(Q(title__icontains=text) | Q(reference__iexact=text))


class RegisterFilter(df.FilterSet):
    """Query parameters of the register; only on what the register shows."""

    search = df.CharFilter(method="by_words", label=gettext_lazy("Words"), max_length=200)
    kind = df.ChoiceFilter(
        choices=AgreementKind.choices, label=gettext_lazy("Kind"), empty_label=gettext_lazy("All kinds")
    )
    year = df.NumberFilter(
        method="by_year", label=gettext_lazy("Year of signature"), min_value=1900, max_value=2200
    )
    in_force = df.BooleanFilter(method="by_force", label=gettext_lazy("Only those in force today"))

    class Meta:
        model = Agreement
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A filter on what is not shown would tell it by what it finds.
        if "signed_on" not in public_fields():
            del self.filters["year"]
        if "term" not in public_fields():
            del self.filters["in_force"]

    def by_words(self, agreements: Any, name: str, value: str) -> Any:
        """Title and object, where the object is public; else the title."""
        return by_words(agreements, value)

    def by_year(self, agreements: Any, name: str, value: Any) -> Any:
        """Signed in this year: the year in which the last party signed."""
        return agreements.filter(signed_on__year=int(value))

    def by_force(self, agreements: Any, name: str, value: bool) -> Any:
        """In force today by state and term."""
        today = timezone.localdate()
        wanted = Q(state=AgreementState.IN_FORCE, starts_on__lte=today, effective_ends_on__gte=today)
        return agreements.filter(wanted) if value else agreements


def narrowed(request: HttpRequest) -> RegisterFilter:
    """The register as the address narrows it."""
    return RegisterFilter(request.GET or None, queryset=register(), request=request)


def listed(request: HttpRequest, frame: Frame) -> dict[str, Any]:
    """The register, page by page."""
    filterset = narrowed(request)
    found = filterset.qs if filterset.form.is_valid() or not filterset.is_bound else register()
    with_parties = found.prefetch_related(Prefetch("parties", parties()))
    context = paged(request, with_parties)
    for row in context["rows"]:
        row.url = frame.address("agreementspage", f"{row.reference}/")
        row.shown = public_state(row)
    query = request.GET.copy()
    query["format"] = "csv"
    return {
        **context,
        "form": filterset.form,
        "filters": list(filterset.form),
        "chips": list(chips(request, filterset.form, list(filterset.filters))),
        "clear_url": request.path,
        "export_url": f"{request.path}?{query.urlencode()}",
        "fields": public_fields(),
    }


def parties() -> Any:
    """Parties with their organisations; people who sign are not named."""
    return Party.objects.select_related("organisation").order_by("role", "pk")


def public_state(agreement: Agreement) -> dict[str, str]:
    """Whether it is in force, from its state and its term, in a word."""
    if "term" not in public_fields():
        return {}
    if agreement.state == AgreementState.IN_FORCE:
        today, end = timezone.localdate(), agreement.effective_ends_on
        if agreement.starts_on and agreement.starts_on > today:
            return {"label": _("Signed, begins later"), "tone": "progress"}
        if end and end < today:
            return {"label": _("Expired"), "tone": "neutral"}
    return {"label": agreement.get_state_display(), "tone": TONES.get(agreement.state, "neutral")}


def show(reference: str, frame: Frame) -> dict[str, Any]:
    """One agreement of the register with the public fields, and the trials that ran under it.

    Raises: Http404.
    """
    gifts = ResourceGift.objects.filter(confirmed_by_city__isnull=False, confirmed_by_party__isnull=False)
    agreement = (
        register()
        .select_related("centre")
        .prefetch_related(
            Prefetch("parties", parties()),
            Prefetch("obligations", Obligation.objects.order_by("party_id", "pk")),
            Prefetch("resources", Resource.objects.order_by("party_id", "pk")),
            Prefetch("resources__gifts", gifts),
            Prefetch("amendments", signed_amendments()),
        )
        .filter(reference=reference)
        .first()
    )
    if agreement is None:
        raise Http404
    fields = public_fields()
    for party in agreement.parties.all():
        party.url = organisation_address(party.organisation, frame)
    under = Trial.objects.visible_to(ANYONE).filter(agreement=agreement).order_by("-starts_on", "-pk")
    centre = agreement.centre if agreement.centre.is_public else None
    return {
        "agreement": agreement,
        "fields": fields,
        "labels": LABELS,
        "shown": public_state(agreement),
        "per_party": [row for row in undertakings(agreement) if row["obligations"] or row["promised"]]
        if "obligations" in fields
        else [],
        "carried": carried_out(agreement) if "execution" in fields else None,
        "term": drawn_term(agreement) if "term" in fields else None,
        "related": related(agreement, frame),
        "trials": with_cards(under[:50], frame),
        "centre": centre,
        "centre_url": frame.address("centrespage", f"{centre.reference}/") if centre else "",
    }


def drawn_term(agreement: Agreement) -> TermChart | None:
    """The term as a bar, with its extensions and today; None without both ends."""
    if not (agreement.starts_on and agreement.ends_on and agreement.effective_ends_on):
        return None
    end = agreement.effective_ends_on
    extended = end if end > agreement.ends_on and "modifications" in public_fields() else None
    first = agreement.ends_on if extended else end
    term = Term(
        agreement.reference, agreement.starts_on, first, extended, tone=public_state(agreement)["tone"]
    )
    return term_chart([term], today=timezone.localdate())


def related(agreement: Agreement, frame: Frame) -> list[dict[str, Any]]:
    """What it stands under, what stands under it, what came before and after, as far as the register has it: one query."""
    ids = [pk for pk in (agreement.framework_id, agreement.predecessor_id) if pk]
    found = signed().filter(Q(pk__in=ids) | Q(framework=agreement) | Q(predecessor=agreement))
    rows = []
    for row in found.order_by("starts_on", "pk")[:50]:
        if row.pk == agreement.framework_id:
            words = _("Under the framework agreement")
        elif row.pk == agreement.predecessor_id:
            words = _("Succeeds")
        elif row.predecessor_id == agreement.pk:
            words = _("Succeeded by")
        else:
            words = _("Specific agreement under it")
        row.url = frame.address("agreementspage", f"{row.reference}/")
        rows.append({"words": words, "agreement": row})
    return rows


def carried_out(agreement: Agreement) -> dict[str, Any]:
    """How far it was carried out: resources by kind and one by one, and the obligations fulfilled."""
    obligations = list(agreement.obligations.all())
    fulfilled = sum(row.fulfilled_on is not None for row in obligations)
    return {
        "kinds": by_kind(agreement.resources.all()),
        "each": execution(agreement),
        "obligations": len(obligations),
        "fulfilled": fulfilled,
    }


def signed_amendments() -> Any:
    """Amendments in force, each with the day of its last signature."""
    signed = Amendment.objects.filter(state=AmendmentState.IN_FORCE)
    return signed.annotate(
        signed_on=Max("signatures__signed_on"), first_signed_on=Min("signatures__signed_on")
    ).order_by("pk")


def named(party: Any) -> str:
    """The name of a party; where the register does not tell who they are, what it is in the agreement."""
    return party.organisation.name if "parties" in public_fields() else party.get_role_display()


def undertakings(agreement: Agreement) -> list[dict[str, Any]]:
    """What each party undertook, and what it promised to bring; from prefetched rows."""
    rows = []
    for party in agreement.parties.all():
        obligations = [row for row in agreement.obligations.all() if row.party_id == party.pk]
        promised = [row for row in agreement.resources.all() if row.party_id == party.pk]
        rows.append(
            {
                "party": party,
                "name": named(party),
                "obligations": obligations,
                "promised": [(row, in_unit(row.kind, row.promised, row.unit)) for row in promised],
            }
        )
    return rows


def execution(agreement: Agreement) -> list[dict[str, Any]]:
    """Promised against given, for each resource; given is what both sides have confirmed."""
    names = {party.pk: named(party) for party in agreement.parties.all()}
    rows = []
    for resource in agreement.resources.all():
        given = sum((gift.amount for gift in resource.gifts.all()), start=0)
        rows.append(
            {
                "party": names.get(resource.party_id, ""),
                "what": resource.description or resource.get_kind_display(),
                "kind": resource.get_kind_display(),
                "promised": in_unit(resource.kind, resource.promised, resource.unit),
                "given": in_unit(resource.kind, given, resource.unit),
                "share": min(float(given) / float(resource.promised) * 100, 100) if resource.promised else 0,
            }
        )
    return rows


def by_kind(resources: Iterable[Resource]) -> list[dict[str, Any]]:
    """Promised and given of resources with their gifts, added up by kind and unit.

    Added here, not by the database: SQLite adds decimals in floating point.
    """
    units: dict[tuple[str, str], str] = {}
    promised: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    given: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in resources:
        key = (row.kind, row.unit.casefold())
        units.setdefault(key, row.unit)
        promised[key] += row.promised
        given[key] += sum((gift.amount for gift in row.gifts.all()), start=Decimal(0))
    order = list(ResourceKind.values)
    return [
        resource_row(key[0], units[key], promised[key], given[key])
        for key in sorted(units, key=lambda key: (order.index(key[0]), key[1]))
    ]


def resource_row(kind: str, unit: str, promised: Decimal, given: Decimal) -> dict[str, Any]:
    """One kind of resource: what was promised of it, what was given, and how far that goes."""
    return {
        "kind": kind,
        "what": str(ResourceKind(kind).label),
        "unit": unit,
        "promised_number": promised,
        "given_number": given,
        "promised": in_unit(kind, promised, unit),
        "given": in_unit(kind, given, unit),
        "share": share_pct(float(given), float(promised)),
        "percent": round(given / promised * 100) if promised else None,
    }


def in_unit(kind: str, value: Any, unit: str) -> str:
    """An amount of a kind of resource, with its unit."""
    return money(value) if kind == ResourceKind.MONEY else f"{figure(value)} {unit}"


def around(agreement: Agreement) -> dict[str, Any]:
    """Address, title and description of an agreement's page."""
    description = agreement.said.object if "object" in public_fields() else ""
    return {
        "tail": f"{agreement.reference}/",
        "record": agreement,
        "title": agreement.said.title,
        "description": description,
        "share": f"agreements/{agreement.reference}",
    }


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def as_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The rows found, as the register shows them: UTF-8 with BOM, formulas neutralised."""
    filterset = narrowed(request)
    found = filterset.qs if filterset.form.is_valid() or not filterset.is_bound else register()
    fields = public_fields()
    rows = found.prefetch_related(
        Prefetch("parties", parties()),
        Prefetch("obligations", Obligation.objects.order_by("party_id", "pk")),
        Prefetch("resources", Resource.objects.order_by("party_id", "pk")),
        Prefetch(
            "resources__gifts",
            ResourceGift.objects.filter(confirmed_by_city__isnull=False, confirmed_by_party__isnull=False),
        ),
        Prefetch("amendments", signed_amendments()),
    )

    def lines() -> Iterator[str]:
        writer = csv.writer(_Echo())
        yield "\ufeff" + writer.writerow(["reference", "title", *column_names(fields)])
        for agreement in rows.iterator(chunk_size=500):
            yield writer.writerow([agreement.reference, agreement.title, *cells(agreement, fields)])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="agreements.csv"'
    return response


def column_names(fields: list[str]) -> list[str]:
    """The term is two columns, everything else one."""
    return [name for field in fields for name in (("starts_on", "ends_on") if field == "term" else (field,))]


def cells(agreement: Agreement, fields: list[str]) -> Iterator[Any]:
    """The public fields of one agreement, in the order of `column_names`."""
    for field in fields:
        if field == "term":
            yield iso(agreement.starts_on)
            yield iso(agreement.effective_ends_on)
        else:
            yield _CELLS[field](agreement)


def iso(value: date | None) -> str:
    """A date as programs read it."""
    return value.isoformat() if value else ""


def _parties(agreement: Agreement) -> str:
    return "; ".join(
        f"{party.organisation.name} ({party.get_role_display()})" for party in agreement.parties.all()
    )


def _obligations(agreement: Agreement) -> str:
    names = {party.pk: named(party) for party in agreement.parties.all()}
    return "; ".join(f"{names.get(row.party_id, '')}: {row.text}" for row in agreement.obligations.all())


def _modifications(agreement: Agreement) -> str:
    return "; ".join(
        " ".join(filter(None, [row.reference, row.get_kind_display(), _days(row), row.text]))
        for row in agreement.amendments.all()
    )


def _days(amendment: Amendment) -> str:
    """The days an amendment is about: the new end, or from when, and until when if that is known."""
    days = (amendment.new_ends_on, amendment.effective_on, amendment.resumes_on)
    return " / ".join(iso(on) for on in days if on)


def _execution(agreement: Agreement) -> str:
    return "; ".join(
        f"{row['party']}: {row['what']} {row['given']} / {row['promised']}" for row in execution(agreement)
    )


_CELLS = {
    "signed_on": lambda agreement: iso(agreement.signed_on),
    "parties": _parties,
    "object": lambda agreement: agreement.object,
    "obligations": _obligations,
    "modifications": _modifications,
    "execution": _execution,
}
