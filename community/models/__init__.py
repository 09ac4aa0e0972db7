"""Everything the room stores."""

from .comments import Comment

__all__ = ["Comment"]
