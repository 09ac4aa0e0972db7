"""Where does a person stand: in which organisations, with which roles, in which centres?"""

from collections.abc import Collection
from dataclasses import dataclass

EVERYWHERE = None


@dataclass(frozen=True)
class Standing:
    """What holds for one person today. `roles` are pairs (role, centre id); EVERYWHERE is all centres."""

    member_of: frozenset[int] = frozenset()
    admin_of: frozenset[int] = frozenset()
    roles: frozenset[tuple[str, int | None]] = frozenset()

    def has(self, roles: Collection[str], centre_id: int | None) -> bool:
        """Whether one of `roles` holds in this centre (or everywhere)."""
        return any(role in roles and centre in (EVERYWHERE, centre_id) for role, centre in self.roles)

    def has_somewhere(self, roles: Collection[str]) -> bool:
        """Whether one of `roles` holds in any centre."""
        return any(role in roles for role, _centre in self.roles)

    def everywhere(self, roles: Collection[str]) -> bool:
        """Whether one of `roles` holds in all centres."""
        return any(role in roles and centre is EVERYWHERE for role, centre in self.roles)

    def centres(self, roles: Collection[str]) -> frozenset[int]:
        """The single centres in which one of `roles` holds."""
        return frozenset(centre for role, centre in self.roles if role in roles and centre is not None)

    def within(self, centre_ids: Collection[int]) -> "Standing":
        """The same person seen through a token limited to some centres: no other centre, no organisation."""
        return Standing(
            roles=frozenset(
                (role, centre)
                for role, held in self.roles
                for centre in centre_ids
                if held is EVERYWHERE or held == centre
            )
        )


NOBODY = Standing()
