"""Does each text in another language than its page say so, wherever it stands (WCAG 3.1.2), and do attributes stay whole?"""

import pytest
from bs4 import BeautifulSoup, NavigableString
from django.core.cache import cache
from django.test import Client
from wagtail.models import Locale

from cms.models import NewsPage, TextPage
from cms.operations import cases as operations
from cms.operations.case_languages import translate_case
from community.models import Debate, Group
from events.models import Capsule, Event, Session
from partners.choices import Role
from partners.models import Agreement, Centre
from pilots.models import Challenge, Idea, Outcome, Trial
from tests.crawling import public_pages
from tests.factories.cms import StoryPageFactory, case_of, make_world, publish, staff
from tests.factories.community import DebateFactory, GroupFactory
from tests.factories.events import CapsuleFactory, EventFactory, SessionFactory, in_days
from tests.factories.trials import PilotFactory, SiteFactory

# Every text of the records holds it; what nobody translates (names of organisations and bodies) does not.
MARK = "Descàrrega «nocturna»"
# What names a place or an organisation is in no language; the head of a page is not read, only its title.
LEFT_OUT = {"script", "textarea", "style", "meta", "link", "title"}


@pytest.fixture
def catalan(site):
    """One record of each kind, public and in Catalan only, and a page in Spanish of which nobody has said anything."""
    cache.clear()
    world = make_world(MARK)
    running = PilotFactory(running=True, public=True, title=f"{MARK} ara", summary=MARK, centre=world.centre)
    SiteFactory(trial=running, name="Plaça")
    event = EventFactory(
        public=True,
        title=f"{MARK} jornada",
        summary=MARK,
        place=MARK,
        starts_at=in_days(3),
        ends_at=in_days(4),
    )
    SessionFactory(
        published=True,
        event=event,
        title=f"{MARK} sessió",
        summary=MARK,
        starts_at=in_days(3),
        capsule=CapsuleFactory(published=True, title=f"{MARK} càpsula", summary=MARK, audience=MARK),
    )
    group = GroupFactory(access="open", name=f"{MARK} grup", description=MARK)
    DebateFactory(group=group, title=f"{MARK} debat", text=MARK)
    for model in (Trial, Challenge, Idea, Outcome, Centre, Agreement, Event, Session, Capsule, Group, Debate):
        model.objects.update(language="ca")
    for partner in world.trial.partners.all():
        type(partner.organisation).objects.update(name="Empresa")
    world.idea.decisions.update(body="Comissió")
    for site in world.trial.sites.all():
        type(site).objects.update(name="Plaça")
    locales = {locale.language_code: locale for locale in Locale.objects.all()}
    world.outcome.refresh_from_db()
    world.outcome.trial.refresh_from_db()
    case = publish(case_of(world.outcome, answer=MARK, challenges=MARK, solution=MARK))
    other = translate_case(case, "es", actor=staff(Role.EDITOR))
    texts = {"title": "Descarga", "answer": "Sí.", "challenges": "Ruido.", "solution": "Ruedas."}
    publish(operations.edit_case(other, texts, actor=staff(Role.EDITOR)))
    news = NewsPage.objects.get(locale=locales["ca"])
    StoryPageFactory(parent=news, title=f"{MARK} notícia", lead=MARK, locale=locales["ca"], live=True)
    # A page that was made from the Catalan one and of which nobody has said the title in Spanish yet.
    said = {"from": "ca", "parts": {}, "unsaid": ["title"]}
    TextPage.objects.filter(role="about", locale=locales["es"]).update(
        title=f"{MARK} pàgina", draft_title=f"{MARK} pàgina", said=said, show_in_menus=True
    )
    cache.clear()
    return world


def unmarked(html, language="ca"):
    """Where the mark stands without an element around it that says the language; and attributes with markup in them."""
    page = BeautifulSoup(html, "html.parser")
    found = []
    for text in page.find_all(string=lambda text: MARK in text):
        if text.parent.name in LEFT_OUT or not isinstance(text, NavigableString):
            continue
        around = next((element["lang"] for element in text.parents if element.get("lang")), "")
        if around != language:
            found.append(str(text.parent)[:160])
    for element in page.find_all(True):
        for name, value in element.attrs.items():
            words = " ".join(value) if isinstance(value, list) else str(value)
            if "<span" in words:
                found.append(f"{element.name}[{name}]")
        if element.name in ("title", "option", "textarea", "text") and "<span" in element.decode_contents():
            found.append(element.name)
    return found


def test_no_public_page_in_spanish_shows_catalan_without_saying_so(catalan):
    client = Client()
    group, debate = Group.objects.get(), Debate.objects.get()
    paths = [
        *public_pages("es"),
        "/es/busqueda/?q=descarrega",
        "/es/eventos/capsules/",
        "/es/groups/",
        f"/es/groups/{group.reference}/",
        f"/es/discussion/{debate.reference}/",
        f"/es/follow/{catalan.trial.reference}/",
        f"/es/discussion/{catalan.trial.reference}/",
    ]

    pages = {path: client.get(path) for path in paths}

    assert {path: page.status_code for path, page in pages.items() if page.status_code != 200} == {}
    wrong = {path: unmarked(page.content.decode()) for path, page in pages.items()}
    assert {path: found for path, found in wrong.items() if found} == {}
    assert sum(MARK in page.content.decode() for page in pages.values()) > 15
