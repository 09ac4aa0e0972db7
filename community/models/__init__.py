"""Everything the room stores."""

from .comments import Comment
from .follows import Follow

__all__ = ["Comment", "Follow"]
