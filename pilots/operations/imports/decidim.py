"""How do proposals and projects of Decidim become ideas?"""

from collections.abc import Sequence

from pilots.calculations.readers import Kind, Row
from pilots.choices import IdeaState
from pilots.models import Idea

from . import words
from .upserts import upsert
from .wanted import Chunk, Wanted

KEPT_OF_IDEA = (
    "titles",
    "bodies",
    "author",
    "comments",
    "endorsements",
    "budget_eur",
    "votes",
    "scope",
    "scope_id",
    "category",
    "url",
    "process_url",
    "related",
    "published_at",
)


def apply(rows: Sequence[Row], chunk: Chunk) -> None:
    """Bring a stretch of proposals and projects in as submitted ideas, each in its own language."""
    upsert(Idea, [_idea(row, chunk) for row in rows if row.kind == Kind.IDEA], chunk, noun="idea")
    for row in rows:
        if row.kind == Kind.COMMENT:
            chunk.reject(row, "", words.NOT_IMPORTED, row.external_id)


def _idea(row: Row, chunk: Chunk) -> Wanted:
    values = row.values
    wanted = {
        "title": values["title"],
        "proposal": values["body"],
        "language": values["language"],
        "submitted_at": values["created_at"],
        "source_values": {name: values[name] for name in KEPT_OF_IDEA},
    }
    return Wanted(
        row, wanted, {"centre_id": chunk.run.centre_id, "state": IdeaState.SUBMITTED}, barred=chunk.bars_ideas
    )
