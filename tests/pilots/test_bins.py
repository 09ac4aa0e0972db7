"""Does what was removed come back as it was, for whoever could remove it, and only while it may?"""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone
from PIL import Image

from cic.core.bins import empty_bin, restore
from cic.core.errors import DomainError, NotAllowed
from cic.core.files import attach, detach
from cic.core.models import Attachment, AuditEntry, Job, KeptFile
from partners.models import Centre
from partners.operations.agreements import remove_party
from partners.operations.commitments import remove_commitment, remove_gift
from partners.operations.committees import remove_action
from pilots.models import Measurement, Milestone, Risk
from pilots.operations.annexes import write_annex
from pilots.operations.consortia import end_partner
from pilots.operations.idea_files import attach_to_idea, detach_from_idea
from pilots.operations.letters import remove_letter
from pilots.operations.logbook import add_photo
from pilots.operations.measurements import remove_measurement
from pilots.operations.outcomes import remove_product
from pilots.operations.trial_parts import remove_part
from tests.factories import ideas, trials
from tests.factories import partners as made

pytestmark = pytest.mark.django_db
PAGE = "/workspace/bin/"


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def removal():
    return AuditEntry.objects.filter(action__endswith=".remove").order_by("-position").first()


def labels(user):
    return [row.object_label for row in client_of(user).get(PAGE).context["rows"]]


@pytest.fixture
def trial():
    return trials.PilotFactory(running=True, monitor=None)


@pytest.fixture
def coordinator(trial):
    return made.StaffFactory(role="coordinator", centre=trial.centre)


@pytest.fixture
def milestone(trial):
    return trials.MilestoneFactory(trial=trial, external_id="gantt-7", source="gantt")


def values(row):
    return {
        field.name: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.name not in ("version", "created_at", "updated_at")
    }


def test_removed_part_comes_back_under_its_id_with_all_it_held(trial, milestone, coordinator):
    before, version = values(Milestone.objects.get()), milestone.version
    remove_part(milestone, actor=coordinator, note="By mistake")
    row = removal()
    trial.refresh_from_db()

    client = client_of(coordinator)
    assert labels(coordinator) == [str(milestone)]
    response = client.post(PAGE, {"restore": row.position})

    assert (response.status_code, response["Location"]) == (302, PAGE)
    again = Milestone.objects.get()
    assert values(again) == before
    assert again.version > version
    assert AuditEntry.objects.get(action="milestone.restore").actor == coordinator
    assert type(trial).objects.get(pk=trial.pk).version == trial.version + 1
    assert labels(coordinator) == []
    assert client.post(PAGE, {"restore": row.position}).status_code == 404


def test_nobody_else_sees_it_or_brings_it_back(trial, milestone, coordinator):
    remove_part(milestone, actor=coordinator)
    row = removal()
    strangers = [
        made.UserFactory(),
        made.PartnerFactory(),
        made.StaffFactory(role="coordinator", centre=made.CentreFactory()),
        made.StaffFactory(role="auditor"),
    ]

    for user in strangers:
        assert labels(user) == []
        assert client_of(user).post(PAGE, {"restore": row.position}).status_code == 404
        with pytest.raises(NotAllowed):
            restore(row, actor=user)
    assert Milestone.objects.count() == 0


def test_part_of_a_trial_that_is_over_stays_removed(trial, milestone, coordinator):
    remove_part(milestone, actor=coordinator)
    type(trial).objects.filter(pk=trial.pk).update(state="closed")

    response = client_of(coordinator).post(PAGE, {"restore": removal().position}, follow=True)

    assert [str(message) for message in response.context["messages"]] == [
        "This is over; it is no longer changed."
    ]
    assert Milestone.objects.count() == 0
    assert AuditEntry.objects.filter(action="milestone.restore").count() == 0


def test_part_whose_trial_is_gone_stays_removed(coordinator, trial, milestone):
    remove_part(milestone, actor=coordinator)
    row = removal()
    row.before["trial"] = 10**9

    with pytest.raises(DomainError, match="What it belonged to is no longer there."):
        restore(row, actor=coordinator)
    assert Milestone.objects.count() == 0


def test_what_was_put_in_its_place_meanwhile_is_not_overwritten(trial, milestone, coordinator):
    remove_part(milestone, actor=coordinator)
    trials.MilestoneFactory(trial=trial, external_id="gantt-7", source="gantt")

    with pytest.raises(DomainError) as refused:
        restore(removal(), actor=coordinator)

    assert refused.value.code == "invalid"
    assert Milestone.objects.filter(pk=milestone.pk).count() == 0


def test_after_thirty_days_it_is_gone(trial, milestone, coordinator):
    remove_part(milestone, actor=coordinator)
    long_ago = timezone.now() - timedelta(days=31)
    with connection.cursor() as cursor:
        cursor.execute("update core_auditentry set at = %s where action = 'milestone.remove'", [long_ago])

    assert labels(coordinator) == []
    with pytest.raises(DomainError, match="Its thirty days are over."):
        restore(removal(), actor=coordinator)


def test_promise_comes_back_while_the_text_is_open_only(coordinator):
    keeper = made.StaffFactory(role="legal", centre=made.CentreFactory())
    agreement = made.AgreementFactory(centre=keeper.appointments.get().centre)
    resource = made.ResourceFactory(agreement=agreement)
    pk = resource.pk
    remove_commitment(resource, actor=keeper)
    row = removal()
    type(agreement).objects.filter(pk=agreement.pk).update(state="signing")
    with pytest.raises(DomainError, match="The text is closed"):
        restore(row, actor=keeper)

    type(agreement).objects.filter(pk=agreement.pk).update(state="draft")
    assert restore(row, actor=keeper).pk == pk


def test_f06_removed_file_has_no_address_keeps_its_bytes_and_comes_back(
    coordinator, django_capture_on_commit_callbacks
):
    keeper = made.StaffFactory(role="legal", centre=made.CentreFactory())
    agreement = made.AgreementFactory(centre=keeper.appointments.get().centre)
    upload = SimpleUploadedFile("terms.txt", b"What was agreed.", "text/plain")
    attachment = attach(agreement, upload, actor=keeper)
    pk, stored = attachment.pk, attachment.file.name
    address = f"/files/{pk}/terms.txt"
    with django_capture_on_commit_callbacks(execute=True):
        detach(attachment, actor=keeper)
    client = client_of(keeper)
    assert client.get(address).status_code == 404
    assert default_storage.exists(stored)

    assert client.post(PAGE, {"restore": removal().position}).status_code == 302

    assert b"".join(client.get(address).streaming_content) == b"What was agreed."
    assert KeptFile.objects.count() == 0
    again = Attachment.objects.get()
    assert (again.pk, again.checksum) == (pk, attachment.checksum)


def test_f06_bytes_go_when_their_time_is_over_and_the_file_stays_removed(
    django_capture_on_commit_callbacks,
):
    keeper = made.StaffFactory(role="legal", centre=made.CentreFactory())
    agreement = made.AgreementFactory(centre=keeper.appointments.get().centre)
    upload = SimpleUploadedFile("terms.txt", b"What was agreed.", "text/plain")
    attachment = attach(agreement, upload, actor=keeper)
    stored = attachment.file.name
    detach(attachment, actor=keeper)
    assert empty_bin() == 0
    KeptFile.objects.update(until=timezone.now())

    with django_capture_on_commit_callbacks(execute=True):
        assert empty_bin() == 1

    assert not default_storage.exists(stored)
    with pytest.raises(DomainError, match="Its bytes are gone."):
        restore(removal(), actor=keeper)
    assert Attachment.objects.count() == 0


@pytest.mark.parametrize("count", [1, 3])
def test_page_costs_the_same_whatever_it_shows(trial, coordinator, count, django_assert_num_queries):
    for _number in range(count):
        remove_part(trials.RiskFactory(trial=trial), actor=coordinator)
    client = client_of(coordinator)
    with django_assert_num_queries(5):
        assert len(client.get(PAGE).context["rows"]) == count


@pytest.mark.parametrize("given", ["", "x", "9" * 30, "99"])
def test_what_is_not_in_the_bin_is_not_found(coordinator, given):
    assert client_of(coordinator).post(PAGE, {"restore": given}).status_code == 404
    assert Risk.objects.count() == 0


def coordinating(record):
    whole = getattr(record, "indicator", None) or getattr(record, "outcome", None)
    return made.StaffFactory(
        role="coordinator", centre=Centre.objects.get(pk=(whole.trial if whole else record).centre_id)
    )


def of_author(record):
    return record.idea.author


# How each comes to be, who removes it, and how.
KINDS = {
    "measurement": (lambda: trials.MeasurementFactory(state="draft"), coordinating, remove_measurement),
    "product": (trials.ProductFactory, coordinating, remove_product),
    "annex": (lambda: ideas.IdeaAnnexFactory(idea__state="draft"), of_author, lambda annex, actor: write_annex(annex.idea, "", actor=actor)),
    "letter": (ideas.LetterFactory, coordinating, remove_letter),
    "party": (made.PartyFactory, coordinating, remove_party),
    "gift": (lambda: made.ResourceGiftFactory(resource__agreement=made.AgreementFactory(in_force=True)), coordinating, remove_gift),
    "action": (made.CommitteeActionFactory, coordinating, remove_action),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_what_people_remove_comes_back_as_it_was(kind):
    make, who, take = KINDS[kind]
    record = make()
    actor, before = who(record), values(record)
    take(record, actor=actor)
    assert type(record).objects.filter(pk=before["id"]).count() == 0

    assert labels(actor) == [removal().object_label]
    assert labels(made.PartnerFactory()) == []
    assert client_of(actor).post(PAGE, {"restore": removal().position}).status_code == 302

    assert values(type(record).objects.get()) == before


def test_measurement_sent_in_meanwhile_for_the_period_is_not_doubled():
    draft = trials.MeasurementFactory(state="draft")
    actor = coordinating(draft)
    remove_measurement(draft, actor=actor)
    trials.MeasurementFactory(
        indicator=draft.indicator, period_start=draft.period_start, period_end=draft.period_end
    )

    with pytest.raises(DomainError):
        restore(removal(), actor=actor)

    assert Measurement.objects.count() == 1


def test_invitation_comes_back_unanswered_and_is_told_again():
    partner = ideas.IdeaPartnerFactory(confirmed=True, idea__state="draft")
    answering = made.PartnerFactory(organisation=partner.organisation, admin=True)
    end_partner(partner, actor=partner.idea.author)
    assert labels(answering) == []

    restore(removal(), actor=partner.idea.author)

    again = type(partner).objects.get()
    assert again.confirmed_at is None
    told = Job.objects.filter(payload__kind="pilots.partner_invited").values_list(
        "payload__user_id", flat=True
    )
    assert list(told) == [answering.pk]


def test_photograph_comes_back_alone_and_is_shown_to_whom_its_entry_is_now(trial, coordinator):
    entry = trials.LogEntryFactory(trial=trial, is_public=True)
    picture = BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "PNG")
    photo = add_photo(
        entry, SimpleUploadedFile("a.png", picture.getvalue()), actor=coordinator, description="A kerb"
    )
    client, address = client_of(coordinator), f"/workspace/trials/log/{entry.pk}/photos/{photo.pk}/remove/"
    foreign = f"/workspace/trials/log/{trials.LogEntryFactory(trial=trial).pk}/photos/{photo.pk}/remove/"
    assert address in client.get(f"/workspace/trials/{trial.pk}/log/").content.decode()
    assert (client.post(foreign).status_code, client_of(made.PartnerFactory()).get(address).status_code) == (
        404,
        404,
    )
    assert client.post(address, {"note": "A face"}).status_code == 302
    assert Attachment.objects.count() == 0
    type(entry).objects.filter(pk=entry.pk).update(is_public=False)

    client.post(PAGE, {"restore": removal().position})

    again = Attachment.objects.get()
    assert (again.pk, again.title, again.confidentiality) == (photo.pk, "A kerb", "parties")


def test_file_of_an_idea_comes_back_while_the_idea_is_open():
    idea = ideas.IdeaFactory(state="draft")
    upload = SimpleUploadedFile("plan.txt", b"The plan.", "text/plain")
    file = attach_to_idea(idea, upload, actor=idea.author)
    detach_from_idea(idea, file, actor=idea.author)
    row = removal()
    type(idea).objects.filter(pk=idea.pk).update(state="submitted")
    with pytest.raises(DomainError):
        restore(row, actor=idea.author)
    assert Attachment.objects.count() == 0

    type(idea).objects.filter(pk=idea.pk).update(state="draft")
    assert restore(row, actor=idea.author).pk == Attachment.objects.get().pk
