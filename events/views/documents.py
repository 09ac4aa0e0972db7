"""Which documents does a session have, for whom, and who adds and removes them?"""

from typing import Any

from django.urls import path
from django.utils.translation import gettext_lazy as _

from cic.core.choices import Confidentiality
from cic.core.files import files_of
from cic.core.models import Attachment
from cic.core.views import FileRemovePage, ObjectPage
from events.forms import DocumentForm
from events.models import Session
from events.operations import documents


def documents_of(session: Session, user: Any) -> list[dict[str, Any]]:
    """The files of a session that `user` may open, as rows."""
    rows = list(Attachment.objects.about(session))
    closed = any(row.confidentiality != Confidentiality.PUBLIC for row in rows)
    inside = closed and Session.objects.inside(user).filter(pk=session.pk).exists()
    return files_of(session, user, inside=inside, among=rows)


class DocumentPage(ObjectPage):
    """Add a document to a session."""

    model = Session
    noun = "session"
    permission = "events.edit_session"
    form_class = DocumentForm
    page_title = _("Add a document")
    submit_label = _("Add the file")
    done = _("The file is added.")

    def get_queryset(self) -> Any:
        """With its event."""
        return super().get_queryset().select_related("event")

    def act(self, form: Any) -> Any:
        """Hang it on."""
        values = dict(form.cleaned_data)
        documents.attach_document(self.object, values.pop("file"), actor=self.request.user, **values)
        return self.object


class DocumentRemovePage(FileRemovePage):
    """Take a document off a session; of this one, and of no other."""

    model = Session
    noun = "session"
    permission = "events.edit_session"
    asks_reason = False

    def get_queryset(self) -> Any:
        """With its event."""
        return super().get_queryset().select_related("event")

    def act(self, form: Any) -> Any:
        """Remove it."""
        documents.detach_document(self.object, self.file, actor=self.request.user)
        return self.object


ROUTES = [
    path("sessions/<int:pk>/files/", DocumentPage.as_view(), name="session_document"),
    path(
        "sessions/<int:pk>/files/<uuid:file>/remove/",
        DocumentRemovePage.as_view(),
        name="session_document_remove",
    ),
]
