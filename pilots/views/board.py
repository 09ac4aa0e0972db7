"""Where does everything stand? Trials or ideas by state in columns, in lanes, and moved from there."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.db.models import Count, F, Q, Window
from django.db.models.functions import DenseRank
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from cic.core.context import NavEntry
from cic.core.errors import DomainError
from cic.core.permissions import can
from cic.core.transitions import Move, Table
from cic.core.views import WorkspacePage
from partners.choices import READING_ROLES
from partners.models import Centre, Territory, User
from pilots.choices import IdeaState, TrialState
from pilots.filters.trials import NONE
from pilots.models import Idea, Trial
from pilots.models.chains import stations_of
from pilots.models.portfolio import with_district
from pilots.operations import ideas, trials
from pilots.transitions.ideas import IDEA
from pilots.transitions.trials import table_of

from .ideas import IdeaListPage
from .trials import DECISIONS, TrialListPage

SHOWN = 20
LANES_SHOWN = 6
# The columns of both kinds of trial, from the plan to the end.
TRIAL_STATES = (
    "planned", "preparing", "ready", "running", "paused", "suspended", "finished", "ended", "stopped", "evaluated",
    "go", "pivot", "closed", "no_go", "abandoned", "cancelled",
)  # fmt: skip
LANES: dict[str, tuple[Any, Any, str]] = {  # key: label, what it is by, the list's filter
    "centre": (_("Centre"), F("centre_id"), "centre"),
    "district": (_("District"), F("district"), "territory"),
    "monitor": (_("Monitor"), F("monitor_id"), "monitor"),
}


class _Board(ABC):
    """What the boards of trials and ideas share: the list's rows and filters, laid out by state."""

    template_name = "pilots/board/board.html"
    states: ClassVar[tuple[str, ...]]
    of: ClassVar[str]
    lanes: ClassVar[tuple[str, ...]]
    columns = ()
    export_columns = ()
    create_permission = ""

    @abstractmethod
    def table_for(self, card: Any) -> Table:
        """The table a card walks."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The lanes with their columns, the switches, and the list that shows the same."""
        by = self.request.GET.get("lanes", "")
        self.by = by if by in self.open_lanes() else ""
        counts = self._counts()
        chips = list(self._chips())
        self.form_of_filters()
        keys, earlier, later = self._page_of_lanes({lane for _state, lane in counts})
        cards = self._cards(keys)
        names = self._names(keys)
        states = self._states_shown(counts, cards)
        lanes = [
            {
                "key": key,
                "label": names.get(key, gettext("None given")) if self.by else "",
                "count": sum(number for (_state, lane), number in counts.items() if lane == key),
                "columns": [self._column(state, key, counts, cards) for state in states],
            }
            for key in keys
        ]
        return {
            "page_title": _("Board"),
            "filterset": self.filterset,
            "form": self.filterset.form,
            "chips": chips,
            "clear_url": f"{self.request.path}?{urlencode(self._own())}"
            if self._own()
            else self.request.path,
            "count": self.found.count() if self.by == "district" else sum(counts.values()),
            "lanes": lanes,
            "switches": self._switches(),
            "previous_url": self._address(lane_page=earlier) if earlier is not None else "",
            "next_url": self._address(lane_page=later) if later is not None else "",
            "list_url": self._list_url(),
            "query": self.request.GET.urlencode(),
            "of": self.of,
            **kwargs,
        }

    def form_of_filters(self) -> None:
        """Let the filters' form keep what the board itself was asked."""
        for name, value in self._own().items():
            self.filterset.form.fields[name] = forms.CharField(
                widget=forms.HiddenInput, initial=value, required=False
            )

    def open_lanes(self) -> tuple[str, ...]:
        """The lanes this reader may ask for."""
        return self.lanes

    def _own(self) -> dict[str, str]:
        own = {"of": self.of if self.of != "trials" else "", "lanes": self.by}
        return {name: value for name, value in own.items() if value}

    def _laned(self) -> Any:
        """The rows found, each with its `lane`; one in two districts twice."""
        rows = self.found.order_by()
        if self.by == "district":
            rows = with_district(rows)
        return rows.annotate(lane=LANES[self.by][1] if self.by else F("centre_id") * 0)

    def _counts(self) -> dict[tuple[str, Any], int]:
        """How many there are by state and lane; one query."""
        rows = self._laned().values("state", "lane")
        return {
            (row["state"], row["lane"]): row["number"]
            for row in rows.annotate(number=Count("pk", distinct=True))
        }

    def _page_of_lanes(self, found: set[Any]) -> tuple[list[Any], int | None, int | None]:
        keys = sorted(found, key=lambda key: (key is None, key or 0)) or [None]
        text = self.request.GET.get("lane_page", "")
        first = int(text[:6]) * LANES_SHOWN if text.isdecimal() else 0
        page = first // LANES_SHOWN
        shown = keys[first : first + LANES_SHOWN]
        return shown, page - 1 if page else None, page + 1 if len(keys) > first + LANES_SHOWN else None

    def _names(self, keys: Iterable[Any]) -> dict[Any, str]:
        model: Any = {"centre": Centre, "district": Territory, "monitor": User}.get(self.by)
        if model is None:
            return {}
        wanted = [key for key in keys if key]
        # What may not be read by its name keeps its number: the cards in it may be read all the same.
        numbers = {key: f"{LANES[self.by][0]} {key}" for key in wanted}
        seen = model.objects.visible_to(self.request.user).filter(pk__in=wanted)
        return numbers | {row.pk: str(row) for row in seen}

    def _cards(self, keys: list[Any]) -> dict[tuple[str, Any], list[Any]]:
        """The newest of each column and lane, with what a card shows."""
        wanted = Q(lane__in=[key for key in keys if key is not None])
        if None in keys:
            wanted |= Q(lane=None)
        rank = Window(DenseRank(), partition_by=[F("state"), F("lane")], order_by=F("pk").desc())
        rows = self._laned().filter(wanted).annotate(place=rank)
        places = sorted(
            set(rows.filter(place__lte=SHOWN).values_list("state", "lane", "pk")), key=lambda row: -row[2]
        )
        by_pk = self.rows(self.get_queryset()).in_bulk({pk for _state, _lane, pk in places})
        self.prepare(list(by_pk.values()))
        for card in by_pk.values():
            card.stations = stations_of(card)
            card.moves = list(self._moves(card))
            card.url = reverse(f"{self.noun}_detail", args=[card.pk])
            card.meta = self.meta_of(card)
        cards: dict[tuple[str, Any], list[Any]] = {}
        for state, lane, pk in places:
            cards.setdefault((state, lane), []).append(by_pk[pk])
        return cards

    def prepare(self, cards: list[Any]) -> None:  # noqa: B027  where the menus ask nothing, nothing is to do
        """Ask at once what the menus of all cards need to know."""

    @abstractmethod
    def meta_of(self, card: Any) -> str:
        """The line under a card's title."""

    def _moves(self, card: Any) -> Iterable[dict[str, Any]]:
        """Where a card may go; what stands in the way is said when it is tried, not asked for every card."""
        user = self.request.user
        for move in self.table_for(card).moves:
            if card.state in move.from_states and move.who(user, card):
                yield {
                    "name": move.name,
                    "label": move.label,
                    "to": move.to_state,
                    "url": self.page_of(card, move),
                }

    def page_of(self, card: Any, move: Move) -> str:
        """The page that asks for what the move needs; empty when it needs nothing."""
        asks = move.needs or move.asks or move.note_required
        return reverse(f"{self.noun}_move", args=[card.pk, move.name]) if asks else ""

    def _states_shown(self, counts: dict[tuple[str, Any], int], cards: dict[Any, list[Any]]) -> list[str]:
        """The states something is in or may go to, in the order of the chain."""
        used = {state for state, _lane in counts}
        used |= {move["to"] for row in cards.values() for card in row for move in card.moves}
        return [state for state in self.states if state in used]

    def _column(
        self, state: str, lane: Any, counts: dict[tuple[str, Any], int], cards: dict[Any, list[Any]]
    ) -> dict[str, Any]:
        count = counts.get((state, lane), 0)
        return {
            "key": state,
            "label": self.label_of(state),
            "tone": self.tones.get(state, "neutral"),
            "count": count,
            "cards": cards.get((state, lane), []),
            "more_url": self._list_url(state=state, lane=lane) if count > SHOWN else "",
            "list_url": self._list_url(state=state, lane=lane),
        }

    def _list_url(self, *, state: str = "", lane: Any = None) -> str:
        """The list of the same rows, with the same filters."""
        query = self.request.GET.copy()
        for name in ("of", "lanes", "lane_page"):
            query.pop(name, None)
        if state:
            query.setlist("state", [state])
        if state and self.by:
            query.setlist(LANES[self.by][2], [NONE if lane is None else str(lane)])
        address = reverse(f"{self.noun}_list")
        return f"{address}?{query.urlencode()}" if query else address

    def _switches(self) -> list[dict[str, Any]]:
        """Trials or ideas; in which lanes."""
        kinds = [("trials", _("Trials")), ("ideas", _("Ideas"))]
        none = [("", _("No lanes"))]
        lanes = [(key, LANES[key][0]) for key in self.open_lanes()]
        here = reverse("board")
        return [
            {
                "label": _("Show"),
                "links": [
                    {
                        "label": label,
                        "url": here if key == "trials" else f"{here}?of={key}",
                        "current": key == self.of,
                    }
                    for key, label in kinds
                ],
            },
            {
                "label": _("Lanes"),
                "links": [
                    {
                        "label": label,
                        "url": self._address(lanes=key or None, lane_page=None),
                        "current": key == self.by,
                    }
                    for key, label in none + lanes
                ],
            },
        ]


class TrialBoard(_Board, TrialListPage):
    """Trials by state."""

    states, of = TRIAL_STATES, "trials"
    lanes = ("centre", "district", "monitor")

    def open_lanes(self) -> tuple[str, ...]:
        """Who monitors what is told to the city's staff only."""
        closed = () if can(self.request.user, "pilots.view_monitor") else ("monitor",)
        return tuple(name for name in self.lanes if name not in closed)

    def prepare(self, cards: list[Any]) -> None:
        """In which of them the reader takes part: one query instead of one for each card."""
        user = self.request.user
        own = set(
            Trial.objects.of(user).filter(pk__in=[card.pk for card in cards]).values_list("pk", flat=True)
        )
        for card in cards:
            card.__dict__["_taking_part"] = {user.pk: card.pk in own}

    def table_for(self, card: Any) -> Table:
        """By its kind."""
        return table_of(card)

    def page_of(self, card: Any, move: Move) -> str:
        """A decision is recorded on its own page."""
        if move.name in DECISIONS:
            return reverse("trial_decide", args=[card.pk])
        return super().page_of(card, move)

    def meta_of(self, card: Any) -> str:
        """Who promotes it."""
        return str(card.promoter or "")

    def label_of(self, state: str) -> Any:
        """The state in the words of whoever reads."""
        words = TrialState(state).label
        return (
            words
            if can(self.request.user, "pilots.view_monitor")
            else self.table.public_labels.get(state, words)
        )

    @property
    def tones(self) -> Any:
        """The shapes of the states."""
        return self.table.tones


class IdeaBoard(_Board, IdeaListPage):
    """Ideas by state."""

    states, of, lanes = tuple(IdeaState.values), "ideas", ("centre",)

    def table_for(self, card: Any) -> Table:
        """There is one."""
        return IDEA

    def meta_of(self, card: Any) -> str:
        """Who proposes it."""
        return str(card.organisation or "")

    def label_of(self, state: str) -> Any:
        """The state in the words of whoever reads."""
        staff = self.request.user.standing.has_somewhere(READING_ROLES)
        words = IdeaState(state).label
        return words if staff else IDEA.public_labels.get(state, words)

    @property
    def tones(self) -> Any:
        """The shapes of the states."""
        return IDEA.tones


BOARDS = {"trials": TrialBoard, "ideas": IdeaBoard}


class BoardPage(View):
    """The board of what the address asks for."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Trials, unless ideas are asked for."""
        board: Any = BOARDS.get(request.GET.get("of", ""), TrialBoard)
        return board.as_view()(request, *args, **kwargs)


class BoardMove(WorkspacePage, View):
    """One card, moved from the board. A refusal is said there, and the card stays where it was."""

    walks: ClassVar[dict[str, tuple[Any, Any]]] = {
        "trials": (Trial, trials.move_trial),
        "ideas": (Idea, ideas.move_idea),
    }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Make the move and return to the board."""
        found = self.walks.get(request.POST.get("of", ""))
        card, name = request.POST.get("card", ""), request.POST.get("move", "")
        if found is None or not card.isdecimal():
            raise Http404
        model, walk = found
        obj = get_object_or_404(model.objects.visible_to(request.user), pk=int(card[:18]))
        try:
            walk(obj, name[:40], actor=request.user)
        except DomainError as error:
            said = gettext("%(card)s stays where it is. %(reason)s")
            messages.error(request, said % {"card": obj.reference, "reason": error.detail})
        else:
            messages.success(request, gettext("%(card)s was moved.") % {"card": obj.reference})
        query = QueryDict(request.POST.get("query", "")[:4000])
        return redirect(f"{reverse('board')}?{query.urlencode()}" if query else reverse("board"))


ROUTES = [
    path("board/", BoardPage.as_view(), name="board"),
    path("board/move/", BoardMove.as_view(), name="board_move"),
]
NAV = [NavEntry(_("The chain"), _("Board"), "board")]
