"""Does every noun of the API keep the promises of the kernel?"""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import models

from cic.core.permissions import can
from cic.urls import ROOMS
from tests.core import resource_contract as contract

from .world import ROLES

pytestmark = pytest.mark.django_db
API = [resource for room in ROOMS for resource in room.API]
NAMES = [name for name, _viewset in API]
SIGNED_IN = 4  # session, user, standing, page
# An agreement is shown with its parties, obligations, resources and modifications: one query each, however many.
QUERIES_OF_A_RECORD = {"agreements": 8}
every_noun = pytest.mark.parametrize(("name", "viewset"), API, ids=NAMES)


def nouns_with(action):
    """The nouns that offer an action."""
    chosen = [row for row in API if row[1].permission_of(action)]
    return pytest.mark.parametrize(("name", "viewset"), chosen, ids=[name for name, _viewset in chosen])


@pytest.fixture
def staff(world):
    """Somebody who may do everything but what takes two."""
    return contract.client_of(world.users["admin"])


@every_noun
def test_list_costs_the_same_for_one_row_and_three(name, viewset, world, staff):
    world.sample(viewset.model)

    contract.check_list_cost(
        staff, name, lambda: [world.make_another(viewset.model) for _n in range(2)], SIGNED_IN
    )


@every_noun
def test_record_takes_at_most_six_queries(name, viewset, world, staff):
    address = contract.address_of(name, world.sample(viewset.model))
    assert staff.get(address).status_code == 200

    assert contract.queries_of(lambda: staff.get(address)) <= QUERIES_OF_A_RECORD.get(name, 6)


@every_noun
def test_l02_l03_unknown_parameters_and_orders_are_refused(name, viewset, world, staff):
    world.sample(viewset.model)

    contract.check_unknown_parameters(staff, name)


@every_noun
def test_every_order_walks_every_row(name, viewset, world, staff):
    world.sample(viewset.model)
    world.make_another(viewset.model)

    contract.check_orders(staff, name, list(viewset.orders()))


@every_noun
def test_list_and_record_agree(name, viewset, world, staff):
    contract.check_row_and_record_agree(staff, name, world.sample(viewset.model))


@every_noun
def test_a01_a02_hidden_rows_are_not_there(name, viewset, world):
    sample = world.sample(viewset.model)
    for role in ("anonymous", "citizen", "rival"):
        user = world.users[role]
        if not viewset.model.objects.visible_to(user or AnonymousUser()).filter(pk=sample.pk).exists():
            methods = ("GET", "HEAD", "OPTIONS", "PATCH", "DELETE")
            contract.check_hidden_is_not_there(contract.client_of(user), name, sample, methods)


@every_noun
def test_what_is_visible_may_be_read(name, viewset, world):
    sample = world.sample(viewset.model)
    for role in ROLES:
        user = world.users[role] or AnonymousUser()
        seen = viewset.model.objects.visible_to(user).filter(pk=sample.pk).exists()
        assert seen <= can(user, viewset.allowed["retrieve"], sample), role


def writer_of(world, viewset, action):
    """A client that may do `action` to the sample, and the sample."""
    sample = world.sample(viewset.model)
    return contract.client_of(world.who_may(viewset.permission_of(action), sample)), sample


@nouns_with("partial_update")
def test_r06_preconditions(name, viewset, world):
    client, sample = writer_of(world, viewset, "partial_update")

    contract.check_preconditions(client, name, sample)


@nouns_with("destroy")
def test_r06_preconditions_of_removal(name, viewset, world):
    client, sample = writer_of(world, viewset, "destroy")

    contract.check_preconditions(client, name, sample, "DELETE")


@nouns_with("partial_update")
def test_t09_kept_fields_cannot_be_edited(name, viewset, world):
    client, sample = writer_of(world, viewset, "partial_update")
    fields = dict.fromkeys(viewset.serializer_class.Meta.fields)

    contract.check_mass_assignment(client, "PATCH", contract.address_of(name, sample), fields)


@nouns_with("create")
def test_t09_kept_fields_cannot_be_sent(name, viewset, world):
    client = contract.client_of(world.who_may(viewset.permission_of("create")))
    fields = dict.fromkeys(viewset.serializer_class.Meta.fields)

    contract.check_mass_assignment(client, "POST", contract.address_of(name), fields)


def test_i10_day_that_no_calendar_can_count_on_from_is_refused_by_every_noun(world, staff):
    """Terms, reminders and limits are reckoned from days: one at the end of time broke every page that did."""
    asked, taken = 0, []
    for name, viewset in API:
        if "partial_update" not in viewset.allowed:
            continue
        record = world.sample(viewset.model)
        fields = viewset.serializer_class().fields
        for field in viewset.model._meta.concrete_fields:
            if not isinstance(field, models.DateField) or fields.get(field.name) is None:
                continue
            if fields[field.name].read_only:
                continue
            clock = "T10:00:00Z" if isinstance(field, models.DateTimeField) else ""
            for day in ("9999-12-31", "0001-01-02"):
                asked += 1
                address, sent = contract.address_of(name, record), {field.name: f"{day}{clock}"}
                if contract.send(staff, "PATCH", address, sent, if_match="*").status_code < 400:
                    taken.append((name, field.name, day))

    assert asked > 30
    assert taken == []
