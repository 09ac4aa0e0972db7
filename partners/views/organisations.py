"""What do people see of organisations, and how do they register, check and merge them?"""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from cic.core.errors import DomainError
from cic.core.permissions import can
from cic.core.translation_pages import translation_routes
from cic.core.views import CreatePage, EditPage, ListPage, ObjectPage, add_refusal
from partners.choices import OrganisationState
from partners.filters import OrganisationFilter
from partners.forms import AliasForm, AskForm, MergeForm, OrganisationForm, RegistrationForm
from partners.models import Agreement, Alias, Membership, Organisation
from partners.operations import memberships
from partners.operations import organisations as operations
from partners.transitions import ORGANISATION

from .parts import DayMovePage, ObjectDetailPage, PartConfirmPage, ReaderForms, crumbs_to, with_badges


class OrganisationListPage(ListPage):
    """Organisations the reader may see."""

    model = Organisation
    permission = "partners.view_organisation"
    noun = "organisation"
    filterset_class = OrganisationFilter
    table = ORGANISATION
    page_title = _("Organisations")
    columns = (
        ("name", _("Name"), "name"),
        ("helix", _("Helix"), "helix"),
        ("municipality", _("Municipality"), ""),
        ("country", _("Country"), "country"),
        ("state", _("State"), ""),
    )
    row_template = "partners/_organisation_row.html"
    create_permission = "partners.register_organisation"
    create_label = _("Register an organisation")
    export_columns = (
        ("name", "name"),
        ("legal_name", "legal_name"),
        ("helix", "helix"),
        ("size", "size"),
        ("country", "country"),
        ("municipality", "municipality"),
        ("description", "description"),
        ("language", "language"),
        ("state", "state"),
        ("id", "pk"),
        ("version", "version"),
    )

    def badge_of(self, row: Any) -> Any:
        """In the words of whoever reads."""
        return ORGANISATION.badge(row, public=not can(self.request.user, "partners.read_everywhere"))


class OrganisationDetailPage(ObjectDetailPage):
    """One organisation: its people, names, agreements."""

    model = Organisation
    permission = "partners.view_organisation"
    noun = "organisation"
    tables = (ORGANISATION,)
    edit_permission = translate_permission = "partners.edit_organisation"
    template_name = "partners/organisation_detail.html"
    list_title = _("Organisations")

    def get_queryset(self) -> Any:
        """With where it went."""
        return super().get_queryset().select_related("merged_into")

    def facts(self) -> list[tuple[Any, Any]]:
        """What is known of it; number and address for members and staff."""
        row = self.object
        facts = [
            (_("Helix"), row.get_helix_display()),
            (_("Legal name"), row.legal_name),
            (_("Size"), row.get_size_display()),
            (_("Municipality"), row.municipality),
            (_("Country"), row.country),
        ]
        if row.website:
            facts.append(
                (_("Website"), format_html('<a href="{0}" rel="noopener nofollow">{0}</a>', row.website))
            )
        if can(self.request.user, "partners.see_contact", row):
            facts += [(_("Tax number"), row.tax_id), (_("Contact"), row.contact_email)]
        if row.merged_into:
            url = reverse("organisation_detail", args=[row.merged_into_id])
            facts.append((_("Merged into"), format_html('<a href="{}">{}</a>', url, row.merged_into)))
        return facts

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With members (for those inside), names, and the agreements the reader may know of."""
        user, row = self.request.user, self.object
        inside = can(user, "partners.see_contact", row)
        members = (
            Membership.objects.current()
            .filter(organisation=row)
            .select_related("user")
            .order_by("-role", "pk")
        )
        agreements = Agreement.objects.visible_to(user).filter(parties__organisation=row).order_by("-pk")
        open_to_all = row.state in (OrganisationState.PENDING, OrganisationState.VERIFIED)
        belongs = row.pk in user.standing.member_of
        return super().get_context_data(
            members=members if inside else None,
            may_manage=can(user, "partners.manage_members", row),
            may_join=open_to_all and not belongs and not self.reads_as_staff(),
            aliases=row.aliases.order_by("name"),
            agreements=with_badges(agreements[:50], user),
            **kwargs,
        )


class RegisterPage(ReaderForms, CreatePage):
    """Register an organisation: those it may already be are shown first, to join."""

    model = Organisation
    permission = "partners.register_organisation"
    noun = "organisation"
    form_class = RegistrationForm
    template_name = "partners/register.html"
    page_title = _("Register an organisation")
    submit_label = _("Register")
    done = _("The organisation is registered. The city will verify it.")

    def act(self, form: Any) -> Any:
        """Do it."""
        return operations.register_organisation(form.cleaned_data, actor=self.request.user)

    def form_valid(self, form: Any) -> Any:
        """Register; or show what it may already be, and let the person join or go on."""
        try:
            return super().form_valid(form)
        except DomainError as error:
            add_refusal(form, error)
            return self.form_invalid(form)

    def form_invalid(self, form: Any) -> Any:
        """The form again, with those it may be."""
        typed = form.data
        name, tax_id, country = (typed.get(key, "")[:300] for key in ("name", "tax_id", "country"))
        found = Organisation.objects.matching(name, tax_id, country.upper())
        same_number = set(
            Organisation.objects.with_tax_id(tax_id, country.upper()).values_list("pk", flat=True)
        )
        context = self.get_context_data(
            form=form,
            matches=found,
            may_insist=bool(found) and not same_number,
            join_query=urlencode({"name": name, "tax_id": tax_id, "country": country}),
        )
        return self.render_to_response(context, status=422)


class JoinMatchPage(ReaderForms, CreatePage):
    """Ask to join an organisation that was found by what the person typed, even one not verified yet."""

    model = Organisation
    permission = "partners.ask_to_join"
    noun = "organisation"
    form_class = AskForm
    page_title = _("Ask to join")
    submit_label = _("Ask to join")
    done = _("Your request is sent. You will get a mail when it is answered.")

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Find the organisation: one the reader sees, or one whose name or number they know."""
        if request.user.is_authenticated:
            self.organisation = Organisation.objects.visible_to(request.user).filter(pk=kwargs["pk"]).first()
            if self.organisation is None:
                known = Organisation.objects.matching(
                    request.GET.get("name", "")[:300],
                    request.GET.get("tax_id", "")[:40],
                    request.GET.get("country", "")[:2],
                )
                self.organisation = next((row for row in known if row.pk == kwargs["pk"]), None)
            if self.organisation is None:
                raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Which organisation."""
        return super().get_context_data(lead=self.organisation.name, **kwargs)

    def act(self, form: Any) -> Any:
        """Ask."""
        return memberships.ask_to_join(self.organisation, actor=self.request.user, **form.cleaned_data)

    def get_success_url(self) -> str:
        """Where it is seen that it waits."""
        return reverse("people")


class OrganisationEditPage(ReaderForms, EditPage):
    """What is said of an organisation."""

    model = Organisation
    permission = "partners.edit_organisation"
    noun = "organisation"
    form_class = OrganisationForm
    page_title = _("Edit the organisation")
    done = _("The organisation is saved.")

    def act(self, form: Any) -> Any:
        """Save."""
        return operations.edit_organisation(
            self.object, form.cleaned_data, actor=self.request.user, expected_version=self.expected_version
        )


class OrganisationMovePage(DayMovePage):
    """Verify, suspend, reinstate."""

    model = Organisation
    permission = "partners.view_organisation"
    noun = "organisation"
    tables = (ORGANISATION,)
    done = _("Done.")

    def walk(self, obj: Any, name: str, **given: Any) -> Any:
        """Make the move."""
        return operations.move_organisation(obj, name, actor=self.request.user, **given)


class MergePage(ReaderForms, ObjectPage):
    """Join an organisation into its double."""

    model = Organisation
    permission = "partners.merge_organisations"
    noun = "organisation"
    form_class = MergeForm
    page_title = _("Merge into another organisation")
    submit_label = _("Merge")
    done = _("The organisations are one now. The history of both is kept.")

    def get_form(self, form_class: Any = None) -> Any:
        """The form, choosing among what the reader sees."""
        form = super().get_form(form_class)
        form.fields["merged_into"].queryset = Organisation.objects.visible_to(self.request.user)
        return form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What follows."""
        lead = _(
            "Names, people and agreements of “%(name)s” go to the other organisation. This cannot be undone."
        )
        crumbs = crumbs_to(self.object, self.noun, self.page_title)
        return super().get_context_data(lead=lead % {"name": self.object.name}, crumbs=crumbs, **kwargs)

    def act(self, form: Any) -> Any:
        """Merge; the page that follows is the target's."""
        values = form.cleaned_data
        source = operations.merge_organisations(
            self.object, values["merged_into"], actor=self.request.user, note=values["note"]
        )
        return source.merged_into


class AliasAddPage(ReaderForms, ObjectPage):
    """Another name."""

    model = Organisation
    permission = "partners.edit_organisation"
    noun = "organisation"
    form_class = AliasForm
    page_title = _("Add another name")
    submit_label = _("Add the name")

    def act(self, form: Any) -> Any:
        """Add it."""
        operations.add_alias(self.object, form.cleaned_data["name"], actor=self.request.user)
        return self.object


class AliasRemovePage(PartConfirmPage):
    """Forget another name."""

    model = Alias
    permission = ""
    noun = whole = whole_noun = "organisation"
    page_title = _("Remove this name")
    submit_label = _("Remove the name")

    def get_object(self) -> Any:
        """The alias, if the reader may edit its organisation."""
        alias = get_object_or_404(Alias.objects.visible_to(self.request.user), pk=self.kwargs["pk"])
        if not can(self.request.user, "partners.edit_organisation", alias.organisation):
            raise Http404
        return alias

    def act(self, form: Any) -> Any:
        """Do it."""
        operations.remove_alias(self.object, actor=self.request.user)
        return self.object.organisation


ROUTES = [
    path("organisations/", OrganisationListPage.as_view(), name="organisation_list"),
    path("organisations/new/", RegisterPage.as_view(), name="organisation_create"),
    path("organisations/<int:pk>/", OrganisationDetailPage.as_view(), name="organisation_detail"),
    *translation_routes("organisations", "organisation", Organisation, "partners.edit_organisation"),
    path("organisations/<int:pk>/edit/", OrganisationEditPage.as_view(), name="organisation_edit"),
    path("organisations/<int:pk>/join/", JoinMatchPage.as_view(), name="organisation_join"),
    path("organisations/<int:pk>/names/new/", AliasAddPage.as_view(), name="alias_create"),
    path("aliases/<int:pk>/remove/", AliasRemovePage.as_view(), name="alias_remove"),
    path("organisations/<int:pk>/moves/merge/", MergePage.as_view(), name="organisation_merge"),
    path(
        "organisations/<int:pk>/moves/<slug:name>/", OrganisationMovePage.as_view(), name="organisation_move"
    ),
]
