"""How does each piece of the interface look? The living page, in debug only; axe and the screenshots run on it."""

from types import SimpleNamespace
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from . import charts, samples

PAGES = {
    "pieces": "workspace/pieces.html",
    "list": "workspace/list.html",
    "detail": "workspace/pieces_detail.html",
    "form": "workspace/form.html",
    "move": "workspace/move.html",
    "my-work": "workspace/my_work.html",
    "case": "public/pieces_case.html",
}


class SampleForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(label="Title", max_length=120, help_text="As a neighbour would say it.")
    summary = forms.CharField(
        label="Summary",
        widget=forms.Textarea(attrs={"rows": 4, "data-words": 40}),
        help_text="What is tried, where, and for whom.",
    )
    method = forms.CharField(
        label="Method", widget=forms.Textarea(attrs={"rows": 3}), max_length=400, required=False
    )
    district = forms.ChoiceField(
        label="District", choices=[("", "Choose one"), ("10", "Sants-Montjuïc"), ("6", "Gràcia")]
    )
    starts_on = forms.DateField(label="Starts on", widget=forms.DateInput(attrs={"type": "date"}))
    budget_eur = forms.DecimalField(label="Budget in euros", required=False, help_text="Without VAT.")
    kind = forms.ChoiceField(
        label="Kind",
        choices=[("poc", "Proof of concept"), ("pilot", "Pilot")],
        widget=forms.RadioSelect,
        help_text="A proof of concept may come first.",
    )
    helices = forms.MultipleChoiceField(
        label="Who takes part",
        choices=[("industry", "Industry"), ("academia", "Academia"), ("civil", "Civil society")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    permit = forms.FileField(label="Permit", required=False, help_text="PDF, up to 25 MB.")
    confidential = forms.BooleanField(label="There is a confidential annex", required=False)


class SampleFilters(forms.Form):
    """The filters of the sample list."""

    search = forms.CharField(label="Search", required=False)
    state = forms.MultipleChoiceField(
        label="State",
        choices=[
            ("running", "Running"),
            ("preparing", "Preparing"),
            ("stopped", "Stopped early"),
            ("closed", "Closed"),
        ],
        required=False,
    )
    district = forms.ChoiceField(
        label="District", choices=[("", "All"), ("10", "Sants-Montjuïc"), ("6", "Gràcia")], required=False
    )
    starts_after = forms.DateField(
        label="Starts after", widget=forms.DateInput(attrs={"type": "date"}), required=False
    )
    overdue = forms.BooleanField(label="Has something overdue", required=False)


def pieces(request: HttpRequest) -> HttpResponse:
    """One page of samples, `?page=list` and so on; there is none outside debug."""
    page = request.GET.get("page", "pieces")
    if not settings.DEBUG or page not in PAGES:
        raise Http404
    return render(request, PAGES[page], _context(page))


def _context(page: str) -> dict[str, Any]:
    """Sample data for every piece; the sample pages read the same names as real ones."""
    wrong = SampleForm(
        {
            "title": "",
            "summary": "Trolleys " * 45,
            "kind": "pilot",
            "starts_on": "31/31/2026",
            "budget_eur": "N/A",
        }
    )
    filters = SampleFilters({"state": ["running", "preparing"], "district": "10"})
    record = SimpleNamespace(reference="P-2026-014", badge={"label": "Running", "tone": "progress"})
    crumbs = [{"label": "My work", "url": "#"}, {"label": "Pilots", "url": "#"}, {"label": "P-2026-014"}]
    titles = {
        "pieces": "Pieces",
        "list": "Pilots",
        "form": "Log a pilot",
        "move": "Suspend the pilot",
        "case": "Did quiet unloading work?",
    }
    return {
        "pages": list(PAGES)[1:],
        "page_title": titles.get(page, "Quiet unloading at night"),
        "title": "Quiet unloading at night",
        "crumbs": [] if page == "pieces" else crumbs[: 1 if page == "list" else 3],
        "chains": samples.CHAINS,
        "story": samples.stations("done", "done", "done", "done", "here", "ahead", with_reasons=True),
        "chain": samples.CHAINS["pilot"],
        "chain_aside": "day 96 of 180",
        "agreement": samples.AGREEMENT,
        "states": samples.STATES,
        "cards": samples.CARDS,
        "columns": samples.COLUMNS,
        "rows": samples.rows(),
        "row_template": "workspace/_pieces_row.html",
        "row_menu": True,
        "actions": [
            {"name": "assign", "label": "Give to…"},
            {"name": "archive", "label": "Archive", "style": "warn"},
        ],
        "filterset": SimpleNamespace(form=filters),
        "chips": samples.CHIPS,
        "clear_url": "?",
        "count": 1034,
        "next_url": "?page=2",
        "exports": [{"label": "CSV", "url": "?export=csv"}, {"label": "XLSX", "url": "?export=xlsx"}],
        "empty_action": {"label": "Plan one", "url": "#empty"},
        "create_url": "#",
        "create_label": "Log a pilot",
        "board": samples.BOARD,
        "entries": samples.ENTRIES,
        "terms": samples.terms(),
        "trend_line": charts.spark([67.6, 66.9, 64.8, 63.1, None, 62.9, 61.7, 61.9, 61.2]),
        "noise": samples.noise(),
        "outcome": samples.outcome(),
        "city": samples.districts(),
        "form": SampleForm() if page == "form" else wrong,
        "steps": [] if page == "move" else samples.STEPS,
        "notes": samples.NOTES,
        "files": samples.FILES,
        "people": samples.PEOPLE,
        "moves": samples.MOVES,
        "facts": samples.FACTS,
        "history": samples.HISTORY,
        "audit_url": "#",
        "edit_url": "#",
        "object": record,
        "state": {"label": "Running", "tone": "progress"},
        "next_state": {"label": "Suspended", "tone": "warn"},
        "move": {"name": "suspend", "label": "Suspend the pilot", "style": "warn"},
        "consequence": "The promoter, the monitor and the partners are told at once. The days of suspension do not count as days of the pilot.",
        "cancel_url": "#",
        "panels": samples.PANELS,
        "others": samples.OTHERS,
        "mine": samples.MINE,
        "public_nav": [
            {"label": "What is tested", "url": "#", "current": True},
            {"label": "Did it work", "url": "#"},
            {"label": "Who we work with", "url": "#"},
            {"label": "Open data", "url": "#"},
        ],
    }
