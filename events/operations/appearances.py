"""How is it said who speaks and who moderates?"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from cic.core.errors import DomainError
from cic.core.operations import edit, lock, operation, record, remove, touch
from cic.core.permissions import require
from cic.core.texts import clean_text
from events.models import Appearance
from events.models.sessions import Session

from .sessions import require_writing

MOST_AFFILIATIONS = 10
LINKS = ("organisations",)


def _lines(values: Mapping[str, Any]) -> dict[str, Any]:
    """`values` with affiliations as a list of lines.

    Raises: DomainError "invalid".
    """
    if "affiliations" not in values:
        return dict(values)
    given = values["affiliations"]
    if not isinstance(given, list) or not all(isinstance(line, str) for line in given):
        sentence = _("Give a list of texts.")
        raise DomainError("invalid", sentence, fields={"affiliations": [sentence]})
    lines = [line for text in given if (line := clean_text(text, multiline=False))]
    if len(lines) > MOST_AFFILIATIONS or any(len(line) > 200 for line in lines):
        sentence = _("At most ten affiliations of 200 characters.")
        raise DomainError("invalid", sentence, fields={"affiliations": [sentence]})
    return {**values, "affiliations": lines}


@operation
def add_appearance(*, actor: Any, session: Session, **fields: Any) -> Appearance:
    """Name somebody who speaks or moderates.

    Raises: NotAllowed; DomainError "wrong_state" or "invalid".
    """
    fresh = lock(session)
    require(actor, "events.write_sheet", fresh)
    require_writing(fresh, actor)
    values = _lines(fields)
    plain = {name: value for name, value in values.items() if name not in LINKS}
    if "position" not in plain:
        plain["position"] = fresh.appearances.count() + 1
    person = record(Appearance(session=fresh, **plain), actor=actor)
    links = {name: values[name] for name in LINKS if values.get(name)}
    if links:
        person = edit(person, links, actor=actor, action="link")
    touch(fresh, actor=actor)
    return person


@operation
def edit_appearance(
    person: Appearance, changes: Mapping[str, Any], *, actor: Any, expected_version: int | None = None
) -> Appearance:
    """Change how somebody is named.

    Raises: NotAllowed; DomainError "wrong_state", "invalid" or "stale".
    """
    require(actor, "events.edit_part", person)
    require_writing(lock(person.session), actor)
    if "session" in changes and changes["session"] != person.session:
        sentence = _("It stays with its session.")
        raise DomainError("invalid", sentence, fields={"session": [sentence]})
    changed = edit(person, _lines(changes), actor=actor, expected_version=expected_version)
    if changed.version != person.version:
        touch(person.session, actor=actor)
    return changed


@operation
def remove_appearance(person: Appearance, *, actor: Any, note: str = "") -> None:
    """Take somebody off the list.

    Raises: NotAllowed; DomainError "wrong_state".
    """
    require(actor, "events.edit_part", person)
    require_writing(lock(person.session), actor)
    remove(person, actor=actor, note=note)
    touch(person.session, actor=actor)
