"""What is filled in to set criteria, to assign, and to score?"""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cic.core.form_fields import IdsField
from partners.choices import Role
from partners.models import Appointment, Area, Centre, User
from pilots.choices import Recommendation
from pilots.models import CriteriaSet, Criterion, Evaluation, Idea
from pilots.permissions.roles import STEERING

from .fields import DayField, LenientChoiceField, TextField


class CriteriaSetForm(forms.Form):
    """A name, the centre, and whether evaluators see who proposes."""

    name = forms.CharField(label=_("Name"), max_length=150)
    centre = forms.ModelChoiceField(label=_("Centre"), queryset=Centre.objects.none())
    blind = forms.BooleanField(label=_("Evaluators do not see who proposes"), required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        centres = Centre.objects.all()
        if not user.standing.everywhere(STEERING):
            centres = centres.filter(pk__in=user.standing.centres(STEERING))
        self.fields["centre"].queryset = centres.order_by("sort_key")


class CriterionForm(forms.ModelForm):
    """One weighted question."""

    class Meta:
        model = Criterion
        fields = ("name", "help", "weight", "max_score")

    weight = forms.DecimalField(label=_("Weight"), min_value=0, max_digits=5, decimal_places=2, initial=1)


CriterionForms = forms.formset_factory(CriterionForm, extra=2, max_num=20, can_delete=True)


def evaluators_of(centre_ids: Collection[int]) -> Any:
    """People who evaluate for one of the centres."""
    held = Appointment.objects.current().filter(role=Role.EVALUATOR)
    in_centre = held.filter(centre__in=centre_ids) | held.filter(centre=None)
    return User.objects.filter(is_active=True, pk__in=in_centre.values("user_id")).order_by("name", "pk")


def set_of_calls(ideas: Any, chosen: Collection[int | str]) -> int | None:
    """The set of criteria that the calls of the chosen ideas name, if they name one."""
    calls = ideas.filter(pk__in=chosen, challenge__criteria_set__isnull=False).order_by()
    named = set(calls.values_list("challenge__criteria_set", flat=True))
    return named.pop() if len(named) == 1 else None


class SpreadForm(forms.Form):
    """Which ideas, or those of which areas; how many evaluators each; who, by which criteria, until when."""

    areas = IdsField(
        label=_("All ideas of these areas"),
        queryset=Area.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("An idea has the areas of the challenge it answers."),
    )
    ideas = IdsField(
        label=_("And these ideas"),
        queryset=Idea.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    each = forms.IntegerField(
        label=_("Evaluators for each idea"),
        min_value=1,
        max_value=10,
        initial=2,
        help_text=_("Those who have it already count."),
    )
    evaluators = IdsField(
        label=_("Among"),
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Nobody gets an idea of their own organisation, or one they declared a conflict with. The rest is given out so that all have about the same to do."
        ),
    )
    criteria_set = forms.ModelChoiceField(label=_("Criteria"), queryset=CriteriaSet.objects.none())
    due_on = DayField(label=_("Due"), required=False)

    def __init__(self, *args: Any, centre: Centre, ideas: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas = Area.objects.filter(challenges__ideas__in=ideas).distinct()
        self.fields["areas"].queryset = areas
        if not areas.exists():
            del self.fields["areas"]
        self.fields["ideas"].queryset = ideas
        self.fields["evaluators"].queryset = evaluators_of([centre.pk])
        self.fields["criteria_set"].queryset = CriteriaSet.objects.filter(centre=centre, is_current=True)

    def clean(self) -> dict[str, Any]:
        """The ideas that were named, one way or the other."""
        values = super().clean() or self.cleaned_data
        chosen = {idea.pk for idea in values.get("ideas") or ()}
        if values.get("areas"):
            of_areas = self.fields["ideas"].queryset.filter(challenge__areas__in=values["areas"])
            chosen |= set(of_areas.values_list("pk", flat=True))
        if not chosen and "ideas" not in self.errors:
            self.add_error("ideas", _("Choose an area or at least one idea."))
        return {**values, "idea_ids": sorted(chosen)}


class AssignForm(forms.Form):
    """Which ideas, to whom, by which criteria, until when. Each idea goes to each evaluator."""

    ideas = IdsField(label=_("Ideas"), queryset=Idea.objects.none(), widget=forms.CheckboxSelectMultiple)
    evaluators = IdsField(
        label=_("Evaluators"), queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    criteria_set = forms.ModelChoiceField(label=_("Criteria"), queryset=CriteriaSet.objects.none())
    due_on = DayField(label=_("Due"), required=False)

    def __init__(self, *args: Any, centre: Centre, ideas: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ideas"].queryset = ideas
        self.fields["evaluators"].queryset = evaluators_of([centre.pk])
        self.fields["criteria_set"].queryset = CriteriaSet.objects.filter(centre=centre, is_current=True)


class ScoreForm(forms.Form):
    """A score and its reason for each criterion, then the advice. Saving keeps what is there, however little."""

    def __init__(self, *args: Any, evaluation: Evaluation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = {score.criterion_id: score for score in evaluation.scores.all()}
        self.criteria = list(evaluation.criteria_set.criteria.all())
        for criterion in self.criteria:
            score = given.get(criterion.pk)
            self.fields[f"score_{criterion.pk}"] = LenientChoiceField(
                label=_("Score, 0 to %(most)s") % {"most": criterion.max_score},
                help_text=criterion.help,
                choices=[(value, str(value)) for value in range(criterion.max_score + 1)],
                coerce=int,
                empty_value=None,
                widget=forms.RadioSelect if criterion.max_score <= 10 else forms.Select,
                initial=score.score if score else None,
            )
            self.fields[f"why_{criterion.pk}"] = TextField(
                rows=2, label=_("Why"), required=False, initial=score.comment if score else ""
            )
        self.fields["recommendation"] = LenientChoiceField(
            label=_("Recommendation"),
            choices=Recommendation.choices,
            widget=forms.RadioSelect,
            initial=evaluation.recommendation,
        )
        self.fields["comment"] = TextField(
            label=_("Comment for those who decide"), required=False, initial=evaluation.comment
        )

    def changes(self) -> dict[str, Any]:
        """What the operation is given: the scores that were set, the advice and the comment."""
        values = self.cleaned_data
        scores = [
            {
                "criterion": criterion,
                "score": values[f"score_{criterion.pk}"],
                "comment": values[f"why_{criterion.pk}"],
            }
            for criterion in self.criteria
            if values.get(f"score_{criterion.pk}") is not None
        ]
        return {"scores": scores, "recommendation": values["recommendation"], "comment": values["comment"]}

    def sections(self) -> list[tuple[Any, list[Any]]]:
        """Each criterion under its name, then the advice."""
        rows = [(row.name, [self[f"score_{row.pk}"], self[f"why_{row.pk}"]]) for row in self.criteria]
        return [*rows, (_("Your advice"), [self["recommendation"], self["comment"]])]
