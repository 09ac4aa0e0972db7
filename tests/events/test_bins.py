"""Does what was taken off a session or a capsule come back, for who runs it and nobody else?"""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from cic.core.bins import restore
from cic.core.errors import NotAllowed
from cic.core.models import Attachment, AuditEntry
from events.models import Appearance, TemplateSection
from events.operations.appearances import remove_appearance
from events.operations.capsules import attach_material, detach_material
from events.operations.documents import attach_document, detach_document
from events.operations.sheets import remove_section
from tests.factories.events import AppearanceFactory, CapsuleFactory, SessionFactory, TemplateSectionFactory
from tests.factories.partners import CentreFactory, StaffFactory

pytestmark = pytest.mark.django_db


def removal():
    return AuditEntry.objects.filter(action__endswith=".remove").order_by("-position").first()


def picture():
    content = BytesIO()
    Image.new("RGB", (8, 8), "red").save(content, "PNG")
    return SimpleUploadedFile("plan.png", content.getvalue(), "image/png")


def test_speaker_comes_back_with_all_that_was_said_of_them():
    person = AppearanceFactory()
    coordinator = StaffFactory(role="coordinator", centre=person.session.event.centre)
    remove_appearance(person, actor=coordinator)

    with pytest.raises(NotAllowed):
        restore(removal(), actor=StaffFactory(role="coordinator", centre=CentreFactory()))
    restore(removal(), actor=coordinator)

    back = Appearance.objects.get()
    assert (back.name, back.affiliations, back.session) == (person.name, person.affiliations, person.session)


def test_section_of_a_sheet_comes_back():
    section, admin = TemplateSectionFactory(), StaffFactory(role="admin")
    remove_section(section, actor=admin)

    restore(removal(), actor=admin)

    assert TemplateSection.objects.get().key == section.key


def test_file_of_a_capsule_comes_back():
    capsule = CapsuleFactory()
    coordinator = StaffFactory(role="coordinator", centre=capsule.centre)
    file = attach_material(capsule, picture(), actor=coordinator, title="Plan")
    detach_material(capsule, file, actor=coordinator)

    restore(removal(), actor=coordinator)

    assert Attachment.objects.get().title == "Plan"


def test_document_of_a_session_comes_back_to_whom_it_was_open():
    session = SessionFactory(published=True)
    coordinator = StaffFactory(role="coordinator", centre=session.event.centre)
    file = attach_document(session, picture(), actor=coordinator, title="Plan", confidentiality="internal")
    detach_document(session, file, actor=coordinator)

    restore(removal(), actor=coordinator)

    kept = Attachment.objects.get()
    assert (kept.title, kept.confidentiality) == ("Plan", "internal")
