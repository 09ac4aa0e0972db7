"""When may somebody change a public case in Wagtail's editor? Together with a note that says so."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm


class CasePageForm(WagtailAdminPageForm):
    """Wagtail's form of a case. A public case is changed only together with a note that says so."""

    def clean(self) -> dict[str, Any]:
        """Ask for a correction where one is due; keep the ones already public as they are."""
        cleaned = super().clean()
        rows = self.formsets["corrections"]
        kept = [form for form in rows.forms if not rows._should_delete_form(form)]
        fresh = [form for form in kept if not form.instance.made_on and form.has_changed()]
        waiting = [form for form in kept if not form.instance.made_on and form.instance.what]
        if self.instance.live and self.has_changed() and not (fresh or waiting):
            raise ValidationError(_("This case is public. Add a correction that says what changes and why."))
        if any(form.instance.made_on and (form.has_changed() or form not in kept) for form in rows.forms):
            raise ValidationError(_("A correction that is public stays as it is. Add another one."))
        return cleaned
