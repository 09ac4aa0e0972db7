"""How is the log of changes narrowed?"""

from typing import Any

import django_filters as df
from django.apps import apps
from django.utils.translation import gettext_lazy as _

from cic.core.filters import DomainFilter
from cic.core.models import AuditEntry
from cic.core.search import MAX_QUERY_LENGTH, fold, query_words
from partners.models import User
from partners.models.users import fold_address


def nouns() -> list[tuple[str, str]]:
    """What an entry may be about, as people call it, in the order of these words."""
    names = ("core", "partners", "events", "pilots", "community", "cms")
    rooms = [apps.get_app_config(room).get_models() for room in names]
    found = [(model._meta.label_lower, str(model._meta.verbose_name)) for room in rooms for model in room]
    return sorted(found, key=lambda row: fold(row[1]))


class AuditFilter(DomainFilter):
    """The log by who, what, when, on whose authority, and by the words of what changed."""

    words = df.CharFilter(method="by_words_of_entry", label=_("Words"), max_length=MAX_QUERY_LENGTH)
    noun = df.ChoiceFilter(field_name="object_type", choices=nouns, label=_("What"))
    action = df.CharFilter(method="by_action", label=_("Action"), max_length=80)
    who = df.CharFilter(method="by_person", label=_("By whom"), max_length=150)
    at = df.DateFromToRangeFilter(label=_("When"))
    authority = df.CharFilter(lookup_expr="icontains", label=_("On the authority of"), max_length=300)

    class Meta:
        model = AuditEntry
        fields = ()

    @classmethod
    def orders(cls, user: Any) -> dict[str, str]:
        """The log has one order."""
        return {"position": "position"}

    @classmethod
    def order_of_range(cls, data: Any) -> str:
        """The newest first."""
        return "-position"

    def by_words_of_entry(self, entries: Any, name: str, value: str) -> Any:
        """Entries that hold all these words, in the label, the reason or a value before or after."""
        for word in query_words(value):
            entries = entries.filter(words__contains=word)
        return entries

    def by_action(self, entries: Any, name: str, value: str) -> Any:
        """Entries of this action: the verb, or noun and verb as the log has them."""
        value = value.strip()
        return entries.filter(action=value) if "." in value else entries.filter(action__endswith=f".{value}")

    def by_person(self, entries: Any, name: str, value: str) -> Any:
        """Entries of the people with this name or address."""
        people = User.objects.all()
        if "@" in value:
            return entries.filter(actor__in=people.filter(email=fold_address(value)).values("pk"))
        asked = fold(value).split()
        # Names carry no index of words: those who ever changed anything are a short list.
        found = [
            pk for pk, said in people.values_list("pk", "name") if all(word in fold(said) for word in asked)
        ]
        return entries.filter(actor__in=found)
