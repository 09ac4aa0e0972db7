"""Does the DCAT catalogue pass the profiles of Europe and of Spain, and name every file as it is?"""

import hashlib
import re

import pytest
from rdflib import DCAT, DCTERMS, FOAF, RDF, SH, Graph, Literal, URIRef

from cms.facts.catalogue import FORMATS, SECTORS, SPDX
from cms.facts.datasets import DATASETS
from cms.models import Release
from cms.operations.releases import refresh
from tests.factories.cms import case_of, make_world, publish
from tests.run import SHAPES

SPANISH = ("catalog_shape", "dataservice_shape", "dataset_shape", "distribution_shape", "common_shapes")
PROFILES = {
    "DCAT-AP 3.0.1": [SHAPES / "shapes-3.0.1" / "shapes.ttl"],
    "DCAT-AP-ES 1.0.0": [
        SHAPES / "shapes-dcat-ap-es-1.0.0" / f"shacl_{part}.ttl" for part in SPANISH
    ],
}  # fmt: skip
FILES = ("ttl", "rdf", "jsonld")


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def graph_of(client, name="ttl"):
    response = client.get(f"/data/catalog.{name}")
    assert response.status_code == 200
    return Graph().parse(data=response.content, format=FORMATS[name][0])


def violations(graph, files):
    from pyshacl import validate

    shapes = Graph()
    for file in files:
        shapes.parse(file)
    _conforms, report, _text = validate(
        graph, shacl_graph=shapes, advanced=True, do_owl_imports=False, inference="none"
    )
    return sorted(
        f"{report.value(row, SH.focusNode)} {report.value(row, SH.resultPath)} {report.value(row, SH.resultMessage)}"
        for row in report.subjects(SH.resultSeverity, SH.Violation)
    )


@pytest.mark.shapes
@pytest.mark.skipif(not SHAPES.exists(), reason=f"the shapes of DCAT-AP are not at {SHAPES}")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("uri", ["", "http://datos.gob.es/recurso/sector-publico/org/Organismo/L01080193"])
def test_catalogue_has_no_violation_of_the_profile(site, client, settings, profile, uri):
    settings.PUBLISHER_URI, settings.CONTACT_EMAIL = uri, "data@example.org"
    publish(case_of(make_world("Vans").outcome))
    refresh()

    assert violations(graph_of(client), PROFILES[profile]) == []


@pytest.mark.parametrize("email", ["", "data@example.org"])
def test_contact_point_is_the_address_of_the_settings_or_absent(site, client, settings, email):
    settings.CONTACT_EMAIL = email

    graph = graph_of(client)

    contact = graph.value(graph.value(predicate=RDF.type, object=DCAT.Catalog), DCAT.contactPoint)
    mail = graph.value(contact, URIRef("http://www.w3.org/2006/vcard/ns#hasEmail")) if contact else None
    assert mail == (URIRef(f"mailto:{email}") if email else None)


def test_catalogue_says_who_publishes_what_since_when(site, client, settings):
    settings.PUBLISHER_URI = "https://directory.example/city"
    settings.PUBLISHER_NAME = "City of Examples"
    make_world("Vans")
    refresh()

    graph = graph_of(client)
    root = graph.value(predicate=RDF.type, object=DCAT.Catalog)
    publisher = URIRef("https://directory.example/city")

    assert graph.value(root, DCTERMS.publisher) == publisher
    names = {Literal("City of Examples", lang=code) for code in {"es", settings.LANGUAGE_CODE}}
    assert set(graph.objects(publisher, FOAF.name)) == names
    assert {literal.language for literal in graph.objects(root, DCTERMS.title)} == {"ca", "es", "en", "fr"}
    assert URIRef(SECTORS) in set(graph.objects(root, DCAT.themeTaxonomy))
    for predicate in (DCTERMS.issued, DCTERMS.modified, DCTERMS.license, FOAF.homepage, DCTERMS.description):
        assert graph.value(root, predicate) is not None
    service = graph.value(predicate=RDF.type, object=DCAT.DataService)
    assert graph.value(service, DCAT.endpointDescription) == URIRef(f"{settings.BASE_URL}/api/v1/schema/")
    assert len(list(graph.objects(service, DCAT.servesDataset))) == len(DATASETS)


def test_every_distribution_is_the_file_that_is_served(site, client, settings):
    make_world("Vans")
    refresh()

    graph = graph_of(client)
    distributions = list(graph.subjects(RDF.type, DCAT.Distribution))

    assert len(distributions) == 3 * len(DATASETS)
    for node in distributions:
        address = str(graph.value(node, DCAT.downloadURL)).removeprefix(settings.BASE_URL)
        data = b"".join(client.get(address).streaming_content)
        assert int(graph.value(node, DCAT.byteSize)) == len(data)
        checksum = graph.value(graph.value(node, SPDX.checksum), SPDX.checksumValue)
        assert str(checksum).lower() == hashlib.sha1(data).hexdigest()
        page = str(graph.value(node, DCAT.accessURL)).removeprefix(settings.BASE_URL)
        assert client.get(page).status_code == 200


# rdflib reads JSON-LD through a class of its own that it calls deprecated.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
def test_three_forms_say_the_same(site, client):
    make_world("Vans")
    refresh()

    graphs = [graph_of(client, name) for name in FILES]

    assert graphs[0].isomorphic(graphs[1])
    assert graphs[0].isomorphic(graphs[2])


def test_catalogue_before_the_first_files_names_none(site, client):
    graph = graph_of(client)

    assert list(graph.subjects(RDF.type, DCAT.Dataset)) == []
    assert len(list(graph.subjects(RDF.type, DCAT.Catalog))) == 1


def test_links_of_catalogue_pages_and_files_lead_somewhere(site, client, settings):
    make_world("Vans")
    refresh()

    for start in ("/data/catalog.ttl", "/data/pilots.csv", "/en/data/", "/en/data/pilots/"):
        response = client.get(start)
        rows = re.findall(r'<([^>]+)>; rel="([a-z-]+)"', response["Link"])
        assert ("https://creativecommons.org/licenses/by/4.0/", "license") in rows
        for address, relation in rows:
            if relation != "license":
                assert address.startswith(f"{settings.BASE_URL}/")
                found = client.get(address.removeprefix(settings.BASE_URL))
                assert found.status_code == 200
                if found.streaming:
                    b"".join(found.streaming_content)
        if response.streaming:
            b"".join(response.streaming_content)


def test_unknown_form_is_not_there(site, client):
    assert client.get("/data/catalog.nt").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_cost_of_the_catalogue_does_not_grow(site, client, count, django_assert_num_queries):
    for number in range(count):
        make_world(f"Vans {number}")
    refresh()
    assert Release.objects.count() == len(DATASETS)

    with django_assert_num_queries(1):
        client.get("/data/catalog.ttl")
