"""How do other catalogues read of the open tables: as DCAT-AP 3, in the form that DCAT-AP-ES asks for?

DCAT-AP-ES 1.0.0 stands on DCAT-AP 2.1.1, so this is what both profiles allow.
Source: DCAT-AP 3.0.1; DCAT-AP-ES 1.0.0; the authority tables of the EU Publications Office and of datos.gob.es.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from rdflib import DCAT, DCTERMS, FOAF, RDF, XSD, BNode, Graph, Literal, Namespace, URIRef

from cms.frame import absolute

from .datasets import DATASETS, Dataset, Words
from .tables import MEDIA_TYPES

FORMATS = {
    "ttl": ("turtle", "text/turtle; charset=utf-8"),
    "rdf": ("xml", "application/rdf+xml"),
    "jsonld": ("json-ld", "application/ld+json"),
}
EU = "http://publications.europa.eu/resource/authority/"
SECTORS = "http://datos.gob.es/kos/sector-publico/sector"
# ISO 639-1 to the codes of the EU's list of languages; one that is not here is left out of the catalogue.
LANGUAGES = {
    "ast": "AST", "ca": "CAT", "cs": "CES", "da": "DAN", "de": "DEU", "el": "ELL", "en": "ENG", "es": "SPA", "eu": "EUS",
    "fi": "FIN", "fr": "FRA", "gl": "GLG", "hr": "HRV", "hu": "HUN", "it": "ITA", "nl": "NLD", "oc": "OCI", "pl": "POL",
    "pt": "POR", "ro": "RON", "sk": "SLK", "sl": "SLV", "sv": "SWE",
}  # fmt: skip
SPDX = Namespace("http://spdx.org/rdf/terms#")
DCATAP = Namespace("http://data.europa.eu/r5r/")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
TITLE = Words(
    "Dades obertes dels centres d’innovació compartida",
    "Datos abiertos de los centros de innovación compartida",
    "Open data of the shared innovation centres",
    "Données ouvertes des centres d’innovation partagée",
)
DESCRIPTION = Words(
    "Què proven els centres, amb qui, sota quins convenis i amb quin resultat.",
    "Qué prueban los centros, con quién, bajo qué convenios y con qué resultado.",
    "What the centres try, with whom, under which agreements and with what result.",
    "Ce que les centres essaient, avec qui, dans le cadre de quelles conventions et avec quel résultat.",
)
API_TITLE = Words(
    "Interfície de programació pública",
    "Interfaz de programación pública",
    "Public programming interface",
    "Interface de programmation publique",
)


def address(name: str, *args: Any) -> URIRef:
    """The full address of a page of ours, in the installation's language."""
    with translation.override(settings.LANGUAGE_CODE):
        return URIRef(absolute(reverse(name, args=args)))


def here(name: str) -> URIRef:
    """The name of a thing that has no page of its own."""
    return URIRef(absolute(f"/data/catalog.ttl#{name}"))


def publisher_uri() -> URIRef:
    """Who publishes: as the installation is registered, or a name within this catalogue."""
    return URIRef(settings.PUBLISHER_URI or here("publisher"))


def say(graph: Graph, subject: Any, predicate: Any, words: Words) -> None:
    """One text in every language."""
    for code, text in words.items():
        graph.add((subject, predicate, Literal(text, lang=code)))


def at(moment: datetime) -> Literal:
    """An instant, to the second."""
    return Literal(moment.replace(microsecond=0).isoformat(), datatype=XSD.dateTime)


def catalogue(releases: Mapping[str, Any]) -> Graph:
    """The whole catalogue. A table without files is not in it yet."""
    graph = Graph()
    for prefix, space in (("spdx", SPDX), ("dcatap", DCATAP), ("foaf", FOAF), ("vcard", VCARD)):
        graph.bind(prefix, space)
    root, service = here("catalogue"), here("api")
    graph.add((root, RDF.type, DCAT.Catalog))
    say(graph, root, DCTERMS.title, TITLE)
    say(graph, root, DCTERMS.description, DESCRIPTION)
    graph.add((root, FOAF.homepage, address("data")))
    graph.add((address("data"), RDF.type, FOAF.Document))
    graph.add((root, DCAT.themeTaxonomy, URIRef(SECTORS)))
    graph.add((root, DCAT.themeTaxonomy, URIRef(f"{EU}data-theme")))
    common(graph, root, settings.LANGUAGES)
    if releases:
        graph.add((root, DCTERMS.issued, at(min(row.first_at for row in releases.values()))))
        graph.add((root, DCTERMS.modified, at(max(row.changed_at for row in releases.values()))))
    add_publisher(graph)
    if settings.CONTACT_EMAIL:
        graph.add((root, DCAT.contactPoint, add_contact(graph)))
    graph.add((root, DCAT.service, service))
    add_service(graph, service)
    for key, release in releases.items():
        if key in DATASETS:
            node = add_dataset(graph, DATASETS[key], release)
            graph.add((root, DCAT.dataset, node))
            graph.add((service, DCAT.servesDataset, node))
    return graph


def common(graph: Graph, node: Any, languages: Iterable[tuple[str, Any]]) -> None:
    """Publisher, licence and languages."""
    graph.add((node, DCTERMS.publisher, publisher_uri()))
    licence = URIRef(f"{EU}licence/CC_BY_4_0")
    graph.add((node, DCTERMS.license, licence))
    graph.add((licence, RDF.type, DCTERMS.LicenseDocument))
    for code in (code for code, _name in languages if code in LANGUAGES):
        tongue = URIRef(f"{EU}language/{LANGUAGES[code]}")
        graph.add((node, DCTERMS.language, tongue))
        graph.add((tongue, RDF.type, DCTERMS.LinguisticSystem))


def add_publisher(graph: Graph) -> None:
    """Who publishes, and how to reach them; no person is named."""
    publisher, name = publisher_uri(), publisher_name()
    graph.add((publisher, RDF.type, FOAF.Agent))
    graph.add((publisher, RDF.type, FOAF.Organization))
    for code in named_in():
        graph.add((publisher, FOAF.name, Literal(name, lang=code)))
    if settings.CONTACT_EMAIL:
        graph.add((publisher, FOAF.mbox, URIRef(f"mailto:{settings.CONTACT_EMAIL}")))


def publisher_name() -> str:
    """What the publisher is called."""
    return settings.PUBLISHER_NAME or settings.CITY_NAME


def named_in() -> list[str]:
    """Languages of a name: Spain's profile asks for its own, whatever the others are."""
    return sorted({"es", settings.LANGUAGE_CODE})


def add_contact(graph: Graph) -> URIRef:
    """Whom to write to about the whole catalogue: a role's address, nobody's name.

    It is the contact point of the catalogue only: DCAT-AP-ES refuses one on a dataset or a service unless the
    directory of public bodies is loaded beside its shapes, which those who harvest do not all do.
    """
    contact = here("contact")
    graph.add((contact, RDF.type, VCARD.Kind))
    for code in named_in():
        graph.add((contact, VCARD.fn, Literal(settings.SITE_NAME, lang=code)))
        graph.add((contact, VCARD["organization-name"], Literal(publisher_name(), lang=code)))
    graph.add((contact, VCARD.hasEmail, URIRef(f"mailto:{settings.CONTACT_EMAIL}")))
    graph.add((contact, VCARD.hasURL, address("data")))
    return contact


def add_themes(graph: Graph, node: Any, themes: Iterable[str], sectors: Iterable[str]) -> None:
    """The EU's themes and Spain's sectors."""
    for theme in themes:
        graph.add((node, DCAT.theme, URIRef(f"{EU}data-theme/{theme}")))
    for sector in sectors:
        graph.add((node, DCAT.theme, URIRef(f"{SECTORS}/{sector}")))


def add_service(graph: Graph, node: URIRef) -> None:
    """The public API, described by its OpenAPI document."""
    graph.add((node, RDF.type, DCAT.DataService))
    say(graph, node, DCTERMS.title, API_TITLE)
    say(graph, node, DCTERMS.description, DESCRIPTION)
    graph.add((node, DCAT.endpointURL, URIRef(absolute("/api/v1/"))))
    graph.add((node, DCAT.endpointDescription, URIRef(absolute("/api/v1/schema/"))))
    graph.add((node, FOAF.page, URIRef(absolute("/api/v1/docs/"))))
    graph.add((URIRef(absolute("/api/v1/docs/")), RDF.type, FOAF.Document))
    graph.add((node, DCTERMS.accessRights, URIRef(f"{EU}access-right/PUBLIC")))
    graph.add((URIRef(f"{EU}access-right/PUBLIC"), RDF.type, DCTERMS.RightsStatement))
    add_themes(graph, node, ("TECH", "GOVE"), ("ciencia-tecnologia", "sector-publico"))
    say(graph, node, DCAT.keyword, Words("innovació", "innovación", "innovation", "innovation"))
    common(graph, node, ())


def add_dataset(graph: Graph, dataset: Dataset, release: Any) -> URIRef:
    """One table with its files."""
    page = address("dictionary", dataset.key)
    node = here(dataset.key)
    graph.add((node, RDF.type, DCAT.Dataset))
    graph.add((node, DCTERMS.identifier, Literal(str(node))))
    say(graph, node, DCTERMS.title, dataset.title)
    say(graph, node, DCTERMS.description, dataset.description)
    say(graph, node, DCAT.keyword, dataset.keywords)
    graph.add((node, DCTERMS.publisher, publisher_uri()))
    graph.add((node, DCAT.landingPage, page))
    graph.add((node, FOAF.page, page))
    graph.add((page, RDF.type, FOAF.Document))
    graph.add((node, DCTERMS.issued, at(release.first_at)))
    graph.add((node, DCTERMS.modified, at(release.changed_at)))
    graph.add((node, DCTERMS.accessRights, URIRef(f"{EU}access-right/PUBLIC")))
    graph.add((node, DCTERMS.accrualPeriodicity, URIRef(f"{EU}frequency/CONT")))
    graph.add((URIRef(f"{EU}frequency/CONT"), RDF.type, DCTERMS.Frequency))
    add_themes(graph, node, dataset.themes, dataset.sectors)
    if release.covers_from and release.covers_to:
        period = BNode(f"period-{dataset.key}")
        graph.add((node, DCTERMS.temporal, period))
        graph.add((period, RDF.type, DCTERMS.PeriodOfTime))
        graph.add((period, DCAT.startDate, day(release.covers_from)))
        graph.add((period, DCAT.endDate, day(release.covers_to)))
    for name, kept in release.files.items():
        graph.add((node, DCAT.distribution, add_file(graph, dataset, name, kept, page)))
    return node


def day(value: date) -> Literal:
    """A day of the period."""
    return Literal(value.isoformat(), datatype=XSD.date)


def add_file(graph: Graph, dataset: Dataset, name: str, kept: Mapping[str, Any], page: URIRef) -> URIRef:
    """One file: where it is, in which format, how big, and the sum to check it by."""
    node, file = here(f"{dataset.key}-{name}"), address("data-file", dataset.key, name)
    graph.add((node, RDF.type, DCAT.Distribution))
    for code, text in dataset.title.items():
        graph.add((node, DCTERMS.title, Literal(f"{text} ({name.upper()})", lang=code)))
    say(graph, node, DCTERMS.description, dataset.description)
    graph.add((node, DCAT.accessURL, page))
    graph.add((node, DCAT.downloadURL, file))
    kind = URIRef(f"{EU}file-type/{name.upper()}")
    graph.add((node, DCTERMS.format, kind))
    graph.add((kind, RDF.type, DCTERMS.MediaTypeOrExtent))
    media = MEDIA_TYPES[name].split(";")[0]
    if name != "parquet":
        media_type = URIRef(f"http://www.iana.org/assignments/media-types/{media}")
        graph.add((node, DCAT.mediaType, media_type))
        graph.add((media_type, RDF.type, DCTERMS.MediaType))
    graph.add((node, DCAT.byteSize, Literal(kept["size"], datatype=XSD.nonNegativeInteger)))
    graph.add((node, DCATAP.availability, URIRef(f"{EU}planned-availability/STABLE")))
    common(graph, node, ())
    # The one sum that both profiles know; the ETag of the file is its SHA-256.
    checksum = BNode(f"sum-{dataset.key}-{name}")
    graph.add((node, SPDX.checksum, checksum))
    graph.add((checksum, RDF.type, SPDX.Checksum))
    graph.add((checksum, SPDX.algorithm, SPDX.checksumAlgorithm_sha1))
    graph.add((SPDX.checksumAlgorithm_sha1, RDF.type, SPDX.ChecksumAlgorithm))
    graph.add((checksum, SPDX.checksumValue, Literal(kept["sha1"], datatype=XSD.hexBinary)))
    return node
