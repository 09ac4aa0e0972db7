"""Does the demonstration have a page of every kind that editors write, in each language, once?"""

from urllib.parse import urlsplit

from django.core.management import call_command
from wagtail.models import Page

from cms.models import CallPage, CasePage, CentrePage, SectionPage, StoryPage, TextPage
from tests.factories.cms import make_world
from tests.factories.partners import StaffFactory

WRITTEN = {StoryPage: 1, CallPage: 2, SectionPage: 1, CentrePage: 1}
LANGUAGES = {"ca", "es", "en", "fr"}


def test_demonstration_shows_every_kind_of_page_in_each_language_and_only_once(site, client):
    before = set(Page.objects.values_list("pk", flat=True))
    make_world("Quiet unloading", state="closed")
    StaffFactory(role="editor")
    StaffFactory(role="coordinator")

    call_command("cms_demo", verbosity=0)
    made = Page.objects.exclude(pk__in=before)
    count = made.count()
    call_command("cms_demo", verbosity=0)

    assert made.count() == count == 29
    assert CasePage.objects.live().count() == 1
    for model, each in WRITTEN.items():
        pages = model.objects.all()
        assert pages.count() == each * len(LANGUAGES)
        assert {page.locale.language_code for page in pages} == LANGUAGES
        assert pages.values("translation_key").distinct().count() == each
    assert TextPage.objects.exclude(pk__in=before).count() == 2 * len(LANGUAGES)
    statuses = {client.get(urlsplit(page.get_url()).path).status_code for page in made}
    assert statuses == {200}
