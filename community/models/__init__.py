"""Everything the room stores."""

from .comments import Comment
from .debates import Debate
from .follows import Follow
from .groups import Group, GroupMember

__all__ = ["Comment", "Debate", "Follow", "Group", "GroupMember"]
