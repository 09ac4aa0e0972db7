"""How does the public site come to be: its pages in every language, its groups and its workflow?"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils import timezone
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    Locale,
    Page,
    Site,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from cms.models import (
    AgreementsPage,
    CasesPage,
    CentresPage,
    ChallengesPage,
    EventsPage,
    FiguresPage,
    HomePage,
    NewsPage,
    OrganisationsPage,
    PageRole,
    PilotsPage,
    SearchPage,
    SecondPersonTask,
    TextPage,
)
from cms.permissions import ADMINISTRATORS, APPROVERS, EDITORS

TEXTS = Path(__file__).resolve().parents[1] / "texts"
WORKFLOW = "Second person"
PAGE_RIGHTS = {
    EDITORS: ("add_page", "change_page"),
    APPROVERS: (),
    ADMINISTRATORS: ("add_page", "change_page", "publish_page", "lock_page", "unlock_page"),
}
FILE_RIGHTS = {
    EDITORS: ("add", "change", "choose"),
    APPROVERS: (),
    ADMINISTRATORS: ("add", "change", "choose", "delete"),
}


@dataclass(frozen=True)
class Planned:
    """A page of the tree: its model, and by language its last part of the address and its title."""

    model: type[Page]
    slugs: dict[str, str]
    titles: dict[str, str]
    in_menu: bool = True
    role: str = PageRole.NONE


def by_language(ca: str, es: str, en: str, fr: str) -> dict[str, str]:
    """Four texts by their language."""
    return {"ca": ca, "es": es, "en": en, "fr": fr}


def known(code: str) -> str:
    """The language whose texts a new page starts with: `code`; where we have none in it, the installation's or English."""
    return next((language for language in (code, settings.LANGUAGE_CODE) if language in HOME), "en")


PLAN = (
    Planned(PilotsPage, by_language("proves-pilot", "pruebas-piloto", "pilots", "pilotes"), by_language("Proves pilot", "Pruebas piloto", "Pilots", "Projets pilotes")),
    Planned(ChallengesPage, by_language("reptes", "retos", "challenges", "defis"), by_language("Reptes i idees", "Retos e ideas", "Challenges and ideas", "Défis et idées")),
    Planned(CasesPage, by_language("experiencies", "experiencias", "cases", "experiences"), by_language("Experiències", "Experiencias", "Cases", "Expériences")),
    Planned(EventsPage, by_language("esdeveniments", "eventos", "events", "evenements"), by_language("Esdeveniments", "Eventos", "Events", "Événements")),
    Planned(CentresPage, by_language("centres", "centros", "centres", "centres"), by_language("Centres d’innovació", "Centros de innovación", "Innovation centres", "Centres d’innovation")),
    Planned(OrganisationsPage, by_language("entitats", "entidades", "organisations", "organisations"), by_language("Qui hi participa", "Quién participa", "Who takes part", "Qui participe")),
    Planned(AgreementsPage, by_language("convenis", "convenios", "agreements", "conventions"), by_language("Registre de convenis", "Registro de convenios", "Register of agreements", "Registre des conventions")),
    Planned(NewsPage, by_language("noticies", "noticias", "news", "actualites"), by_language("Notícies", "Noticias", "News", "Actualités")),
    Planned(FiguresPage, by_language("xifres", "cifras", "figures", "chiffres"), by_language("El programa en xifres", "El programa en cifras", "The programme in figures", "Le programme en chiffres"), in_menu=False),
    Planned(SearchPage, by_language("cerca", "busqueda", "search", "recherche"), by_language("Cerca", "Búsqueda", "Search", "Recherche"), in_menu=False),
    Planned(TextPage, by_language("que-es", "que-es", "about", "a-propos"), by_language("Què és això", "Qué es esto", "What this is", "À propos"), in_menu=False, role=PageRole.ABOUT),
    Planned(TextPage, by_language("ajuda", "ayuda", "help", "aide"), by_language("Ajuda", "Ayuda", "Help", "Aide"), in_menu=False, role=PageRole.HELP),
    Planned(TextPage, by_language("accessibilitat", "accesibilidad", "accessibility", "accessibilite"), by_language("Declaració d’accessibilitat", "Declaración de accesibilidad", "Accessibility statement", "Déclaration d’accessibilité"), in_menu=False, role=PageRole.ACCESSIBILITY),
    Planned(TextPage, by_language("privacitat", "privacidad", "privacy", "confidentialite"), by_language("Privacitat", "Privacidad", "Privacy", "Confidentialité"), in_menu=False, role=PageRole.PRIVACY),
)  # fmt: skip

HOME = {
    "ca": (
        "Inici",
        "Què prova la ciutat, i què en surt",
        "Els centres d’innovació compartida porten les necessitats de la ciutat fins a proves reals al carrer, amb empreses, universitats i entitats. Aquí ho podeu seguir tot, també el que no ha funcionat.",
        "De la necessitat al servei, pas a pas",
    ),
    "es": (
        "Inicio",
        "Qué prueba la ciudad, y qué resulta de ello",
        "Los centros de innovación compartida llevan las necesidades de la ciudad hasta pruebas reales en la calle, con empresas, universidades y entidades. Aquí puede seguirlo todo, también lo que no ha funcionado.",
        "De la necesidad al servicio, paso a paso",
    ),
    "en": (
        "Home",
        "What the city tries out, and what comes of it",
        "Shared innovation centres take the city’s needs all the way to real tests in the street, with companies, universities and associations. You can follow all of it here, including what did not work.",
        "From a need to a service, step by step",
    ),
    "fr": (
        "Accueil",
        "Ce que la ville expérimente, et ce qui en résulte",
        "Les centres d’innovation partagée mènent les besoins de la ville jusqu’à de vrais essais dans la rue, avec des entreprises, des universités et des associations. Vous pouvez tout suivre ici, y compris ce qui n’a pas fonctionné.",
        "Du besoin au service, étape par étape",
    ),
}


@transaction.atomic
def set_up_site() -> dict[str, int]:
    """Make what is missing: languages, pages, site, groups, workflow. What an editor changed stays.

    Returns how many of each were made; a second run makes nothing.
    """
    made = {"languages": 0, "pages": 0, "groups": 0, "workflows": 0}
    locales = {}
    for code, _name in settings.LANGUAGES:
        locales[code], new = Locale.objects.get_or_create(language_code=code)
        made["languages"] += new
    homes = set_up_pages(locales, made)
    set_up_address(homes[settings.LANGUAGE_CODE])
    for home in homes.values():
        set_up_groups(home, made)
    set_up_workflow(homes, made)
    return made


def set_up_pages(locales: dict[str, Locale], made: dict[str, int]) -> dict[str, HomePage]:
    """The home pages and what stands beneath them, each the translation of the others."""
    root = Page.objects.get(depth=1)
    homes: dict[str, HomePage] = {}
    key = None
    # The installation's own language first: the others are its translations.
    codes = [settings.LANGUAGE_CODE, *(code for code in locales if code != settings.LANGUAGE_CODE)]
    for code in codes:
        home = HomePage.objects.filter(locale=locales[code]).first()
        if home is None:
            title, headline, lead, story = HOME[known(code)]
            home = HomePage(
                title=title, slug=f"home-{code}", locale=locales[code], headline=headline, lead=lead,
                story_title=story, search_description=lead,
            )  # fmt: skip
            if key:
                home.translation_key = key
            root = Page.objects.get(pk=root.pk)
            published(root, home)
            made["pages"] += 1
        key = home.translation_key
        homes[code] = home
    for planned in PLAN:
        key = None
        for code in codes:
            page = _planned_page(planned, homes[code])
            if page is None:
                page = _new_page(planned, code, locales[code], key)
                published(HomePage.objects.get(pk=homes[code].pk), page)
                made["pages"] += 1
            key = page.translation_key
    return {code: HomePage.objects.get(pk=home.pk) for code, home in homes.items()}


def _planned_page(planned: Planned, home: HomePage) -> Page | None:
    """The page of the plan beneath `home`, under whatever address it has by now."""
    found = planned.model.objects.child_of(home)
    if planned.role:
        found = found.filter(role=planned.role)
    return found.first()


def _new_page(planned: Planned, code: str, locale: Locale, key: Any) -> Page:
    fields: dict[str, Any] = {
        "title": planned.titles[known(code)],
        "slug": planned.slugs[known(code)],
        "locale": locale,
        "show_in_menus": planned.in_menu,
    }
    if key:
        fields["translation_key"] = key
    name = planned.role or planned.model._meta.model_name
    lead, body = read_text(known(code), name)
    fields["search_description"] = lead
    if planned.role:
        fields |= {"role": planned.role, "lead": lead, "body": body}
    elif hasattr(planned.model, "intro"):
        fields["intro"] = f"<p>{lead}</p>" if lead else ""
    return planned.model(**fields)


def published(parent: Page, page: Page) -> None:
    """Add `page` beneath `parent`, public at once: there is no earlier version to keep."""
    page.live, page.first_published_at = True, timezone.now()
    page.last_published_at = page.latest_revision_created_at = page.first_published_at
    parent.add_child(instance=page)


def read_text(code: str, name: str) -> tuple[str, list[tuple[str, str]]]:
    """The first text of a page: its lead, and its body as blocks.

    A file `texts/<language>/<name>.txt`: a first paragraph, then `## heading` lines and paragraphs;
    lines that begin with `- ` are a list. Missing files are empty pages.
    """
    file = TEXTS / code / f"{name}.txt"
    if not file.exists():
        return "", []
    values = {"site": settings.SITE_NAME, "city": settings.CITY_NAME}
    text = file.read_text(encoding="utf-8")
    for key, value in values.items():
        text = text.replace("{" + key + "}", value)
    parts = [part.strip() for part in text.strip().split("\n\n")]
    lead = " ".join(parts[0].split())
    body: list[tuple[str, str]] = []
    html: list[str] = []
    for part in parts[1:]:
        if part.startswith("## "):
            if html:
                body.append(("text", "".join(html)))
            body.append(("heading", part[3:].strip()))
            html = []
        else:
            html.append(_as_html(part))
    if html:
        body.append(("text", "".join(html)))
    return lead, body


def _as_html(part: str) -> str:
    """One paragraph or list of our own texts; they hold no markup."""
    lines = part.split("\n")
    if all(line.startswith("- ") for line in lines):
        return "<ul>" + "".join(f"<li>{line[2:].strip()}</li>" for line in lines) + "</ul>"
    return f"<p>{' '.join(line.strip() for line in lines)}</p>"


def set_up_address(home: HomePage) -> None:
    """The one site, answered under whatever host the settings allow; Wagtail's welcome page goes."""
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    if site.root_page_id != home.pk:
        old = site.root_page if site.root_page_id else None
        site.root_page, site.hostname, site.site_name = home, "localhost", settings.SITE_NAME
        site.save()
        if old is not None and old.specific_class is Page:
            Page.objects.get(pk=old.pk).delete()


def set_up_groups(home: HomePage, made: dict[str, int]) -> None:
    """The editor's groups with their rights on one language; Wagtail's own two lose theirs on everything."""
    access = Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    translate = Permission.objects.filter(
        content_type__app_label="simple_translation", codename="submit_translation"
    )
    GroupPagePermission.objects.filter(page__depth=1).delete()
    GroupCollectionPermission.objects.filter(group__name__in=["Moderators"]).delete()
    Group.objects.filter(name="Moderators").delete()
    for name, rights in PAGE_RIGHTS.items():
        group, new = Group.objects.get_or_create(name=name)
        made["groups"] += new
        group.permissions.add(access, *(translate if name != APPROVERS else ()))
        wanted = Permission.objects.filter(content_type__app_label="wagtailcore", codename__in=rights)
        for permission in wanted:
            GroupPagePermission.objects.get_or_create(group=group, page=home, permission=permission)
        set_up_files(group, FILE_RIGHTS[name])


def set_up_files(group: Group, rights: tuple[str, ...]) -> None:
    """Rights on pictures and documents, in all collections."""
    root = Collection.get_first_root_node()
    names = [f"{right}_{kind}" for right in rights for kind in ("image", "document")]
    wanted = Permission.objects.filter(
        content_type__app_label__in=["wagtailimages", "wagtaildocs"], codename__in=names
    )
    held = GroupCollectionPermission.objects.filter(group=group, collection=root)
    held.exclude(permission__in=wanted).delete()
    for permission in wanted:
        GroupCollectionPermission.objects.get_or_create(group=group, collection=root, permission=permission)


def set_up_workflow(homes: dict[str, HomePage], made: dict[str, int]) -> None:
    """One step: a second person. It holds for every page of every language."""
    task, _new = SecondPersonTask.objects.get_or_create(name=WORKFLOW)
    task.groups.set(Group.objects.filter(name=APPROVERS))
    workflow, new = Workflow.objects.get_or_create(name=WORKFLOW)
    made["workflows"] += new
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task, defaults={"sort_order": 0})
    for home in homes.values():
        WorkflowPage.objects.get_or_create(page=home, defaults={"workflow": workflow})
