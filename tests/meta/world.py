"""One of everything, in one centre and one organisation, and one person of every role to look at it."""

from functools import cache, partial
from importlib import import_module
from pathlib import Path
from typing import Any

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.utils import timezone
from factory.django import DjangoModelFactory

from cic.core.exports import ask_export, write_export
from cic.core.files import attach
from cic.core.models import ApiToken, Attachment, Delivery, Export, Webhook
from cic.core.permissions import can
from cic.core.tokens import issue_token
from cic.core.webhooks import create_webhook
from cms.models import (
    CallPage,
    CasePage,
    CentrePage,
    CentresPage,
    ChallengesPage,
    HomePage,
    NewsPage,
    PreviewLink,
    SectionPage,
    StoryPage,
    TextPage,
)
from cms.operations.translations import follow_page
from community.models import Group, GroupMember
from partners.choices import Role
from partners.models import Agreement
from pilots.models import Trial
from tests.factories.cms import (
    CallPageFactory,
    CentrePageFactory,
    PreviewLinkFactory,
    SectionPageFactory,
    StoryPageFactory,
    case_of,
    evaluated_outcome,
    make_site,
)
from tests.factories.community import GroupFactory
from tests.factories.partners import (
    AgreementFactory,
    CentreFactory,
    OrganisationFactory,
    PartnerFactory,
    StaffFactory,
    UserFactory,
)
from tests.factories.trials import PilotFactory

FACTORIES = Path(__file__).resolve().parents[1] / "factories"
ROOMS = ("core", "partners", "events", "pilots", "community", "cms")
# Staff of the centre everything happens in; the last one is of another centre.
STAFF = ("evaluator", "monitor", "legal", "secretary", "editor", "coordinator")
ROLES = (
    "anonymous",
    "citizen",
    "rival",
    "member",
    "member_admin",
    *STAFF,
    "other_coordinator",
    "admin",
    "auditor",
)


@cache
def factories() -> dict[type[models.Model], type[DjangoModelFactory]]:
    """The factory of each model: the first one that its file defines."""
    found: dict[type[models.Model], type[DjangoModelFactory]] = {}
    for path in sorted(FACTORIES.glob("*.py")):
        if path.stem == "__init__":
            continue
        module = import_module(f"tests.factories.{path.stem}")
        for value in vars(module).values():
            own = (
                isinstance(value, type)
                and issubclass(value, DjangoModelFactory)
                and value.__module__ == module.__name__
            )
            if own and not value._meta.abstract and value._meta.model is not None:
                found.setdefault(value._meta.get_model_class(), value)
    return found


def room_models() -> list[type[models.Model]]:
    """Every model of ours."""
    return [model for room in ROOMS for model in apps.get_app_config(room).get_models()]


# Pages that are written from beginning to end: by which factory, and beneath which page.
DRAFTS = {
    StoryPage: (StoryPageFactory, NewsPage),
    CallPage: (CallPageFactory, ChallengesPage),
    SectionPage: (SectionPageFactory, HomePage),
    CentrePage: (CentrePageFactory, CentresPage),
}


class World:
    """`users` by role (None for anonymous) and `sample(model)`: that model's one row."""

    def __init__(self) -> None:
        self.centre, self.other_centre = CentreFactory(), CentreFactory()
        self.organisation, self.rival = OrganisationFactory(), OrganisationFactory()
        city = OrganisationFactory(helix="administration")
        self.users: dict[str, Any] = {
            "anonymous": None,
            "citizen": UserFactory(),
            "rival": PartnerFactory(organisation=self.rival, admin=True),
            "member": PartnerFactory(organisation=self.organisation),
            "member_admin": PartnerFactory(organisation=self.organisation, admin=True),
            **{role: StaffFactory(role=role, centre=self.centre) for role in STAFF},
            "other_coordinator": StaffFactory(role=Role.COORDINATOR, centre=self.other_centre),
            "admin": StaffFactory(role=Role.ADMIN),
            "auditor": StaffFactory(role=Role.AUDITOR),
        }
        agreement = AgreementFactory(centre=self.centre, parties=[city, self.organisation], in_force=True)
        self._samples: dict[type[models.Model], Any] = {
            type(self.centre): self.centre,
            type(self.organisation): self.organisation,
            type(agreement): agreement,
            type(self.users["member"]): self.users["member"],
        }
        trial = self._samples[Trial] = PilotFactory(
            running=True,
            centre=self.centre,
            promoter=self.organisation,
            agreement=agreement,
            monitor=self.users["monitor"],
        )
        for row in (
            self.users["member"].memberships.get(),
            agreement.parties.get(organisation=self.organisation),
            trial.indicators.get(),
            self.users["evaluator"].appointments.get(),
        ):
            self._samples[type(row)] = row

    def sample(self, model: type[models.Model]) -> Any:
        """The one row of `model`, made on first asking and tied to the others of this world."""
        if model not in self._samples:
            special = {
                Attachment: self._file,
                ApiToken: self._token,
                Authenticator: self._key,
                CasePage: self._case,
                PreviewLink: self._preview_link,
                TextPage: self._text_page,
                **{model: partial(self._draft, *made_by) for model, made_by in DRAFTS.items()},
                Webhook: self._webhook,
                Delivery: self._message,
                Export: self._export,
                Group: self._group,
                GroupMember: self._place,
            }
            self._samples[model] = special[model]() if model in special else self.make(model)
        return self._samples[model]

    def _group(self) -> Any:
        """A hidden group that the member looks after and nobody else is in."""
        group = GroupFactory(host=self.users["member"])
        self._samples[GroupMember] = group.places.get()
        return group

    def _place(self) -> Any:
        return self.sample(Group).places.get()

    def _file(self) -> Any:
        upload = SimpleUploadedFile("terms.txt", b"What was agreed.", "text/plain")
        return attach(self.sample(Agreement), upload, actor=self.users["legal"])

    def _token(self) -> Any:
        return issue_token(actor=self.users["member"], name="Sensors", scopes=["read", "write"])[0]

    def _key(self) -> Any:
        key = {"name": "Telephone", "credential": {"clientExtensionResults": {}}}
        return Authenticator.objects.create(user=self.users["member"], type="webauthn", data=key)

    def _webhook(self) -> Any:
        values = {"name": "Dashboard", "url": "https://203.0.114.9/", "nouns": []}
        return create_webhook(actor=self.users["member"], **values)[0]

    def _message(self) -> Any:
        return Delivery.objects.create(webhook=self.sample(Webhook), event="ping", happened_at=timezone.now())

    def _export(self) -> Any:
        export = ask_export("/workspace/trials/", "", "csv", actor=self.users["member"])
        write_export(export_id=str(export.pk))
        return export

    def _case(self) -> Any:
        make_site()
        outcome = evaluated_outcome(trial_fields={"centre": self.centre, "promoter": self.organisation})
        return case_of(outcome, author=self.users["editor"])

    def _text_page(self) -> Any:
        """A public page that follows the one of another language."""
        self.sample(CasePage)  # with which the site is made
        page = TextPage.objects.get(role="about", locale__language_code="fr")
        return follow_page(page, "ca", actor=self.users["editor"])

    def _draft(self, make: Any, above: Any) -> Any:
        """A page that is only written yet."""
        self.sample(CasePage)  # with which the site is made
        more = {"centre": self.centre} if make is CentrePageFactory else {}
        return make(parent=above.objects.get(locale__language_code="en"), live=False, **more)

    def _preview_link(self) -> Any:
        return PreviewLinkFactory(page=self.sample(CasePage), made_by=self.users["editor"])

    def who_may(self, permission: str, obj: Any = None) -> Any:
        """Somebody of this world who has `permission` on `obj`."""
        return next(user for user in self.users.values() if user is not None and can(user, permission, obj))

    def make(self, model: type[models.Model]) -> Any:
        """The first row of `model`: it points to the samples of this world wherever its factory would make new ones."""
        return factories()[model](**self._fixed(model))

    def make_another(self, model: type[models.Model]) -> Any:
        """One more row of `model`, in this world where that is possible, else in one of its own."""
        fixed = self._fixed(model)
        once = {field.name for field in model._meta.concrete_fields if field.unique}
        for constraint in model._meta.constraints:
            once |= set(getattr(constraint, "fields", ()))
        return factories()[model](**{name: value for name, value in fixed.items() if name not in once})

    def _fixed(self, model: type[models.Model]) -> dict[str, Any]:
        declared = set(factories()[model]._meta.pre_declarations) | set(
            factories()[model]._meta.post_declarations
        )
        people = {
            "evaluator": "evaluator",
            "monitor": "monitor",
            "decided_by": "secretary",
            "asked_by": "coordinator",
        }
        values = {}
        for field in model._meta.concrete_fields:
            if field.name not in declared or not isinstance(field, models.ForeignKey):
                continue
            if field.name in people:
                values[field.name] = self.users[people[field.name]]
            elif field.related_model is not model and field.related_model in factories():
                values[field.name] = self.sample(field.related_model)
        return values
