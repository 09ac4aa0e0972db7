"""What does one idea look like: to the staff, to who proposes it, and to who only reads it?"""

from typing import Any

from django.db.models import Max
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cic.core.formats import day
from cic.core.permissions import can
from partners.choices import Role
from pilots.calculations.path import steps
from pilots.choices import IdeaState as S
from pilots.choices import LineageKind
from pilots.forms.ideas import LABELS, trl_choices
from pilots.models import (
    Decision,
    Evaluation,
    Idea,
    IdeaAnnex,
    IdeaPartner,
    InformationRequest,
    Lineage,
)
from pilots.models.duplicates import likely_duplicates
from pilots.operations.consortia import JOINABLE
from pilots.transitions.consortia import CONSORTIUM
from pilots.transitions.decisions import DECISION
from pilots.transitions.evaluations import EVALUATION
from pilots.transitions.ideas import IDEA, IDEA_PUBLICATION, IN_TRIAGE

from .chained import ChainedPage, files_of, talk_of
from .ideas import may_change_files, works_for

STEP_LABELS = {
    "write": _("You write it"),
    "read": _("We read it"),
    "evaluate": _("Experts evaluate it"),
    "decide": _("It is decided"),
    "try": _("It is tried"),
}
# What comes next, and whose turn it is: in the words of who proposes.
NEXT = {
    S.DRAFT: (_("Finish it and send it."), _("You")),
    S.SUBMITTED: (_("We read it. If something is missing we ask you."), _("The centre")),
    S.SCREENING: (_("We finish reading it, then experts evaluate it or we ask you for more."), _("The centre")),
    S.MORE_INFORMATION: (_("Answer what we asked. Only that is open to change."), _("You")),
    S.IN_EVALUATION: (_("Experts give their scores, then it is decided. We write to you."), _("The experts and the deciding body")),
    S.ACCEPTED: (_("The centre prepares with you how it will be tried."), _("The centre and you")),
    S.PARKED: (_("It is looked at again. There is nothing you need to do."), _("The centre")),
    S.DECLINED: (_("If you do not agree you can appeal; the body then decides again."), _("You")),
    S.WITHDRAWN: (_("Nothing more happens. You can always read it."), ""),
    S.MERGED: (_("The work goes on in another idea that asks the same. The centre tells you how."), _("The centre")),
    S.SPLIT: (_("The work goes on in several ideas that stand by themselves. You are the author of each."), _("The centre")),
    S.LAPSED: (_("It was closed because we had no answer. Write to the centre to open it again."), _("You")),
}  # fmt: skip


class IdeaPage(ChainedPage):
    """One idea, in the words of whoever reads it."""

    model = Idea
    noun = "idea"
    permission = "pilots.view_idea"
    edit_permission = "pilots.edit_idea"
    tables = (IDEA, IDEA_PUBLICATION)

    def get_queryset(self) -> Any:
        """Ideas with what they are for and from."""
        return (
            super()
            .get_queryset()
            .select_related("centre", "challenge", "organisation", "author", "merged_into")
        )

    def reader(self) -> str:
        """As what the reader reads: staff, ours (they propose or join it), inside (they evaluate it), or public."""
        user, idea = self.request.user, self.object
        if works_for(user, idea):
            return "staff"
        if Idea.objects.of(user).filter(pk=idea.pk).exists():
            return "ours"
        return "inside" if can(user, "pilots.view_idea_inside", idea) else "public"

    def get_template_names(self) -> list[str]:
        """The page of this reader."""
        return ["pilots/ideas/detail_ours.html" if self.reading_as == "ours" else "pilots/ideas/detail.html"]

    def history(self) -> Any:
        """The stages: to the staff as recorded, to who proposes in public labels and without inner reasons."""
        if self.reading_as == "staff":
            return super().history()
        if self.reading_as != "ours":
            return []
        return [
            {
                "to_label": IDEA.public_labels.get(row["to_state"], row["to_label"]),
                "actor": gettext("The centre")
                if row["move"] not in OWN_MOVES
                else gettext("You or your organisation"),
                "effective_at": row["effective_at"],
            }
            for row in super().history()
            if row["to_state"] in IDEA.public_labels
        ]

    def facts(self) -> list[tuple[Any, Any]]:
        """Who, for what, since when."""
        idea, staff = self.object, self.reading_as == "staff"
        named = self.reading_as in ("staff", "ours", "inside")
        return [
            (_("Challenge"), self.challenge_seen or ""),
            (_("Centre"), idea.centre),
            (_("Organisation"), idea.organisation or ""),
            (_("Author"), (idea.author or "") if named else ""),
            (_("To be reviewed on"), day(idea.review_on)),
            (_("Goes on in"), (idea.merged_into or "") if staff else ""),
            (_("Publication"), idea.get_publication_display() if staff else ""),
            (_("Language of the text"), idea.get_language_display()),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Everything on the page; parts the reader may not see are not there."""
        user, idea = self.request.user, self.object
        self.reading_as = self.reader()
        self.challenge_seen = (
            idea.challenge
            if idea.challenge_id and can(user, "pilots.view_challenge", idea.challenge)
            else None
        )
        inside = self.reading_as != "public"
        annex = IdeaAnnex.objects.visible_to(user).filter(idea=idea).first()
        requests = InformationRequest.objects.visible_to(user).filter(idea=idea).select_related("asked_by")
        kwargs |= {
            "reading_as": self.reading_as,
            "talk": talk_of(idea, user, reads=self.reading_as == "staff")
            if inside and idea.state != S.DRAFT
            else None,
            "texts": texts_of(idea),
            "annex": annex,
            "annex_files": files_of(annex, user, inside=True) if annex else [],
            "files": files_of(idea, user, inside=inside),
            "may_change_files": may_change_files(user, idea),
            "partners": self._partners(),
            "may_invite": idea.state in JOINABLE and can(user, "pilots.invite_partner", idea),
            "requests": requests,
            "kin": self._kin() if self.reading_as in ("staff", "ours") else {},
            "open_request": next((row for row in requests if row.answered_at is None), None)
            if idea.state == S.MORE_INFORMATION
            else None,
            "decisions": self._decisions(),
        }
        if self.reading_as == "staff":
            kwargs |= self._for_staff()
        elif self.reading_as == "ours":
            kwargs |= self._for_proposers(kwargs["open_request"])
        context = super().get_context_data(**kwargs)
        if idea.state != S.DRAFT:
            context["edit_url"] = ""
        if self.reading_as != "staff":
            idea.badge = IDEA.badge(idea, public=True)
        return context

    def _kin(self) -> dict[str, list[Idea]]:
        """What the idea was split into, and what it was split from."""
        links = Lineage.objects.filter(kind=LineageKind.SPLIT, from_type=IDEA_LABEL, to_type=IDEA_LABEL)
        pairs = list(links.touching(self.object).order_by("pk").values_list("from_id", "to_id"))
        if not pairs:
            return {}
        seen = Idea.objects.visible_to(self.request.user).in_bulk({pk for pair in pairs for pk in pair})
        here = self.object.pk
        return {
            "into": [seen[to] for source, to in pairs if source == here and to in seen],
            "out_of": [seen[source] for source, to in pairs if to == here and source in seen],
        }

    def _partners(self) -> list[dict[str, Any]]:
        rows = IdeaPartner.objects.visible_to(self.request.user).filter(idea=self.object)
        return [
            {"row": row, "badge": CONSORTIUM.badge(row)}
            for row in rows.select_related("organisation").order_by("pk")
        ]

    def _decisions(self) -> list[dict[str, Any]]:
        rows = Decision.objects.visible_to(self.request.user).filter(idea=self.object)
        return [{"row": row, "badge": DECISION.badge(row)} for row in rows.order_by("-pk")]

    def _for_staff(self) -> dict[str, Any]:
        user, idea = self.request.user, self.object
        evaluations = (
            Evaluation.objects.visible_to(user)
            .filter(idea=idea)
            .select_related("evaluator", "criteria_set")
            .prefetch_related("scores", "criteria_set__criteria")
            .order_by("pk")
        )
        triage = can(user, "pilots.triage_ideas", idea)
        in_triage = triage and idea.state in IN_TRIAGE
        undecided = idea.state == S.IN_EVALUATION and not any(
            found["row"].notified_at is None for found in self._decisions()
        )
        return {
            "split_url": reverse("idea_split", args=[idea.pk]) if in_triage else "",
            "evaluations": [{"row": row, "badge": EVALUATION.badge(row)} for row in evaluations],
            "duplicates": likely_duplicates([idea], user)[idea.pk] if in_triage else [],
            "merged": Idea.objects.visible_to(user).filter(merged_into=idea),
            "may_triage": triage,
            "ask_url": reverse("request_create", args=[idea.pk])
            if triage and idea.state == S.SCREENING
            else "",
            "assign_url": f"{reverse('evaluation_assign', args=[idea.centre_id])}?idea={idea.pk}"
            if undecided and can(user, "pilots.assign_evaluations", idea)
            else "",
            "decide_url": reverse("idea_decide", args=[idea.pk])
            if undecided and can(user, "pilots.record_decision", idea)
            else "",
            "plan_url": f"{reverse('trial_prepare_new')}?idea={idea.pk}"
            if idea.state == S.ACCEPTED and can(user, "pilots.create_trial", idea.centre)
            else "",
            "may_read_evaluations": user.standing.has(
                [Role.COORDINATOR, Role.SECRETARY, Role.ADMIN, Role.AUDITOR], idea.centre_id
            ),
        }

    def _for_proposers(self, request: InformationRequest | None) -> dict[str, Any]:
        idea = self.object
        what, who = NEXT[idea.state]
        by = None
        if request is not None:
            by = request.due_on
        elif idea.state == S.IN_EVALUATION:
            # All evaluations, whatever their state: the day must not change when they are locked by a decision.
            by = Evaluation.objects.filter(idea=idea).aggregate(last=Max("due_on"))["last"]
        elif idea.state == S.PARKED:
            by = idea.review_on
        marked = steps(idea.state, sent=idea.submitted_at is not None)
        return {
            "steps": [{"label": STEP_LABELS[key], "state": mark} for key, mark in marked],
            "next_step": what,
            "next_who": who,
            "next_by": by,
            "may_answer": request is not None and can(self.request.user, "pilots.answer_request", request),
        }


IDEA_LABEL = "pilots.idea"
OWN_MOVES = frozenset({"submit", "withdraw", "appeal", "answer"})


def texts_of(idea: Idea) -> list[tuple[Any, str]]:
    """What the author wrote, under the questions; what was left empty is left out."""
    levels = dict(trl_choices())
    texts = [
        (LABELS[name], getattr(idea, name)) for name in Idea.AUTHOR_FIELDS if name not in ("title", "trl")
    ]
    texts.append((LABELS["trl"], str(levels.get(idea.trl, "")) if idea.trl else ""))
    return [(label, text) for label, text in texts if text]


ROUTES = [path("ideas/<int:pk>/", IdeaPage.as_view(), name="idea_detail")]
