"""What does the whole of the trials look like, for whoever has to account for it?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.http.response import HttpResponseBase
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cic.core.charts import BarChart, bar_chart
from cic.core.context import NavEntry
from cic.core.formats import figure
from cic.core.models import ExportFormat
from partners.choices import Helix
from pilots.calculations.stays import stays
from pilots.choices import SDGS, IdeaState, TrialState
from pilots.models import Idea, Trial
from pilots.models.portfolio import GAINS, at_once, by_area, by_district, ideas_under, steps_of, stops_of

from .board import TRIAL_STATES
from .trials import TrialListPage

STOPS = (
    IdeaState.DECLINED, IdeaState.PARKED, IdeaState.WITHDRAWN, IdeaState.LAPSED, IdeaState.MERGED,
)  # fmt: skip
REASONS_SHOWN = 3
REASON_CHARACTERS = 240


@dataclass(frozen=True)
class Line:
    """One bar: what it is of, how much, where its records are listed, and what else its table says."""

    label: str
    value: float
    url: str = ""
    more: str = ""


@dataclass(frozen=True)
class Section:
    """One chart with its table and the sentence that says what it shows."""

    key: str
    title: str
    unit: str
    lines: Sequence[Line]
    sentence: str
    more_title: str = ""

    @property
    def chart(self) -> BarChart | None:
        """The bars; None when there is nothing to draw."""
        return bar_chart((line.label, line.value, None) for line in self.lines) if self.lines else None


class PortfolioPage(TrialListPage):
    """The trials under the list's filters, counted: each figure leads to the rows behind it."""

    template_name = "pilots/portfolio/portfolio.html"
    page_title = gettext_lazy("Portfolio")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The sections."""
        sections = list(self.sections())
        return {
            "page_title": self.page_title,
            "filterset": self.filterset,
            "form": self.filterset.form,
            "chips": list(self._chips()),
            "clear_url": self.request.path,
            "count": self.total,
            "export_url": self._address(export="csv"),
            "list_url": self._list(),
            "sections": sections,
            **kwargs,
        }

    def table_of_all(self) -> tuple[list[str], Any]:
        """Every table below one another: section, row, value, unit, remark."""
        rows = [
            (section.title, line.label, f"{line.value:g}", section.unit, line.more)
            for section in self.sections()
            for line in section.lines
        ]
        return ["section", "row", "value", "unit", "remark"], iter(rows)

    def export(self, kind: ExportFormat) -> HttpResponseBase:
        """The tables at once: they are short, however many trials there are."""
        return self.table_file(kind, "portfolio")

    def sections(self) -> Iterator[Section]:
        """Eight queries, however many trials there are."""
        known = at_once(self.found)
        self.total = known["all"]
        trials = str(_("trials"))
        areas = [Line(str(area), number, self._list(area=area.pk)) for area, number in by_area(self.found)]
        yield Section("area", _("By area"), trials, areas, self._most(areas))
        districts = [
            Line(name, number, self._list(territory=pk)) for pk, name, number in by_district(self.found)
        ]
        yield Section("district", _("By district"), trials, districts, self._most(districts))
        helices = [
            Line(str(label), known[f"helix_{key}"]) for key, label in Helix.choices if known[f"helix_{key}"]
        ]
        yield Section("helix", _("By helix of those who take part"), trials, helices, self._most(helices))
        goals = [
            Line(str(label), known[f"sdg_{goal}"], self._list(sdg=goal))
            for goal, label in SDGS
            if known[f"sdg_{goal}"]
        ]
        yield Section("sdg", _("By Sustainable Development Goal"), trials, goals, self._most(goals))
        yield self._gains(known)
        yield self._stays()
        yield self._stops()

    def _list(self, **more: Any) -> str:
        query = self.request.GET.copy()
        query.pop("export", None)
        for name, value in more.items():
            query.setlist(name, [str(value)])
        return f"{reverse('trial_list')}?{query.urlencode()}" if query else reverse("trial_list")

    def _most(self, lines: Sequence[Line]) -> str:
        """“Most are in Mobility: 12 of 40.”"""
        if not lines:
            return _("Nothing is known of this yet.")
        top = max(lines, key=lambda line: line.value)
        said = _("The most, %(count)s of %(all)s, have “%(label)s”; one trial may count in several.")
        return said % {"count": figure(top.value), "all": figure(self.total), "label": top.label}

    def _gains(self, known: dict[str, int]) -> Section:
        counted = [(gain, known[f"gain_{gain}"]) for gain in GAINS if known[f"gain_{gain}"]]
        number = sum(count for _gain, count in counted)
        lines = [Line(f"{gain:+d}" if gain else "0", count) for gain, count in counted]
        if not number:
            sentence = _("No trial has said yet at which level of readiness it ended.")
        else:
            mean = sum(gain * count for gain, count in counted) / number
            sentence = _("On average %(mean)s levels were gained by the %(count)s trials that say both.") % {
                "mean": figure(mean, 1),
                "count": figure(number),
            }
        return Section("trl", _("Levels of technology readiness gained"), str(_("trials")), lines, sentence)

    def _stays(self) -> Section:
        """How long things took, of trials whose inner workings the reader may read."""
        inside = Trial.objects.inside(self.request.user).order_by().values("pk")
        found = {row.state: row for row in stays(steps_of(self.found.filter(pk__in=inside)))}
        lines = [
            Line(str(TrialState(state).label), found[state].median_days, more=figure(found[state].count))
            for state in TRIAL_STATES
            if state in found
        ]
        if lines:
            longest = max(lines, key=lambda line: line.value)
            sentence = _("Half of all stays in “%(state)s”, the longest, lasted %(days)s days or more.") % {
                "state": longest.label, "days": figure(longest.value),
            }  # fmt: skip
        else:
            sentence = _("No trial that you may follow has changed its state yet.")
        return Section("stays", _("Median days in each state"), str(_("days")), lines, sentence, _("Stays"))

    def _stops(self) -> Section:
        """Where the ideas of the same centres and subjects stopped, with the latest reasons the reader may know."""
        cleaned = getattr(self.filterset.form, "cleaned_data", {})
        chosen = {name: cleaned.get(name) or [] for name in ("centre", "area", "territory", "sdg")}
        ideas = ideas_under(Idea.objects.inside(self.request.user), **chosen)
        met: set[int] = set()
        counts: dict[tuple[str, str], int] = {}
        reasons: dict[tuple[str, str], list[str]] = {}
        for pk, start, end, reason in stops_of(ideas, STOPS):
            if pk in met:
                continue
            met.add(pk)
            way = (start, end)
            counts[way] = counts.get(way, 0) + 1
            said = reasons.setdefault(way, [])
            short = " ".join(reason.split())[:REASON_CHARACTERS]
            if short and short not in said and len(said) < REASONS_SHOWN:
                said.append(short)
        names = dict(IdeaState.choices)
        lines = [
            Line(
                f"{names.get(start, start)} → {names.get(end, end)}",
                number,
                more=" · ".join(reasons[start, end]),
            )
            for (start, end), number in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        ]
        if lines:
            said_of = _(
                "%(all)s ideas of these centres, areas, districts and goals stopped, most often “%(way)s”: %(count)s."
            )
            sentence = said_of % {
                "all": figure(len(met)), "way": lines[0].label, "count": figure(lines[0].value),
            }  # fmt: skip
        else:
            sentence = _("No idea that you may follow has stopped.")
        return Section(
            "stops", _("Where ideas stop, and why"), str(_("ideas")), lines, sentence, _("Latest reasons")
        )


ROUTES = [path("portfolio/", PortfolioPage.as_view(), name="portfolio")]
NAV = [NavEntry(gettext_lazy("The chain"), gettext_lazy("Portfolio"), "portfolio")]
