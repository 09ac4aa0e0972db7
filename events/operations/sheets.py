"""How is it said what a session sheet asks for?"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from cic.core.errors import DomainError
from cic.core.operations import edit, operation, record, remove, touch
from cic.core.permissions import require
from events.models import SheetTemplate, TemplateSection
from events.models.sessions import Session


@operation
def create_template(values: Mapping[str, Any], *, actor: Any) -> SheetTemplate:
    """Make a template without sections.

    Raises: NotAllowed; DomainError "invalid".
    """
    require(actor, "events.edit_template")
    return record(SheetTemplate(**values), actor=actor)


@operation
def edit_template(
    template: SheetTemplate, changes: Mapping[str, Any], *, actor: Any, expected_version: int | None = None
) -> SheetTemplate:
    """Rename a template, or offer it no more.

    Raises: NotAllowed; DomainError "invalid" or "stale".
    """
    require(actor, "events.edit_template", template)
    return edit(template, changes, actor=actor, expected_version=expected_version)


@operation
def add_section(*, actor: Any, template: SheetTemplate, **fields: Any) -> TemplateSection:
    """Ask for one more part.

    Raises: NotAllowed; DomainError "invalid".
    """
    require(actor, "events.edit_template", template)
    section = record(TemplateSection(template=template, **fields), actor=actor)
    touch(template, actor=actor)
    return section


@operation
def edit_section(
    section: TemplateSection, changes: Mapping[str, Any], *, actor: Any, expected_version: int | None = None
) -> TemplateSection:
    """Change what a part is called and how long it may be. Its key stays: sheets are kept by it.

    Raises: NotAllowed; DomainError "invalid" or "stale".
    """
    require(actor, "events.edit_template", section)
    for name in ("key", "template"):
        if name in changes and changes[name] != getattr(section, name):
            sentence = _("This stays as it is: sheets are kept by it.")
            raise DomainError("invalid", sentence, fields={name: [sentence]})
    changed = edit(section, changes, actor=actor, expected_version=expected_version)
    if changed.version != section.version:
        touch(section.template, actor=actor)
    return changed


@operation
def set_sections(template: SheetTemplate, rows: Sequence[Mapping[str, Any]], *, actor: Any) -> None:
    """Ask for these parts and no others, in this order, each known by its `key`: as one by one on the template's page.

    Raises: NotAllowed; DomainError "duplicate", "invalid" or "limit".
    """
    wanted = {row["key"]: {**row, "position": place} for place, row in enumerate(rows, start=1)}
    if len(wanted) < len(rows):
        sentence = _("The template has a section with this key.")
        raise DomainError("duplicate", sentence, fields={"sections": [sentence]})
    for section in template.sections.select_related("template"):
        row = wanted.pop(section.key, None)
        if row is None:
            remove_section(section, actor=actor)
        elif changes := {name: value for name, value in row.items() if getattr(section, name) != value}:
            edit_section(section, changes, actor=actor)
    for row in wanted.values():
        add_section(actor=actor, template=template, **row)


@operation
def remove_section(section: TemplateSection, *, actor: Any, note: str = "") -> None:
    """Ask no more for a part in which no sheet says anything.

    Raises: NotAllowed; DomainError "limit".
    """
    require(actor, "events.edit_template", section)
    texts = Session.objects.filter(template=section.template_id).values_list("texts", flat=True)
    if any(text.get(section.key) for text in texts):
        raise DomainError("limit", _("Sheets say something there. Rename the section instead."))
    remove(section, actor=actor, note=note)
    touch(section.template, actor=actor)
