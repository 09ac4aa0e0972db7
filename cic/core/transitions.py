"""Which moves are there, from where to where, for whom, and what must be filled in first?"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from .errors import DomainError
from .permissions import Who

Blockers = Callable[[Any], Sequence[str]]


def no_blockers(obj: Any) -> Sequence[str]:
    """Nothing stands in the way."""
    return ()


@dataclass(frozen=True)
class Move:
    """One row: `name` leads from `from_states` to `to_state` for `who`, once `needs` are filled in.

    `asks` are further fields the move may set; `sets` are those that only the operation behind it sets,
    such as a date; `blockers` returns the sentences of "cannot … because".
    """

    name: str
    from_states: tuple[str, ...]
    to_state: str
    who: Who
    needs: tuple[str, ...] = ()
    label: Any = ""
    asks: tuple[str, ...] = ()
    blockers: Blockers = no_blockers
    note_required: bool = False
    style: str = ""  # "primary", "warn" or ""
    sets: tuple[str, ...] = ()


@dataclass(frozen=True)
class OpenMove:
    """A move as a person sees it: offered, and if closed, what it waits for."""

    name: str
    label: str
    blockers: tuple[str, ...]
    style: str = ""
    needs: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    note_required: bool = False
    note_is_public: bool = False

    @property
    def allowed(self) -> bool:
        """Whether nothing stands in the way."""
        return not self.blockers


@dataclass(frozen=True)
class Table:
    """All moves of one noun along one field, and what partners and citizens call each state."""

    noun: str
    moves: Sequence[Move]
    field: str = "state"
    public_labels: Mapping[Any, Any] = dataclasses.field(default_factory=dict)
    note_is_public: bool = False  # the reason of a move is told on the public page
    tones: Mapping[Any, str] = dataclasses.field(default_factory=dict)  # neutral, progress, good, warn, stop

    def find(self, name: str) -> Move:
        """The row called `name`.

        Raises: DomainError "unknown_move".
        """
        for row in self.moves:
            if row.name == name:
                return row
        raise DomainError("unknown_move", _("There is no move called “%(name)s”.") % {"name": name})

    def open_to(self, user: Any, obj: Any) -> list[OpenMove]:
        """The moves from the object's present state that `user` may make, closed ones with their reasons."""
        state = getattr(obj, self.field)
        return [
            OpenMove(
                name=row.name,
                label=str(row.label or row.name.replace("_", " ").capitalize()),
                blockers=tuple(str(text) for text in row.blockers(obj)),
                style=row.style,
                needs=tuple(name for name in row.needs),
                asks=row.asks,
                note_required=row.note_required,
                note_is_public=self.note_is_public,
            )
            for row in self.moves
            if state in row.from_states and user.is_authenticated and user.is_active and row.who(user, obj)
        ]

    def badge(self, obj: Any, *, public: bool = False) -> dict[str, str]:
        """The object's state as word and tone; `public` takes the label that partners and citizens see."""
        state = getattr(obj, self.field)
        label = self.public_labels.get(state) if public else None
        return {
            "label": str(label or getattr(obj, f"get_{self.field}_display")()),
            "tone": self.tones.get(state, "neutral"),
        }

    def states(self) -> set[str]:
        """Every state some move leads to or from."""
        return {state for row in self.moves for state in (*row.from_states, row.to_state)}
