"""Does anybody talk in the demonstration? A citizen asks, the centre answers, and one comment waits to be read."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from cic.core.models import Job
from community.models import Comment
from community.operations.comments import move_comment, write_comment
from partners.choices import Role
from partners.models import Appointment, User
from pilots.models import Challenge, Trial

# About what, what is asked, what the centre answers, and what somebody adds.
TALKS = (
    (
        Trial,
        "Les furgonetes passen també els caps de setmana? Al nostre carrer el soroll és pitjor els dissabtes.",
        "Bona pregunta: la prova cobreix de dilluns a divendres. Hem demanat mesurar també els dissabtes, i ho"
        " explicarem aquí quan tinguem les dades.",
        "Gràcies. Seria útil saber també a quina hora comencen.",
    ),
    (
        Challenge,
        "Es poden presentar idees des d'una associació de veïns, o només empreses?",
        "S'hi pot presentar qualsevol entitat, també les associacions. Us hi ajudem si cal.",
        "",
    ),
)
WAITING = "Jo hi visc a prop i trobo que ha millorat molt. Felicitats!"


class Command(BaseCommand):
    """Two conversations of the demonstration; does nothing where somebody has said something."""

    help = "Let citizens of the demonstration ask, and the centre answer. Nobody is told of what was only invented."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Write, publish, answer; one more waits for a moderator."""
        citizens = list(User.objects.filter(is_active=True, appointments=None).order_by("-pk")[:2])
        if Comment.objects.exists() or len(citizens) < 2:
            return
        last = Job.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        for model, question, answer, more in TALKS:
            subject = self.subject(model)
            coordinator = (
                subject
                and Appointment.objects.current()
                .filter(role=Role.COORDINATOR, centre_id=subject.centre_id)
                .first()
            )
            if not coordinator:
                continue
            about, language = {model._meta.model_name: subject}, {"language": "ca"}
            asked = write_comment(
                {**about, **language, "text": question, "kind": "question"}, actor=citizens[0]
            )
            asked = self.published(asked, coordinator.user)
            write_comment(
                {"parent": asked, **language, "text": answer, "official": True}, actor=coordinator.user
            )
            if more:
                thanks = write_comment({"parent": asked, **language, "text": more}, actor=citizens[0])
                self.published(thanks, coordinator.user)
                write_comment({**about, **language, "text": WAITING}, actor=citizens[1])
        Job.objects.filter(pk__gt=last).delete()

    def subject(self, model: Any) -> Any:
        """The first public record of this kind; a trial that runs, a need that is open."""
        rows = model.objects.filter(publication="public").order_by("pk")
        return rows.filter(state__in=("running", "open")).first() or rows.first()

    def published(self, comment: Comment, moderator: User) -> Comment:
        """The comment, read and published where that is the rule."""
        return comment if comment.is_open else move_comment(comment, "publish", actor=moderator)
