"""When may somebody change a public case in Wagtail's editor? Together with a note that says so."""

from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminPageForm


class CasePageForm(WagtailAdminPageForm):
    """Wagtail's form of a case. A public case is changed only together with a note that says so."""

    def is_valid(self) -> bool:
        """Whether Wagtail finds it right, and a change of a public case comes with its correction."""
        if not super().is_valid():
            return False
        refusal = self.refusal()
        if refusal:
            self.add_error(None, refusal)
        return not refusal

    def refusal(self) -> str:
        """Why this change of a public case may not be saved; empty when it may."""
        rows = self.formsets["corrections"]
        kept = [form for form in rows.forms if not rows._should_delete_form(form)]
        told = [form for form in kept if not form.instance.made_on and form.instance.what]
        if self.instance.live and self.has_changed() and not told:
            return _("This case is public. Add a correction that says what changes and why.")
        if any(form.instance.made_on and (form.has_changed() or form not in kept) for form in rows.forms):
            return _("A correction that is public stays as it is. Add another one.")
        return ""
