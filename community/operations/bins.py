"""When may a debate come back from the bin? While its group is active."""

from typing import Any

from cic.core.bins import Restorable, register_bin

from .groups import require_active


def _group_is_active(record: Any, actor: Any) -> None:
    require_active(record.group)


register_bin({"community.debate": Restorable("group", "community.edit_debate", _group_is_active)}, {})
