"""Is every write whole, audited and chained?"""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from cic.core.errors import DomainError, NotAllowed
from cic.core.models import AuditEntry, AuditHead, StageChange
from cic.core.operations import edit, move, next_references, operation, record, record_many, remove
from cic.core.transitions import Move, Table
from partners.models import Organisation, User

pytestmark = pytest.mark.django_db


def anyone(user, obj):
    return True


def nobody(user, obj):
    return False


TABLE = Table(
    "organisation",
    moves=[
        Move("verify", ("pending",), "verified", anyone, needs=("country",), asks=("website",)),
        Move("suspend", ("verified",), "suspended", anyone, note_required=True),
        Move("merge", ("pending",), "merged", nobody),
        Move("reject", ("pending",), "suspended", anyone, blockers=lambda obj: ["It is still needed."]),
    ],
)


@pytest.fixture
def actor():
    return User.objects.create_user("ada@example.org", "a long enough password", name="Ada")


def a_company(actor, **fields):
    return record(Organisation(name="Mar Blau", **fields), actor=actor)


def verify_chain():
    out = StringIO()
    call_command("audit_verify", stdout=out)
    return out.getvalue().strip()


def test_record_saves_the_object_and_one_audit_entry(actor):
    company = a_company(actor, country="ES")

    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.object_id) == ("organisation.create", actor, str(company.pk))
    assert entry.after["name"] == "Mar Blau"
    assert entry.before == {}


def test_record_cleans_control_and_direction_marks_from_every_text(actor):
    company = record(
        Organisation(name="Acme\r\nBcc: x@example.org\u202egpj.exe\x00", description="one\r\ntwo\x07"),
        actor=actor,
    )

    assert company.name == "Acme Bcc: x@example.orggpj.exe"
    assert company.description == "one\ntwo"


def test_record_invalid_writes_nothing(actor):
    with pytest.raises(DomainError) as refusal:
        record(Organisation(name=""), actor=actor)

    assert (refusal.value.code, list(refusal.value.fields)) == ("invalid", ["name"])
    assert (Organisation.objects.count(), AuditEntry.objects.count()) == (0, 0)


def test_record_many_audits_each_row(actor):
    record_many([Organisation(name=f"Org {n}") for n in range(3)], actor=actor)

    assert Organisation.objects.count() == 3
    assert [entry.action for entry in AuditEntry.objects.all()] == ["organisation.import"] * 3
    assert verify_chain() == "3 rows, unbroken."


def test_edit_audits_only_what_changed_and_raises_the_version(actor):
    company = a_company(actor)

    company = edit(company, {"name": "Mar Verd", "country": ""}, actor=actor)

    entry = AuditEntry.objects.last()
    assert (entry.before, entry.after) == ({"name": "Mar Blau"}, {"name": "Mar Verd"})
    assert company.version == 2
    assert company.search_text == "mar verd"


def test_edit_without_change_writes_nothing(actor):
    company = a_company(actor)

    company = edit(company, {"name": "Mar Blau"}, actor=actor)

    assert (company.version, AuditEntry.objects.count()) == (1, 1)


@pytest.mark.parametrize("name", ["id", "version", "state", "created_at", "search_text"])
def test_edit_of_a_kept_field_is_refused(actor, name):
    company = a_company(actor)

    with pytest.raises(DomainError) as refusal:
        edit(company, {name: "verified"}, actor=actor)

    assert (refusal.value.code, list(refusal.value.fields)) == ("invalid", [name])
    assert AuditEntry.objects.count() == 1


def test_r06_edit_of_an_old_version_is_stale_and_changes_nothing(actor):
    company = a_company(actor)
    edit(company, {"name": "First"}, actor=actor, expected_version=1)

    with pytest.raises(DomainError) as refusal:
        edit(company, {"name": "Second"}, actor=actor, expected_version=1)

    assert (refusal.value.code, refusal.value.status) == ("stale", 412)
    assert Organisation.objects.get().name == "First"


def test_move_changes_the_state_and_remembers_the_stage(actor):
    company = move(
        a_company(actor, country="ES"),
        TABLE,
        "verify",
        actor=actor,
        note="Seen the deed",
        authority="Decree 3/2026",
    )

    stage = StageChange.objects.get()
    entry = AuditEntry.objects.last()
    assert company.state == "verified"
    assert (stage.from_state, stage.to_state, stage.reason, stage.authority) == (
        "pending", "verified", "Seen the deed", "Decree 3/2026",
    )  # fmt: skip
    assert (entry.action, entry.before, entry.after) == (
        "organisation.verify", {"state": "pending"}, {"state": "verified"},
    )  # fmt: skip


def test_move_takes_the_fields_it_needs(actor):
    company = move(a_company(actor), TABLE, "verify", actor=actor, changes={"country": "ES"})

    assert (company.state, company.country) == ("verified", "ES")


@pytest.mark.parametrize(
    ("name", "given", "code"),
    [
        ("suspend", {"note": "late"}, "wrong_state"),
        ("verify", {}, "incomplete"),
        ("verify", {"changes": {"name": "Other"}}, "invalid"),
        ("reject", {}, "incomplete"),
        ("merge", {}, "not_allowed"),
        ("dance", {}, "unknown_move"),
    ],
)
def test_a09_refused_move_changes_nothing(actor, name, given, code):
    company = a_company(actor)

    with pytest.raises(DomainError) as refusal:
        move(company, TABLE, name, actor=actor, **given)

    company.refresh_from_db()
    assert refusal.value.code == code
    assert (company.state, company.version, StageChange.objects.count(), AuditEntry.objects.count()) == (
        "pending", 1, 0, 1,
    )  # fmt: skip


def test_move_by_somebody_deactivated_is_not_allowed(actor):
    company = a_company(actor, country="ES")
    actor.is_active = False

    with pytest.raises(NotAllowed):
        move(company, TABLE, "verify", actor=actor)


def test_open_moves_say_what_they_wait_for(actor):
    company = a_company(actor)

    found = {row.name: row for row in TABLE.open_to(actor, company)}

    assert list(found) == ["verify", "reject"]
    assert (found["reject"].allowed, found["reject"].blockers) == (False, ("It is still needed.",))


def test_remove_keeps_label_and_values_in_the_log(actor):
    company = a_company(actor)
    pk = company.pk

    remove(company, actor=actor, note="Entered twice")

    entry = AuditEntry.objects.last()
    assert Organisation.objects.count() == 0
    assert (entry.object_id, entry.object_label, entry.before["name"], entry.note) == (
        str(pk), "Mar Blau", "Mar Blau", "Entered twice",
    )  # fmt: skip


def test_failed_inner_operation_leaves_no_entry_of_its_own(actor):
    @operation
    def both():
        a_company(actor)
        try:
            record(Organisation(name=""), actor=actor)
        except DomainError:
            record(Organisation(name="Instead"), actor=actor)

    both()

    assert [entry.object_label for entry in AuditEntry.objects.all()] == ["Mar Blau", "Instead"]
    assert verify_chain() == "2 rows, unbroken."


def test_failed_outer_operation_leaves_nothing(actor):
    @operation
    def broken():
        a_company(actor)
        raise ValueError("half-way")

    with pytest.raises(ValueError, match="half-way"):
        broken()

    assert (Organisation.objects.count(), AuditEntry.objects.count(), AuditHead.objects.count()) == (0, 0, 0)


def test_references_run_on_without_a_gap():
    first = next_references("X", 2)
    second = next_references("X")

    assert [text.rsplit("-", 1)[1] for text in first + second] == ["001", "002", "003"]


@pytest.mark.parametrize("refused", ["update", "delete"])
def test_the_log_is_append_only(actor, refused):
    a_company(actor)

    with pytest.raises(TypeError, match="append-only"):
        AuditEntry.objects.update(note="x") if refused == "update" else AuditEntry.objects.all().delete()


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (
            "UPDATE core_auditentry SET note = 'forged' WHERE position = 2",
            "Row 2 (organisation.edit of B) was altered.",
        ),
        ("DELETE FROM core_auditentry WHERE position = 2", "Row 2 is missing."),
        ("DELETE FROM core_auditentry WHERE position = 3", "Rows after 2 are missing."),
    ],
)
def test_audit_verify_finds_damage(actor, damage, sentence):
    company = a_company(actor)
    edit(company, {"name": "B"}, actor=actor)
    edit(company, {"name": "C"}, actor=actor)
    assert verify_chain() == "3 rows, unbroken."
    with connection.cursor() as cursor:
        cursor.execute(damage)

    with pytest.raises(CommandError) as found:
        call_command("audit_verify")

    assert str(found.value) == sentence
