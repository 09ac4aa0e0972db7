"""Does the demonstration show every kind of page? A case that two people published, and what editors write."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.db.models import Q

from cms.facts.chains import sentence
from cms.frame import absolute
from cms.management.demo.pages import tell
from cms.models import CasePage
from cms.operations.cases import approve_case, ask_for_approval, edit_case, prepare_case
from partners.choices import Role
from partners.models import Appointment, User
from pilots.models import Outcome, Trial

QUESTIONS = {
    "ca": "Va funcionar? {title}",
    "es": "¿Funcionó? {title}",
    "en": "Did it work? {title}",
    "fr": "Cela a-t-il marché ? {title}",
}
HOW_WE_KNOW = {
    "ca": "mesures abans i durant la prova",
    "es": "medidas antes y durante la prueba",
    "en": "measurements before and during the trial",
    "fr": "mesures avant et pendant l’essai",
}


class Command(BaseCommand):
    """Publish the case of the first closed trial with a public outcome, and the pages that editors write."""

    help = "Publish one case of the demonstration, and its stories, calls and section; what is there stays."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """The case, unless there is one; then the pages, unless there are some. Print what was made."""
        address = "" if CasePage.objects.exists() else self.publish_case()
        pages = tell()
        if options["verbosity"]:
            self.stdout.write(f"{address} {pages} pages".strip())

    def publish_case(self) -> str:
        """Prepare, write, ask and approve; the address. Empty where nothing is ready to be told."""
        outcome = Outcome.objects.filter(
            publication="public", trial__publication="public", trial__state="closed"
        ).first()
        if outcome is None:
            return ""
        author, approver = holder(Role.EDITOR, outcome.trial), holder(Role.COORDINATOR, outcome.trial)
        if author is None or approver is None:
            return ""
        case = prepare_case(outcome, actor=author)
        language = case.locale.language_code
        texts = {
            "title": QUESTIONS.get(language, QUESTIONS["en"]).format(title=outcome.trial.title),
            "answer": sentence(outcome.summary)[:250],
            "evidence": HOW_WE_KNOW.get(language, HOW_WE_KNOW["en"]),
        }
        case = edit_case(case, texts, actor=author)
        case = approve_case(ask_for_approval(case, actor=author), actor=approver)
        return absolute(case.get_url())


def holder(role: str, trial: Trial) -> User | None:
    """Somebody who holds `role` today in the centre of `trial`, or in all."""
    held = Appointment.objects.current().filter(role=role, user__is_active=True)
    here = held.filter(Q(centre=None) | Q(centre_id=trial.centre_id)).order_by("pk").first()
    return here.user if here else None
