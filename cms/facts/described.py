"""What do search engines read of the site and of its tables, in the words of schema.org? Nobody is named."""

from typing import Any

from django.conf import settings

from cms.frame import absolute

from .datasets import LICENCE, Dataset
from .publisher import publisher
from .tables import MEDIA_TYPES


def site(language: str, search_url: str, crumbs: list[dict[str, str]], here: str) -> dict[str, Any]:
    """The organisation, the site, and the way to the page that is at `here`."""
    whole: dict[str, Any] = {
        "@type": "WebSite",
        "@id": absolute("/#site"),
        "name": settings.SITE_NAME,
        "url": absolute(f"/{language}/"),
        "inLanguage": language,
        "publisher": {"@id": publisher()["@id"]},
    }
    if search_url:
        whole["potentialAction"] = {
            "@type": "SearchAction",
            "target": {
                "@type": "EntryPoint",
                "urlTemplate": f"{absolute(search_url)}?q={{search_term_string}}",
            },
            "query-input": "required name=search_term_string",
        }
    graph = [publisher(), whole]
    if crumbs:
        rows = [
            {
                "@type": "ListItem",
                "position": number,
                "name": row["label"],
                "item": absolute(row["url"]) if row["url"] else here,
            }
            for number, row in enumerate(crumbs, start=1)
        ]
        graph.append({"@type": "BreadcrumbList", "itemListElement": rows})
    return {"@graph": graph}


def table(dataset: Dataset, shown: dict[str, Any]) -> dict[str, Any]:
    """One table as a Dataset."""
    release = shown["release"]
    period = ""
    if release and release.covers_from and release.covers_to:
        period = f"{release.covers_from.isoformat()}/{release.covers_to.isoformat()}"
    return {
        "@type": "Dataset",
        "name": str(dataset.title),
        "description": str(dataset.description),
        "url": absolute(shown["url"]),
        "identifier": dataset.key,
        "keywords": str(dataset.keywords),
        "license": LICENCE,
        "isAccessibleForFree": True,
        "creator": publisher(),
        "datePublished": release.first_at.isoformat() if release else "",
        "dateModified": release.changed_at.isoformat() if release else "",
        "temporalCoverage": period,
        "variableMeasured": [
            {"@type": "PropertyValue", "name": column.name, "description": str(column.meaning)}
            for column in dataset.columns()
        ],
        "distribution": [
            {
                "@type": "DataDownload",
                "encodingFormat": MEDIA_TYPES[file["format"]].split(";")[0],
                "contentUrl": absolute(file["url"]),
                "contentSize": f"{file['bytes']} B",
            }
            for file in shown["files"]
        ],
    }


def catalogue(title: str, description: str, url: str, tables: list[dict[str, Any]]) -> dict[str, Any]:
    """All tables as a DataCatalog."""
    return {
        "@type": "DataCatalog",
        "name": title,
        "description": description,
        "url": absolute(url),
        "license": LICENCE,
        "publisher": publisher(),
        "dataset": [{"@type": "Dataset", "@id": absolute(row["url"]), "name": str(row["title"]), "description": str(row["description"]), "url": absolute(row["url"]), "license": LICENCE} for row in tables],
    }  # fmt: skip
