"""Do the sets that the catalogue counts with say what the database says, whatever was changed since they were read?"""

import pytest
from django.core.cache import cache, caches

from cic.core.operations import edit, record, remove
from cms.facts import index
from partners.operations import organisations
from pilots.models import Outcome, Site, TrialPartner
from pilots.operations import trials as operations
from tests.factories.partners import AreaFactory, OrganisationFactory, StaffFactory, TerritoryFactory
from tests.factories.trials import OutcomeFactory, PilotFactory, SiteFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh():
    """What one test read is not the next one's."""
    cache.clear()
    caches["shared"].clear()
    yield
    cache.clear()


def told(found):
    """All that an index says, in one order."""
    sets = {key: trials for key, trials in found.sets.items() if trials}
    return (
        found.everyone,
        sets,
        sorted(zip(*found.places, strict=True)),
        sorted(zip(*found.links, strict=True)),
    )


def read_anew():
    """What stands in the database, whatever was kept."""
    return told(index._built(index.Index()))


@pytest.fixture
def pilot():
    """A public pilot with a place, an area and an outcome, another one, and an audit chain that has begun."""
    PilotFactory(publication="public", started_on="2024-03-01", sdgs=[3, 13])
    pilot = PilotFactory(
        publication="public", state="evaluated", trl_in=5, trl_out=7, promoter=OrganisationFactory()
    )
    SiteFactory(trial=pilot, territory=TerritoryFactory(), latitude="41.410000", longitude="2.150000")
    OutcomeFactory(trial=pilot, publication="public")
    edit(pilot, {"areas": [AreaFactory()]}, actor=None)
    index.current()
    return pilot


def take_back(pilot):
    """It is public no more."""
    operations.move_trial(pilot, "withdraw_publication", actor=StaffFactory(), note="A mistake")


def describe(pilot):
    """Other goals, areas and levels."""
    edit(pilot, {"sdgs": [11], "trl_out": 8, "areas": [AreaFactory(), AreaFactory()]}, actor=None)


def add_place(pilot):
    """A second place."""
    site = Site(
        trial=pilot, name="Port", territory=TerritoryFactory(), latitude="41.370000", longitude="2.190000"
    )
    record(site, actor=None)


def move_place(pilot):
    """Its place lies elsewhere."""
    edit(pilot.sites.get(), {"latitude": "41.300000", "territory": TerritoryFactory()}, actor=None)


def remove_place(pilot):
    """It has no place."""
    remove(pilot.sites.get(), actor=None)


def judge(pilot):
    """Another verdict."""
    edit(Outcome.objects.get(trial=pilot), {"verdict": "not_adopted"}, actor=None)


def join(pilot):
    """A partner of another helix."""
    firm = OrganisationFactory(helix="academia")
    record(TrialPartner(trial=pilot, organisation=firm), actor=None)


def reclassify(pilot):
    """Its promoter is of another helix."""
    edit(pilot.promoter, {"helix": "civil_society"}, actor=None)


def merge(pilot):
    """Its promoter goes on under another name."""
    organisations.merge_organisations(pilot.promoter, OrganisationFactory(state="verified"), actor=None)


def redraw(pilot):
    """A neighbourhood belongs to another district."""
    edit(pilot.sites.get().territory, {"name": "Renamed"}, actor=None)


@pytest.mark.parametrize(
    "change",
    [take_back, describe, add_place, move_place, remove_place, judge, join, reclassify, merge, redraw],
    ids=lambda change: change.__name__,
)
def test_every_change_is_in_the_sets_at_the_next_look(pilot, change):
    change(pilot)

    assert told(index.current()) == read_anew()


def test_what_changed_nothing_that_counts_costs_one_query_more(pilot, django_assert_num_queries):
    with django_assert_num_queries(1):
        index.current()
    edit(pilot, {"method": "Counted by hand"}, actor=None)
    with django_assert_num_queries(4):  # the end of the chain, what was written, and the trial with its parts
        index.current()
    with django_assert_num_queries(1):
        index.current()


def test_sets_of_another_chain_are_not_believed(pilot):
    known = cache.get(index.KEY)
    known.mark, known.everyone = "0" * 64, 0
    cache.set(index.KEY, known)

    assert told(index.current()) == read_anew()


def test_a_process_that_starts_goes_on_from_what_was_handed_on(pilot, django_assert_num_queries):
    index.hand_on()
    describe(pilot)
    cache.clear()

    with django_assert_num_queries(5):  # as after any change, and what lies there
        found = index.current()

    assert told(found) == read_anew()


def test_more_changes_than_are_followed_are_read_as_a_whole(pilot, monkeypatch):
    monkeypatch.setattr(index, "MOST_CHANGES", 2)
    for _n in range(3):
        describe(pilot)

    assert told(index.current()) == read_anew()


def test_a_set_holds_the_ids_it_was_made_of():
    ids = [1, 7, 8, 9_000, 123_456]

    assert [pk for pk in range(200_000) if index.bits_of(ids) >> pk & 1] == ids
