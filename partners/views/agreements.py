"""What do people see of agreements, and how do they draft, review and move them?"""

from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, Q, Sum
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cic.core.charts import Term, term_chart
from cic.core.files import file_row, files_of
from cic.core.formats import day
from cic.core.notifications import with_unread_of_page
from cic.core.permissions import can
from cic.core.translation_pages import translation_routes
from cic.core.views import ConfirmPage, CreatePage, EditPage, ListPage
from partners.calculations.terms import elapsed_pct, notice_date
from partners.choices import AgreementState
from partners.filters import AgreementFilter
from partners.forms import AgreementForm
from partners.models import (
    Agreement,
    Amendment,
    Meeting,
    Obligation,
    Party,
    Resource,
    ResourceGift,
    standing_of,
)
from partners.models.tables import FRAMEWORK, PARTIES, PREDECESSOR
from partners.operations import agreements as operations
from partners.transitions import AGREEMENT, AGREEMENT_PUBLICATION, AMENDMENT

from .parts import DayMovePage, ObjectDetailPage, ReaderForms, crumbs_to

SHOWN_AS_TERM = (AgreementState.IN_FORCE, AgreementState.SUSPENDED)
TERM = ("starts_on", "ends_on", "effective_ends_on")
PARTS = ("object", "term", "parties", "signatures", "obligations", "modifications", "execution")
CLAUSES = ("notice_days", "extension_clause", "confidentiality_clause", "property_clause", "committee")
LINKS = ("framework", "predecessor", "parties")


def term_of(agreement: Any, *, note: str = "", inside: bool = True) -> Term | None:
    """The agreement's term as a bar; None without dates. The notice date is for those `inside`."""
    end = getattr(agreement, "effective_ends_on", None)
    if agreement.starts_on is None or agreement.ends_on is None:
        return None
    tone = {AgreementState.IN_FORCE: "progress", AgreementState.SUSPENDED: "warn"}.get(
        agreement.state, "neutral"
    )
    extended = end if end and end > agreement.ends_on else None
    return Term(
        label=agreement.reference,
        starts_on=agreement.starts_on,
        ends_on=min(agreement.ends_on, end) if end else agreement.ends_on,
        extended_to=extended,
        notice_on=notice_date(end, agreement.notice_days) if inside else None,
        url=reverse("agreement_detail", args=[agreement.pk]),
        note=note,
        tone=tone,
    )


class AgreementListPage(ListPage):
    """Agreements the reader may know of, with the terms of those in force side by side."""

    model = Agreement
    permission = "partners.view_agreement"
    noun = "agreement"
    filterset_class = AgreementFilter
    table = AGREEMENT
    template_name = "partners/agreement_list.html"
    page_title = _("Agreements")
    columns = (
        ("reference", _("Reference"), "reference"),
        ("title", _("Title"), "title"),
        ("parties", _("Parties"), ""),
        ("ends_on", _("Ends"), "effective_ends_on"),
        ("state", _("State"), "state"),
    )
    row_template = "partners/_agreement_row.html"
    create_permission = "partners.draft_agreement"
    create_label = _("Draft an agreement")
    export_columns = (
        ("reference", "reference"),
        ("title", "title"),
        ("kind", "kind"),
        ("language", "language"),
        ("register_url", "register_url"),
        ("state", "state"),
        ("object", "object"),
        ("starts_on", "starts_on"),
        ("ends_on", "ends_on"),
        ("effective_ends_on", "effective_ends_on"),
        ("notice_days", "notice_days"),
        ("extension_clause", "extension_clause"),
        ("confidentiality_clause", "confidentiality_clause"),
        ("property_clause", "property_clause"),
        ("committee", "committee"),
        ("framework", FRAMEWORK),
        ("predecessor", PREDECESSOR),
        ("parties", PARTIES),
        ("version", "version"),
    )

    def get_queryset(self) -> Any:
        """With the effective end."""
        return super().get_queryset().with_effective_end()

    def get_export_columns(self) -> Any:
        """Text, dates and links only for whom every row found may show them."""
        columns, user = super().get_export_columns(), self.request.user
        inside = Agreement.objects.inside(user).order_by().values("pk")
        if can(user, "partners.read_agreement") or not self.found.exclude(pk__in=inside).exists():
            return columns
        closed = () if can(user, "partners.read_agreement_object") else ("object",)
        closed += () if can(user, "partners.read_agreement_term") else TERM
        return tuple(column for column in columns if column[0] not in (*closed, *CLAUSES, *LINKS))

    def rows(self, queryset: Any) -> Any:
        """With parties."""
        return queryset.prefetch_related(
            Prefetch("parties", Party.objects.select_related("organisation").order_by("pk"))
        )

    def badge_of(self, row: Any) -> Any:
        """In the words of whoever reads."""
        return AGREEMENT.badge(row, public=not can(self.request.user, "partners.read_everywhere"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the terms of the page's agreements in force."""
        context = super().get_context_data(**kwargs)
        user = self.request.user
        shows_terms = can(user, "partners.read_agreement_term")
        shows_parties = can(user, "partners.read_agreement_parties")
        terms = []
        for row in context["rows"]:
            row.shows_term = shows_terms or can(user, "partners.read_agreement_term", row)
            row.shows_parties = shows_parties or can(user, "partners.read_agreement_parties", row)
            # The notice date is for those inside.
            if row.shows_term and row.state in SHOWN_AS_TERM and can(user, "partners.read_agreement", row):
                terms.append(term_of(row))
        context["chart"] = (
            term_chart([term for term in terms if term], today=timezone.localdate()) if any(terms) else None
        )
        return context


class AgreementDetailPage(ObjectDetailPage):
    """One agreement: its text, parties, what they promised and gave, how it changed. The public sees the public part."""

    model = Agreement
    permission = "partners.view_agreement"
    noun = "agreement"
    tables = (AGREEMENT, AGREEMENT_PUBLICATION)
    edit_permission = translate_permission = "partners.edit_agreement"
    template_name = "partners/agreement_detail.html"
    list_title = _("Agreements")

    def get_queryset(self) -> Any:
        """With its end, links and parts; one query for each kind of part."""
        counting = Q(gifts__confirmed_by_city__isnull=False, gifts__confirmed_by_party__isnull=False)
        rows = super().get_queryset().with_effective_end()
        return (
            with_unread_of_page(rows, self.request.user, reverse("agreement_talk", args=[0]))
            .select_related("centre", "framework", "predecessor", "successor")
            .prefetch_related(
                Prefetch("parties", Party.objects.select_related("organisation", "document").order_by("pk")),
                Prefetch("obligations", Obligation.objects.order_by("pk")),
                Prefetch(
                    "resources",
                    Resource.objects.annotate(given=Sum("gifts__amount", filter=counting)).order_by("pk"),
                ),
                Prefetch("resources__gifts", ResourceGift.objects.order_by("-given_on", "-pk")),
                Prefetch("amendments", Amendment.objects.order_by("pk")),
            )
        )

    def check(self, obj: Any = None) -> None:
        """Point the parts at what was fetched, so that no rule about them asks the database again."""
        super().check(obj)
        parties = {party.pk: party for party in obj.parties.all()}
        for party in parties.values():
            party.agreement = obj
        for row in (*obj.obligations.all(), *obj.resources.all(), *obj.amendments.all()):
            row.agreement = obj
            if hasattr(row, "party_id"):
                row.party = parties[row.party_id]
        for resource in obj.resources.all():
            if resource.recipient_id:
                resource.recipient = parties[resource.recipient_id]
            for gift in resource.gifts.all():
                gift.resource = resource

    def facts(self) -> list[tuple[Any, Any]]:
        """Dates and links, as far as the reader may know them."""
        row, user = self.object, self.request.user
        facts: list[tuple[Any, Any]] = [(_("Kind"), row.get_kind_display()), (_("Centre"), row.centre)]
        if can(user, "partners.read_agreement_term", row):
            facts += [
                (_("Start"), day(row.starts_on)),
                (_("End as signed"), day(row.ends_on)),
                (_("Effective end"), day(row.effective_ends_on)),
                (_("Terminated on"), day(row.terminated_on)),
            ]
        if can(user, "partners.read_agreement", row):
            notice_on = notice_date(row.effective_ends_on, row.notice_days)
            facts.append((_("Last day to give notice"), day(notice_on)))
            for label, other in (
                (_("Framework agreement"), row.framework),
                (_("Succeeds"), row.predecessor),
                (_("Successor"), getattr(row, "successor", None)),
            ):
                if other is not None and can(user, "partners.view_agreement", other):
                    url = reverse("agreement_detail", args=[other.pk])
                    facts.append((label, format_html('<a href="{}">{}</a>', url, other.reference)))
            facts.append((_("Publication"), row.get_publication_display()))
        if row.register_url:
            link = format_html(
                '<a href="{}" rel="noopener nofollow">{}</a>', row.register_url, _("Official register")
            )
            facts.append((_("Register"), link))
        return facts

    def history(self) -> Any:
        """For those inside."""
        return super().history() if can(self.request.user, "partners.read_agreement", self.object) else []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With what the reader may read of the text and its parts, and what they may do with each."""
        user, row = self.request.user, self.object
        inside = can(user, "partners.read_agreement", row)
        keeps = can(user, "partners.edit_agreement", row)
        reads = {name: can(user, f"partners.read_agreement_{name}", row) for name in PARTS}
        return super().get_context_data(
            inside=inside,
            talk=self._talk() if inside else None,
            reads=reads,
            keeps=keeps,
            text_open=keeps and row.state in operations.OPEN,
            signing=row.state == AgreementState.PENDING_SIGNATURE,
            may_amend=keeps and row.state in SHOWN_AS_TERM,
            may_follow=keeps
            and getattr(row, "successor", None) is None
            and row.state != AgreementState.ABANDONED,
            chart=self._chart() if inside else None,
            elapsed=self._elapsed() if reads["term"] else "",
            parties=self._parties(user),
            obligations=list(row.obligations.all()),
            resources=(resources := self._resources(user)),
            ours=self._ours(user, resources),
            amendments=self._amendments(user, inside=inside),
            meetings=Meeting.objects.filter(agreement=row).with_open_count().order_by("-met_on", "-pk")
            if inside
            else (),
            files=self._files(user, keeps=keeps) if inside else [],
            **kwargs,
        )

    def _talk(self) -> dict[str, Any]:
        return {"url": reverse("agreement_talk", args=[self.object.pk]), "unread": self.object.unread_of_page}

    def _chart(self) -> Any:
        term = term_of(self.object)
        return term_chart([term], today=timezone.localdate()) if term else None

    def _elapsed(self) -> str:
        """How much of the term has gone by, in words."""
        row = self.object
        share = elapsed_pct(row.starts_on, row.effective_ends_on, timezone.localdate())
        if share is None or row.state not in SHOWN_AS_TERM:
            return ""
        return gettext("%(share)s %% of the term has gone by.") % {"share": round(share)}

    def _parties(self, user: Any) -> list[Any]:
        rows = list(self.object.parties.all())
        for party in rows:
            party.file = file_row(party.document) if party.document else None
            party.may_sign = (
                party.signed_on is None
                and self.object.state == AgreementState.PENDING_SIGNATURE
                and can(user, "partners.sign", party)
            )
        return rows

    def _resources(self, user: Any) -> list[Any]:
        rows = list(self.object.resources.all())
        members, keeper = standing_of(user).member_of, can(user, "partners.edit_agreement", self.object)
        involved = keeper or any(party.organisation_id in members for party in self.object.parties.all())
        for resource in rows:
            resource.may_give = (
                involved and self.object.state in SHOWN_AS_TERM and can(user, "partners.give", resource)
            )
            for gift in resource.gifts.all():
                awaited = "party" if gift.confirmed_by_city_id else "city"
                gift.may_confirm = (
                    involved
                    and not gift.is_confirmed
                    and can(user, f"partners.confirm_gift_for_{awaited}", gift)
                )
        return rows

    def _ours(self, user: Any, resources: list[Any]) -> list[dict[str, Any]]:
        """What the reader's own organisations commit themselves to; nothing before they may read it."""
        members = standing_of(user).member_of if can(user, "partners.read_agreement", self.object) else ()
        found = []
        for party in self.object.parties.all():
            if party.organisation_id in members:
                duties = [row for row in self.object.obligations.all() if row.party_id == party.pk]
                promises = [row for row in resources if row.party_id == party.pk]
                for row in promises:
                    given = round(row.given or Decimal(0), 2)
                    row.left = max(row.promised - given, Decimal(0))
                found.append({"party": party, "duties": duties, "promises": promises})
        return found

    def _amendments(self, user: Any, *, inside: bool) -> list[Any]:
        rows = list(self.object.amendments.all())
        for row in rows:
            row.badge = AMENDMENT.badge(row)
        # The public register shows what is in force.
        return rows if inside else [row for row in rows if row.state == "in_force"]

    def _files(self, user: Any, *, keeps: bool) -> list[dict[str, Any]]:
        rows = files_of(self.object, user, inside=True)
        for row in rows:
            row["remove_url"] = reverse("document_remove", args=[row["pk"]]) if keeps else ""
        return rows


class AgreementSections:
    """A form in sections, without those that are closed."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form's context, in sections."""
        context = super().get_context_data(**kwargs)  # type: ignore[misc]
        return {**context, "sections": context["form"].sections()}


class AgreementDraftPage(ReaderForms, AgreementSections, CreatePage):
    """Draft an agreement."""

    model = Agreement
    permission = "partners.draft_agreement"
    noun = "agreement"
    form_class = AgreementForm
    page_title = _("Draft an agreement")
    submit_label = _("Save the draft")
    done = _("The draft is saved. Next: add the parties.")

    def get_initial(self) -> dict[str, Any]:
        """The centre whose page led here."""
        centre = self.request.GET.get("centre", "")
        return {"centre": centre} if centre.isascii() and centre.isdigit() and len(centre) < 19 else {}

    def act(self, form: Any) -> Any:
        """Draft it."""
        return operations.draft_agreement(form.cleaned_data, actor=self.request.user)


class AgreementEditPage(ReaderForms, AgreementSections, EditPage):
    """Change the text, while it is open."""

    model = Agreement
    permission = "partners.edit_agreement"
    noun = "agreement"
    form_class = AgreementForm
    page_title = _("Edit the agreement")
    done = _("The agreement is saved.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the way back."""
        return super().get_context_data(crumbs=crumbs_to(self.object, "agreement", self.page_title), **kwargs)

    def act(self, form: Any) -> Any:
        """Save."""
        return operations.edit_agreement(
            self.object, form.cleaned_data, actor=self.request.user, expected_version=self.expected_version
        )


class AgreementMovePage(DayMovePage):
    """Review, sign, bring into force, suspend, end; show in the register."""

    model = Agreement
    permission = "partners.view_agreement"
    noun = "agreement"
    tables = (AGREEMENT, AGREEMENT_PUBLICATION)
    done = _("Done.")

    def walk(self, obj: Any, name: str, **given: Any) -> Any:
        """Make the move."""
        return operations.move_agreement(obj, name, actor=self.request.user, **given)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the other way, where all parties agree."""
        assert self.move is not None
        if self.move.name in ("suspend", "terminate"):
            kwargs["consequence"] = _(
                "For what one party or a court decides. What all parties agree is an amendment, which they sign."
            )
        return super().get_context_data(**kwargs)


class SuccessorPage(ConfirmPage):
    """Begin the agreement that follows."""

    model = Agreement
    permission = "partners.edit_agreement"
    noun = "agreement"
    page_title = _("Draft the successor")
    mild = True
    lead = _(
        "A new draft with the same parties and clauses, without dates or signatures, linked to this one."
    )
    submit_label = _("Draft the successor")
    done = _("The successor is drafted, with the same parties and clauses.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The way here."""
        return super().get_context_data(crumbs=crumbs_to(self.object, "agreement", self.page_title), **kwargs)

    def act(self, form: Any) -> Any:
        """Draft it."""
        return operations.draft_successor(self.object, actor=self.request.user)


ROUTES = [
    path("agreements/", AgreementListPage.as_view(), name="agreement_list"),
    path("agreements/new/", AgreementDraftPage.as_view(), name="agreement_create"),
    path("agreements/<int:pk>/", AgreementDetailPage.as_view(), name="agreement_detail"),
    *translation_routes("agreements", "agreement", Agreement, "partners.edit_agreement"),
    path("agreements/<int:pk>/edit/", AgreementEditPage.as_view(), name="agreement_edit"),
    path("agreements/<int:pk>/successor/", SuccessorPage.as_view(), name="agreement_successor"),
    path("agreements/<int:pk>/moves/<slug:name>/", AgreementMovePage.as_view(), name="agreement_move"),
]
