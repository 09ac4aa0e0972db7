"""What do people see of outcomes, and how do they write, correct, publish and replicate them?"""

from typing import Any

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from cic.core.charts import bar_chart
from cic.core.context import NavEntry
from cic.core.formats import money
from cic.core.permissions import can
from cic.core.translation_pages import translation_routes
from cic.core.views import ListPage, MovePage, ObjectPage, translations_of
from partners.views.parts import AddPage, PartConfirmPage, PartEditPage
from pilots.filters.outcomes import OutcomeFilter
from pilots.forms.outcomes import OutcomeForm, ProductForm, ReplicateForm
from pilots.models import Outcome, Product, Trial
from pilots.operations import outcomes, replications
from pilots.transitions.outcomes import OUTCOME_PUBLICATION

from .chained import ChainedPage
from .evidence import evidence_of

TONES = {
    "scaled": "good",
    "adopted": "good",
    "replicated": "good",
    "more_evidence": "warn",
    "not_adopted": "stop",
}


class OutcomeListPage(ListPage):
    """What came of trials, failures too."""

    model = Outcome
    noun = "outcome"
    permission = "pilots.view_outcome"
    filterset_class = OutcomeFilter
    quiet_filters = ("trial", "updated_at")
    row_template = "pilots/outcomes/_row.html"
    page_title = _("Outcomes")
    columns = (
        ("trial", _("Trial"), ""),
        ("title", _("Title"), ""),
        ("verdict", _("Verdict"), "verdict"),
        ("publication", _("Publication"), ""),
        ("cost_eur", _("Cost"), "cost_eur"),
    )
    export_columns = (
        ("trial", "trial__reference"),
        ("title", "trial__title"),
        ("verdict", "verdict"),
        ("publication", "publication"),
        ("cost_eur", "cost_eur"),
        ("summary", "summary"),
        ("lessons", "lessons"),
        ("success_conditions", "success_conditions"),
        ("replicability", "replicability"),
        ("language", "language"),
        ("id", "pk"),
        ("version", "version"),
    )

    def rows(self, queryset: Any) -> Any:
        """With the trial."""
        return queryset.select_related("trial")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The verdict as word and shape."""
        context = super().get_context_data(**kwargs)
        for row in context["rows"]:
            row.badge = verdict_badge(row)
        return context


def verdict_badge(outcome: Outcome) -> dict[str, str]:
    """The verdict as word and tone."""
    return {"label": str(outcome.get_verdict_display()), "tone": TONES[outcome.verdict]}


class OutcomePage(ChainedPage):
    """One outcome: the verdict, target against actual, lessons, and what was produced."""

    model = Outcome
    noun = "outcome"
    permission = "pilots.view_outcome"
    translate_permission = "pilots.translate"
    edit_permission = "pilots.edit_outcome"
    template_name = "pilots/outcomes/detail.html"
    tables = (OUTCOME_PUBLICATION,)

    def get_queryset(self) -> Any:
        """With the trial."""
        return super().get_queryset().select_related("trial")

    def get_object(self) -> Any:
        """The outcome, which letters cite by its trial's reference."""
        outcome = super().get_object()
        outcome.reference, outcome.title = outcome.trial.reference, outcome.trial.title
        return outcome

    def title(self) -> Any:
        """That of the trial."""
        return self.object.trial.said.title

    def facts(self) -> list[tuple[Any, Any]]:
        """Verdict, cost and who may read it."""
        inside = can(self.request.user, "pilots.view_trial_inside", self.object.trial)
        return [
            (_("Verdict"), self.object.get_verdict_display()),
            (_("Cost"), money(self.object.cost_eur)),
            (_("Publication"), self.object.get_publication_display() if inside else ""),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Target against actual, products, and where one goes on from here."""
        outcome, user = self.object, self.request.user
        inside = can(user, "pilots.view_trial_inside", outcome.trial)
        evidence = evidence_of(outcome.trial)
        results = [line["row"] for line in evidence["lines"]]
        shares = [(row.goal.name, row.progress_pct, 100) for row in results if row.progress_pct is not None]
        writes = can(user, "pilots.edit_outcome", outcome)
        context = super().get_context_data(
            results=evidence["lines"],
            evidence=evidence,
            chart=bar_chart(shares) if shares else None,
            products=products_of(outcome, user),
            writes=writes,
            inside=inside,
            replicate_url=reverse("outcome_replicate", args=[outcome.pk])
            if can(user, "pilots.replicate", outcome)
            else "",
            **kwargs,
        )
        outcome.badge = verdict_badge(outcome)
        if not inside:
            context["history"] = []
        return context


class _BesideEvidence:
    """A form about an outcome, with targets, actuals and their evidence above it."""

    template_name = "pilots/outcomes/form.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form's context, with what was measured."""
        trial = self.object.trial if hasattr(self, "object") else self.parent  # type: ignore[attr-defined]
        return super().get_context_data(evidence=evidence_of(trial), **kwargs)  # type: ignore[misc]


class OutcomeCreatePage(_BesideEvidence, AddPage):
    """Write the outcome of a trial that has ended."""

    parent_model = Trial
    model = Outcome
    noun = "trial"
    whole = "trial"
    permission = "pilots.edit_trial"
    form_class = OutcomeForm
    page_title = _("Write the outcome")
    submit_label = _("Save the outcome")
    done = _("The outcome is saved. It is internal until two people have published it.")

    def get_initial(self) -> dict[str, Any]:
        """What the plan says already."""
        return {"language": self.parent.language, "cost_eur": self.parent.budget_eur}

    def get_success_url(self) -> str:
        """To the outcome."""
        return reverse("outcome_detail", args=[self.result.pk])

    def act(self, form: Any) -> Any:
        """Write it."""
        return outcomes.write_outcome(actor=self.request.user, **self.values(form))


class OutcomeEditPage(_BesideEvidence, PartEditPage):
    """Change an outcome; a public one is corrected, with a reason."""

    model = Outcome
    noun = "outcome"
    whole = "trial"
    whole_noun = "trial"
    permission = "pilots.edit_outcome"
    form_class = OutcomeForm
    page_title = _("Change the outcome")

    def get_queryset(self) -> Any:
        """With the trial."""
        return super().get_queryset().select_related("trial")

    def get_success_url(self) -> str:
        """Back to the outcome."""
        return reverse("outcome_detail", args=[self.object.pk])

    get_cancel_url = get_success_url

    def act(self, form: Any) -> Any:
        """Save it."""
        changes = dict(form.cleaned_data)
        note = changes.pop("note", "")
        return outcomes.edit_outcome(
            self.object, changes, actor=self.request.user, note=note, expected_version=self.expected_version
        )


class OutcomeMovePage(MovePage):
    """Ask for publication, publish, withdraw."""

    model = Outcome
    noun = "outcome"
    permission = "pilots.view_outcome"
    tables = (OUTCOME_PUBLICATION,)

    def get_queryset(self) -> Any:
        """With the trial."""
        return super().get_queryset().select_related("trial")

    def walk(self, obj: Any, name: str, **given: Any) -> Any:
        """Make the move."""
        return outcomes.move_outcome(obj, name, actor=self.request.user, **given)


class ReplicatePage(ObjectPage):
    """Take a case up elsewhere, with what is known of it."""

    model = Outcome
    noun = "outcome"
    permission = "pilots.replicate"
    form_class = ReplicateForm
    page_title = _("Try it in another place")
    submit_label = _("Begin")
    done = _("It is begun, with what is known. Nothing is sent yet.")

    def get_queryset(self) -> Any:
        """With the trial."""
        return super().get_queryset().select_related("trial")

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form offers what the person may begin."""
        return {**super().get_form_kwargs(), "user": self.request.user}

    def act(self, form: Any) -> Any:
        """Begin an idea or a pilot."""
        values = form.cleaned_data
        if values["replicate_as"] == "pilot":
            return replications.replicate_as_pilot(
                self.object, actor=self.request.user, centre=values["centre"]
            )
        return replications.replicate_as_idea(
            self.object, actor=self.request.user, centre=values["centre"], organisation=values["organisation"]
        )

    def get_success_url(self) -> str:
        """To what was begun."""
        noun = "trial_detail" if isinstance(self.result, Trial) else "idea_detail"
        return reverse(noun, args=[self.result.pk])


def products_of(outcome: Outcome, user: Any) -> list[Product]:
    """What it produced; for who translates, with how much of each is said in the other languages."""
    rows = list(outcome.products.order_by("pk"))
    for row in rows if can(user, "pilots.translate", outcome) else ():
        row.in_languages = translations_of(row, "product")
    return rows


class ProductCreatePage(AddPage):
    """List something the trial produced."""

    parent_model = Outcome
    model = Product
    noun = "outcome"
    whole = "outcome"
    permission = "pilots.edit_outcome"
    form_class = ProductForm
    page_title = _("Add a product")

    def act(self, form: Any) -> Any:
        """Add it."""
        return outcomes.add_product(actor=self.request.user, **self.values(form))


class ProductEditPage(PartEditPage):
    """Change something the trial produced."""

    model = Product
    noun = "product"
    whole = "outcome"
    whole_noun = "outcome"
    permission = "pilots.edit_product"
    form_class = ProductForm
    page_title = _("Change the product")

    def get_queryset(self) -> Any:
        """With outcome and trial."""
        return super().get_queryset().select_related("outcome__trial")

    def act(self, form: Any) -> Any:
        """Save it."""
        changes = dict(form.cleaned_data)
        note = changes.pop("note", "")
        return outcomes.edit_product(
            self.object, changes, actor=self.request.user, note=note, expected_version=self.expected_version
        )


class ProductRemovePage(PartConfirmPage):
    """Ask before a product is taken from the list."""

    model = Product
    noun = "product"
    whole = "outcome"
    whole_noun = "outcome"
    permission = "pilots.edit_product"
    page_title = _("Take it from the list?")
    submit_label = _("Take it away")

    def get_queryset(self) -> Any:
        """With outcome and trial."""
        return super().get_queryset().select_related("outcome__trial")

    def act(self, form: Any) -> Any:
        """Take it away."""
        outcomes.remove_product(self.object, actor=self.request.user, note=form.cleaned_data["note"])
        return self.object


ROUTES = [
    path("outcomes/", OutcomeListPage.as_view(), name="outcome_list"),
    path("outcomes/<int:pk>/", OutcomePage.as_view(), name="outcome_detail"),
    *translation_routes("outcomes", "outcome", Outcome, "pilots.translate"),
    *translation_routes(
        "outcomes/products", "product", Product, "pilots.translate", shown=("outcome", "outcome_detail")
    ),
    path("outcomes/<int:pk>/edit/", OutcomeEditPage.as_view(), name="outcome_edit"),
    path("outcomes/<int:pk>/replicate/", ReplicatePage.as_view(), name="outcome_replicate"),
    path("outcomes/<int:pk>/moves/<slug:name>/", OutcomeMovePage.as_view(), name="outcome_move"),
    path("trials/<int:pk>/outcome/new/", OutcomeCreatePage.as_view(), name="outcome_create"),
    path("outcomes/<int:pk>/products/new/", ProductCreatePage.as_view(), name="product_create"),
    path("outcomes/products/<int:pk>/edit/", ProductEditPage.as_view(), name="product_edit"),
    path("outcomes/products/<int:pk>/remove/", ProductRemovePage.as_view(), name="product_remove"),
]
NAV = [NavEntry(_("The chain"), _("Outcomes"), "outcome_list")]
