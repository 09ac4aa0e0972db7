"""Which column of each CORDIS layout holds what?"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Layout:
    """Our names for the columns of one layout.

    `participation` is None where a file holds projects only; `describes_projects` is False where it only
    points at them; `contributions` are the amounts received, the one to trust first.
    """

    key: str
    project: dict[str, str]
    organisation: dict[str, str] = field(default_factory=dict)
    participation: dict[str, str] | None = None
    describes_projects: bool = True
    contributions: tuple[str, ...] = ("contribution_eur",)
    country_name: str = ""


_HE_ORGANISATION = {
    "contact_form": "contactForm",
    "name": "name",
    "short_name": "shortName",
    "is_sme": "SME",
    "activity": "activityType",
    "city": "city",
    "country": "country",
    "website": "organizationURL",
}
_HE_PARTICIPATION = {"position": "order", "role": "role", "contribution_eur": "ecContribution"}
_HE_PROJECT = {
    "external_id": "id",
    "acronym": "acronym",
    "title": "title",
    "summary": "objective",
    "starts_on": "startDate",
    "ends_on": "endDate",
    "total_cost_eur": "totalCost",
    "programme": "legalBasis",
    "topics": "topics",
    "call": "subCall",
    "funding_scheme": "fundingScheme",
    "doi": "grantDoi",
    "cluster": "cluster",
}

_ALL = (
    Layout("he-projects", _HE_PROJECT),
    Layout(
        "cordis-projects",
        _HE_PROJECT
        | {"contribution_eur": "ecMaxContribution", "signed_on": "ecSignatureDate", "status": "status"},
    ),
    Layout(
        "he-organisations",
        {"external_id": "projectID"},
        _HE_ORGANISATION,
        _HE_PARTICIPATION,
        describes_projects=False,
    ),
    Layout(
        "cordis-organisations",
        {"external_id": "projectID"},
        _HE_ORGANISATION
        | {
            "external_id": "organisationID",
            "tax_id": "vatNumber",
            "street": "street",
            "postcode": "postCode",
            "nuts": "nutsCode",
            "geolocation": "geolocation",
        },
        _HE_PARTICIPATION | {"total_cost_eur": "totalCost", "ended": "endOfParticipation"},
        describes_projects=False,
    ),
    Layout(
        "dashboard-export",
        {
            "external_id": "project_id",
            "acronym": "project_acronym",
            "title": "project_title",
            "starts_on": "project_start_date",
            "ends_on": "project_end_date",
            "signed_on": "signature_date",
            "programme": "framework_programme",
            "topics": "topic_code",
            "call": "call_id",
            "funding_scheme": "simplified_type_of_action",
            "cluster": "thematic_priority_descr",
        },
        {
            "external_id": "pic",
            "name": "legal_name",
            "activity": "legal_entity_type",
            "city": "city",
            "country": "country_code",
            "tax_id": "legal_entity_vat",
            "nuts": "nuts_3_code",
            "is_sme": "sme_flag",
        },
        {
            "role": "partner_role",
            "partner_type": "partner_type",
            "contribution_eur": "eu_contribution",
            "total_cost_eur": "h2020_total_cost",
        },
        country_name="country",
    ),
    Layout(
        "cordis-plus",
        {
            "external_id": "project_id",
            "acronym": "project_acronym",
            "starts_on": "start_date",
            "ends_on": "end_date",
            "signed_on": "signature_date",
            "programme": "legal_basis",
            "topics": "topic_code",
            "funding_scheme": "funding_scheme",
            "cluster": "thematic_priority",
            "participations": "participations",
        },
        {
            "external_id": "pic",
            "name": "legal_name",
            "short_name": "legal_short_name",
            "activity": "legal_entity_type",
            "country": "country_code",
            "website": "legal_url",
        },
        {
            "role": "partner_role",
            "ec_contribution": "ec_contribution",
            "eu_contribution": "eu_contribution",
            "re_contribution": "re_contribution",
        },
        contributions=("ec_contribution", "eu_contribution", "re_contribution"),
        country_name="country",
    ),
    Layout(
        "h2020-projects",
        {
            "external_id": "Project Nbr",
            "acronym": "Project Acronym",
            "title": "Project Title",
            "contribution_eur": "H2020 EU Contribution (EUR)",
            "participations": "H2020 Participations",
            "topics": "Topic Code",
            "funding_scheme": "ToA",
            "cluster": "Thema",
        },
    ),
)
LAYOUTS = {layout.key: layout for layout in _ALL}
