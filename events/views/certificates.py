"""How does somebody fetch a certificate, how do staff see and revoke them, and how does anybody check one?"""

import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView, View

from cic.core.context import NavEntry
from cic.core.documents import pdf
from cic.core.formats import day
from cic.core.permissions import can
from cic.core.views import DetailPage, ListPage, MovePage, ObjectPage, WorkspacePage
from cic.core.views.public import AskingPage, PublicPage
from events.choices import RegistrationState
from events.filters import CertificateFilter
from events.forms import CodeForm, NameForm
from events.models import Certificate, Registration
from events.operations import certificates
from events.transitions import CERTIFICATE

TEMPLATE = Path(__file__).resolve().parents[1] / "templates" / "events" / "certificates" / "certificate.typ"


def public_address(certificate: Certificate) -> str:
    """Where anybody checks it, as it stands on paper."""
    return f"{settings.BASE_URL}{reverse('certificate_check', args=[certificate.code])}"


def statement_of(certificate: Certificate) -> str:
    """What it certifies, in one sentence of the language in use."""
    if certificate.is_of_capsule:
        return gettext("has completed the training capsule")
    return gettext("took part in the session")


def length_of(certificate: Certificate) -> str:
    """How long that took, in words."""
    count = certificate.minutes
    return ngettext("%(count)d minute", "%(count)d minutes", count) % {"count": count} if count else ""


class MyCertificatesPage(WorkspacePage, TemplateView):
    """One's own certificates, and the sessions of which one may be fetched."""

    template_name = "events/certificates/mine.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The newest first."""
        user = self.request.user
        rows = list(
            Certificate.objects.visible_to(user).filter(user_id=user.pk).order_by("-issued_at", "-pk")[:200]
        )
        for row in rows:
            row.badge, row.length = CERTIFICATE.badge(row), length_of(row)
            row.check_url = public_address(row)
        told = {row.registration_id for row in rows if row.is_valid}
        attended = Registration.objects.visible_to(user).filter(
            user_id=user.pk, state=RegistrationState.ATTENDED, session__event__gives_certificates=True
        )
        open_now = attended.exclude(pk__in=[pk for pk in told if pk]).select_related("session__event")
        return super().get_context_data(
            page_title=gettext("My certificates"),
            rows=rows,
            to_fetch=list(open_now.order_by("-session__starts_at", "-pk")[:50]),
            **kwargs,
        )


class FetchPage(ObjectPage):
    """Ask for the certificate of a session one was at: the name that stands on it."""

    model = Registration
    noun = "registration"
    permission = "events.fetch_certificate"
    form_class = NameForm
    page_title = _("Get the certificate")
    submit_label = _("Make the certificate")
    done = _("The certificate is there.")

    def get_queryset(self) -> Any:
        """With its session."""
        return super().get_queryset().select_related("session__event")

    def get_initial(self) -> dict[str, Any]:
        """The name as it is known."""
        return {"name": self.request.user.name}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Of which session."""
        return super().get_context_data(lead=self.object.session.said.title, **kwargs)

    def act(self, form: Any) -> Any:
        """Make it."""
        return certificates.issue_for_attendance(
            self.object, name=form.cleaned_data["name"], actor=self.request.user
        )

    def get_cancel_url(self) -> str:
        """Back to one's own."""
        return reverse("my_certificates")

    def get_success_url(self) -> str:
        """The same."""
        return self.get_cancel_url()


class CertificateFile(WorkspacePage, View):
    """The certificate as PDF/UA-1, in the reader's language."""

    model = Certificate
    permission = "events.view_certificate"

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The file; of one that was revoked there is none."""
        certificate = self.get_object()
        if not certificate.is_valid:
            messages.error(request, gettext("This certificate was revoked."))
            return redirect("my_certificates")
        language = (get_language() or "en")[:2]
        body = pdf(TEMPLATE, printed(certificate), language=language, title=gettext("Certificate"))
        response = HttpResponse(body, content_type="application/pdf")
        response["Content-Disposition"] = f'attachment; filename="{certificate.reference}.pdf"'
        return response


def printed(certificate: Certificate) -> dict[str, Any]:
    """What stands on the paper, as texts of the language in use."""
    facts = [
        [gettext("On"), day(certificate.earned_on)],
        [gettext("Length"), length_of(certificate)],
        [gettext("Issued by"), certificate.issuer],
        [gettext("Number"), certificate.reference],
    ]
    return {
        "site": f"{settings.SITE_NAME} · {settings.CITY_NAME}",
        "opening": gettext("This is to certify that"),
        "name": certificate.name,
        "statement": statement_of(certificate),
        "what": certificate.title,
        "what_language": certificate.title_language[:2],
        "goals_heading": gettext("Goals reached"),
        "goals": certificate.goal_list,
        "facts": [[label, value] for label, value in facts if value],
        "check": gettext("Whether it is genuine can be checked at this address, or with this code:"),
        "address": public_address(certificate),
        "code": certificate.code,
    }


class CertificateListPage(ListPage):
    """The certificates of one's centres, for who runs events."""

    model = Certificate
    noun = "certificate"
    permission = "events.list_certificates"
    filterset_class = CertificateFilter
    quiet_filters = ("reference", "capsule", "session")
    row_template = "events/certificates/_row.html"
    page_title = _("Certificates")
    table = CERTIFICATE
    columns = (
        ("reference", _("Number"), "reference"),
        ("name", _("Name"), "name"),
        ("what", _("For"), ""),
        ("earned_on", _("Earned on"), "earned_on"),
        ("state", _("State"), ""),
    )
    export_columns = (
        ("reference", "reference"),
        ("name", "name"),
        ("capsule", "taking__capsule__reference"),
        ("session", "registration__session__reference"),
        ("minutes", "minutes"),
        ("earned_on", "earned_on"),
        ("issued_at", "issued_at"),
        ("state", "state"),
        ("revoked_at", "revoked_at"),
    )
    first_order = ("-issued_at", "issued_at")


class CertificatePage(DetailPage):
    """One certificate: what stands on it, and its one move."""

    model = Certificate
    noun = "certificate"
    permission = "events.view_certificate"
    template_name = "events/certificates/detail.html"
    tables = (CERTIFICATE,)

    def get_queryset(self) -> Any:
        """With its centre."""
        return super().get_queryset().select_related("centre")

    def facts(self) -> list[tuple[Any, Any]]:
        """What stands on it."""
        row = self.object
        return [
            (_("Earned on"), day(row.earned_on)),
            (_("Length"), length_of(row)),
            (_("Issued by"), row.issuer),
            (_("Verification code"), row.code),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """In words, with its public address."""
        row = self.object
        lists = can(self.request.user, "events.list_certificates", row)
        return super().get_context_data(
            title=row.name,
            statement=statement_of(row),
            check_url=public_address(row),
            crumbs=[
                {
                    "label": gettext("Certificates") if lists else gettext("My certificates"),
                    "url": reverse("certificate_list" if lists else "my_certificates"),
                },
                {"label": row.reference, "url": ""},
            ],
            **kwargs,
        )


class CertificateMovePage(MovePage):
    """Revoke a certificate."""

    model = Certificate
    noun = "certificate"
    permission = "events.view_certificate"
    tables = (CERTIFICATE,)

    def walk(self, obj: Any, name: str, **given: Any) -> Any:
        """Make the move."""
        return certificates.move_certificate(obj, name, actor=self.request.user, **given)


def code_in(text: str) -> str:
    """The code as it is kept, however it was typed: in small letters, without its dashes, with spaces."""
    plain = re.sub(r"[^0-9A-Z]", "", text.upper())
    size = certificates.GROUP_LENGTH
    return "-".join(plain[start : start + size] for start in range(0, len(plain), size))


class CheckFormPage(AskingPage):
    """Where a code is typed."""

    route = "certificate_check_form"
    counted_as = "certificate"
    form_class = CodeForm
    page_title = _("Check a certificate")
    template_name = "events/certificates/check_form.html"

    def act(self, form: Any) -> HttpResponse:
        """Look for it; a code that is none comes back to the form."""
        found = Certificate.objects.opened_by(code_in(form.cleaned_data["code"])).first()
        if found is None:
            form.add_error(
                "code", gettext("There is no certificate with this code. Look whether each sign is right.")
            )
            return self.form_invalid(form)
        return redirect("certificate_check", found.code)

    def get_success_url(self) -> str:
        """Here again: for a program that filled in what people do not see."""
        return reverse("certificate_check_form")


@method_decorator(never_cache, name="dispatch")
class CheckPage(PublicPage, TemplateView):
    """What stands on a certificate, and whether it holds: for whoever has its code."""

    route = "certificate_check"
    page_title = _("Check a certificate")
    template_name = "events/certificates/check.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The certificate. Raises: Http404."""
        found = Certificate.objects.opened_by(self.kwargs["secret"]).first()
        if found is None:
            raise Http404
        return super().get_context_data(
            certificate=found,
            statement=statement_of(found),
            length=length_of(found),
            form_url=reverse("certificate_check_form"),
            **kwargs,
        )


ROUTES = [
    path("certificates/mine/", MyCertificatesPage.as_view(), name="my_certificates"),
    path("certificates/", CertificateListPage.as_view(), name="certificate_list"),
    path("certificates/<int:pk>/", CertificatePage.as_view(), name="certificate_detail"),
    path("certificates/<int:pk>/certificate.pdf", CertificateFile.as_view(), name="certificate_file"),
    path("certificates/<int:pk>/moves/<slug:name>/", CertificateMovePage.as_view(), name="certificate_move"),
    path("registrations/<int:pk>/certificate/", FetchPage.as_view(), name="certificate_fetch"),
]
PUBLIC = [
    path("certificates/", CheckFormPage.as_view(), name="certificate_check_form"),
    # Under a name that the request log leaves out: it opens a page with somebody's name.
    path("certificates/<slug:secret>/", CheckPage.as_view(), name="certificate_check"),
]
NAV = [
    NavEntry(_("Meetings and events"), _("My certificates"), "my_certificates"),
    NavEntry(_("Meetings and events"), _("Certificates"), "certificate_list", "events.list_certificates"),
]
