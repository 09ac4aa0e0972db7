"""Which records of the tracker may an editor put into a page? Those that anybody may read, and no others."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.views.generic import chooser as views
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.widgets import BaseChooser
from wagtail.blocks import ChooserBlock

from cms.facts import ANYONE
from partners.models import Centre
from pilots.models import Challenge, Indicator, Trial


class WordsForm(BaseFilterForm):
    """The box above the list."""

    q = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=200)

    def filter(self, objects: Any) -> Any:
        """The records that hold the words; an indicator is found by those of its trial."""
        text = self.cleaned_data.get("q", "").strip()
        if text:
            self.is_searching, self.search_query = True, text
            if hasattr(objects, "search"):
                objects = objects.search(text)
            else:
                trials = Trial.objects.visible_to(ANYONE).search(text).order_by().values("pk")
                objects = objects.filter(name__icontains=text) | objects.filter(trial__in=trials)
        return super().filter(objects)


class Chosen(views.ChosenView):
    """The record taken from the list."""

    def get_object(self, pk: Any) -> Any:
        """Only a public one: an id that was typed tells nothing."""
        return self.model_class.objects.visible_to(ANYONE).get(
            pk=int(str(pk)[:18]) if str(pk).isdecimal() else 0
        )


class ChosenMultiple(views.ChosenMultipleView):
    """Several records taken from the list."""

    def get_objects(self, pks: list[str]) -> Any:
        """Only public ones."""
        return self.model_class.objects.visible_to(ANYONE).filter(
            pk__in=[int(pk[:18]) for pk in pks if pk.isdecimal()]
        )


class PublicChooser(BaseChooser):
    """The field that holds a chosen record."""

    show_edit_link = False

    def get_display_title(self, instance: Any) -> str:
        """Its name, unless it has gone from the public since."""
        if not type(instance).objects.visible_to(ANYONE).filter(pk=instance.pk).exists():
            return _("No longer public")
        trial = getattr(instance, "trial", None)
        return f"{trial.reference} · {instance}" if trial else str(instance)


class PublicRecordBlock(ChooserBlock):
    """A public record in a page. One that is withdrawn later stays chosen, and is not shown."""

    @property
    def field(self) -> forms.ModelChoiceField:
        """Takes what is public now."""
        return forms.ModelChoiceField(
            queryset=self.model_class.objects.visible_to(ANYONE), widget=self.widget, required=self._required,
            help_text=self._help_text,
            error_messages={"invalid_choice": _("This is no longer public. Choose another, or take it away.")},
        )  # fmt: skip


class PublicRecords(ChooserViewSet):
    """Choose among the public records of one kind, newest first."""

    icon = "link"
    choose_one_text = gettext_lazy("Choose")
    choose_another_text = gettext_lazy("Choose another")
    chosen_view_class = Chosen
    chosen_multiple_view_class = ChosenMultiple
    base_widget_class = PublicChooser
    base_block_class = PublicRecordBlock
    register_widget = False

    def get_object_list(self) -> Any:
        """What anybody may read."""
        found = self.model.objects.visible_to(ANYONE).order_by("-pk")
        return found.select_related("trial") if self.model is Indicator else found


def records(model: Any, name: str) -> PublicRecords:
    """The chooser of one kind."""
    listed = type("Listed", (views.ChooseView,), {"filter_form_class": WordsForm})
    results = type("Results", (views.ChooseResultsView,), {"filter_form_class": WordsForm})
    return PublicRecords(
        f"choose-{name}", model=model, choose_view_class=listed, choose_results_view_class=results,
        page_title=model._meta.verbose_name,
    )  # fmt: skip


TRIALS, CHALLENGES = records(Trial, "trial"), records(Challenge, "challenge")
CENTRES, INDICATORS = records(Centre, "centre"), records(Indicator, "indicator")
CHOOSERS = (TRIALS, CHALLENGES, CENTRES, INDICATORS)

TrialBlock = TRIALS.get_block_class("TrialBlock", "cms.choosers")
ChallengeBlock = CHALLENGES.get_block_class("ChallengeBlock", "cms.choosers")
CentreBlock = CENTRES.get_block_class("CentreBlock", "cms.choosers")
IndicatorBlock = INDICATORS.get_block_class("IndicatorBlock", "cms.choosers")
