"""What may come into the library of pictures and documents? Only what the scanner has seen, where there is one."""

from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm

from cic.core.errors import DomainError
from cic.core.scanning import require_harmless


class Checked:
    """A form whose `file` is let in when nothing harmful is found in it."""

    def full_clean(self) -> None:
        """Check the form, and then its file: Wagtail would say of one that was refused before that it has no name."""
        super().full_clean()  # type: ignore[misc]
        content = self.cleaned_data.get("file") if self.is_bound else None  # type: ignore[attr-defined]
        if content and "file" in self.changed_data:  # type: ignore[attr-defined]
            try:
                require_harmless(content)
            except DomainError as error:
                self.add_error("file", str(error))  # type: ignore[attr-defined]


class ImageForm(Checked, BaseImageForm):
    """A picture of the library."""


class DocumentForm(Checked, BaseDocumentForm):
    """A document of the library."""
