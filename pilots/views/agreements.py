"""What came of an agreement: which ideas, trials and outcomes does the council owe to it?"""

from typing import Any

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from cic.core.views import DetailPage
from partners.models import Agreement
from pilots.models.chains import stations_of
from pilots.models.descents import came_of

from .outcomes import verdict_badge


class AgreementYieldPage(DetailPage):
    """All that came of one agreement, and of the specific ones under a framework, as far as the reader may see it."""

    model = Agreement
    noun = "agreement"
    permission = "partners.view_agreement"
    template_name = "pilots/agreements/came_of_it.html"

    def history(self) -> Any:
        """The agreement's own page has it."""
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Ideas, trials with their chains, and outcomes."""
        agreement = self.object
        came = came_of(agreement, self.request.user)
        for trial in came.trials:
            trial.stations = stations_of(trial)
        for outcome in came.outcomes:
            outcome.badge = verdict_badge(outcome)
        return super().get_context_data(
            title=_("What came of it"),
            crumbs=[
                {"label": _("Agreements"), "url": reverse("agreement_list")},
                {"label": agreement.reference, "url": reverse("agreement_detail", args=[agreement.pk])},
                {"label": _("What came of it")},
            ],
            came=came,
            **kwargs,
        )


ROUTES = [path("agreements/<int:pk>/came-of-it/", AgreementYieldPage.as_view(), name="agreement_came_of_it")]
