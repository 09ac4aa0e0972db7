"""Is every column about a person declared, so that an export holds it and nothing outlives an account unseen?"""

import re

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models

from cic.core.personal import declared

# Columns that name people who need no account, or address nobody: said here once, with the reason.
NOT_OF_USERS = {
    "partners.Organisation.contact_email": "the organisation's public address",
    "partners.Centre.contact_email": "the office's public address",
    "partners.Party.signatory_name": "who signs for a party; in the text of the agreement",
    "partners.Party.signatory_position": "the same",
    "partners.AmendmentSignature.signatory_name": "who signs for a party; in the text of the addendum",
    "pilots.Site.address": "a place",
}
TELLING = re.compile(
    r"email|e_mail|phone|signatory|address|birth|surname|first_name|last_name|user_agent|^ip$"
)


def own_relations(model):
    """The relations of `model` itself, not of its parents, to people."""
    return {
        field.name
        for field in model._meta.get_fields()
        if getattr(field, "related_model", None) is get_user_model()
        and not field.auto_created
        and not field.many_to_many
        and field.model is model
    }


def every_model():
    return apps.get_models(include_auto_created=True)


def test_g01_every_model_that_names_a_person_is_declared_with_each_relation():
    undeclared = {
        f"{model._meta.label}.{name}"
        for model in every_model()
        for name in own_relations(model)
        if model._meta.label not in declared() or name not in declared()[model._meta.label].by
    }

    assert undeclared == set()


def test_g01_every_column_of_what_is_about_a_person_is_handed_out_or_kept_back_for_a_reason():
    undeclared, unknown = set(), set()
    for label, held in declared().items():
        if not held.whole:
            continue
        columns = {field.name for field in apps.get_model(label)._meta.concrete_fields} - {"id"}
        said = set(held.fields) | set(held.kept_back) | set(held.by)
        undeclared |= {f"{label}.{name}" for name in columns - said}
        unknown |= {f"{label}.{name}" for name in said - columns if "__" not in name and name != "pk"}

    assert (undeclared, unknown) == (set(), set())


def test_g01_every_reason_is_a_sentence_and_nothing_is_both_told_and_kept_back():
    for held in declared().values():
        assert set(held.fields) & set(held.kept_back) == set()
        assert [reason for reason in held.kept_back.values() if not reason.endswith(".")] == []


def test_g01_every_column_that_sounds_personal_is_declared_or_known_to_be_of_nobody_here():
    found = {
        f"{model._meta.label}.{field.name}"
        for model in every_model()
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.CharField | models.TextField | models.GenericIPAddressField)
        and TELLING.search(field.name)
    }
    told = {f"{label}.{name}" for label, held in declared().items() for name in held.fields}

    assert found - told == set(NOT_OF_USERS)


def test_no_secret_is_handed_out():
    told = {name for held in declared().values() for name in held.fields}

    assert {"password", "digest", "secret", "old_secret", "session_key", "key_hash"} & told == set()
