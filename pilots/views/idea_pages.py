"""What does one idea look like: to the staff, to who proposes it, and to who only reads it?"""

from typing import Any

from django.db.models import Case, Exists, Max, Min, OuterRef, Value, When
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cic.core.files import files_of
from cic.core.formats import day
from cic.core.models import Attachment
from cic.core.notifications import with_unread_of_page
from cic.core.permissions import can
from cic.core.translation_pages import translation_routes
from partners.choices import Role
from pilots.calculations.path import steps
from pilots.choices import PLAN_STATES, LineageKind
from pilots.choices import IdeaState as S
from pilots.forms.ideas import LABELS, trl_choices
from pilots.models import (
    Challenge,
    Decision,
    Evaluation,
    Idea,
    IdeaAnnex,
    IdeaPartner,
    InformationRequest,
    Lineage,
    Trial,
)
from pilots.models.duplicates import likely_duplicates
from pilots.models.evaluations import with_results
from pilots.models.messages import with_channels
from pilots.operations.consortia import JOINABLE
from pilots.operations.messages import page_of_talk
from pilots.transitions.consortia import CONSORTIUM
from pilots.transitions.decisions import DECISION
from pilots.transitions.evaluations import EVALUATION
from pilots.transitions.ideas import IDEA, IDEA_PUBLICATION, IN_TRIAGE

from .chained import ChainedPage
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
    translate_permission = "pilots.translate"
    edit_permission = "pilots.edit_idea"
    tables = (IDEA, IDEA_PUBLICATION)

    def get_queryset(self) -> Any:
        """Ideas with what they are for and from."""
        user, here = self.request.user, {"pk": OuterRef("pk")}
        rows = with_unread_of_page(super().get_queryset(), user, reverse("idea_talk", args=[0]))
        return rows.select_related(
            "centre", "challenge", "organisation", "author", "merged_into", "annex"
        ).annotate(
            is_ours=Exists(Idea.objects.of(user).filter(**here)),
            is_inside=Exists(Idea.objects.inside(user).filter(**here)),
            converses=Exists(with_channels(Idea, user).filter(**here)),
            annex_seen=Exists(IdeaAnnex.objects.visible_to(user).filter(idea=OuterRef("pk"))),
            need_seen=Exists(Challenge.objects.visible_to(user).filter(pk=OuterRef("challenge"))),
        )

    def reader(self) -> str:
        """As what the reader reads: staff, ours (they propose or join it), inside (they evaluate it), or public."""
        if works_for(self.request.user, self.object):
            return "staff"
        if self.object.is_ours:
            return "ours"
        return "inside" if self.object.is_inside else "public"

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
            (_("Challenge"), idea.challenge if idea.challenge_id and idea.need_seen else ""),
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
        inside = self.reading_as != "public"
        annex = idea.annex if idea.annex_seen else None
        files = Attachment.objects.about(*filter(None, (idea, annex)))
        # Fetched once: it is counted, listed, and looked through for the open one.
        requests = list(
            InformationRequest.objects.visible_to(user).filter(idea=idea).select_related("asked_by")
        )
        kwargs |= {
            "reading_as": self.reading_as,
            "talk": {"url": page_of_talk(idea), "unread": idea.unread_of_page}
            if inside and idea.state != S.DRAFT and idea.converses
            else None,
            "texts": texts_of(idea),
            "annex": annex,
            "annex_files": files_of(annex, user, inside=True, among=files) if annex else [],
            "files": files_of(idea, user, inside=inside, among=files),
            "may_change_files": may_change_files(user, idea),
            "partners": self._partners(),
            "may_invite": idea.state in JOINABLE and can(user, "pilots.invite_partner", idea),
            "requests": requests,
            "kin": self._kin() if self.reading_as in ("staff", "ours") else {},
            "open_request": next((row for row in requests if row.answered_at is None), None)
            if idea.state == S.MORE_INFORMATION
            else None,
        }
        if self.reading_as == "staff":
            kwargs |= self._for_staff()
        elif self.reading_as == "ours":
            kwargs |= self._for_proposers(kwargs["open_request"])
        context = super().get_context_data(**kwargs)
        decisions = [row for row in reversed(self.line.decisions) if row.idea_id == idea.pk]
        context["decisions"] = [{"row": row, "badge": DECISION.badge(row)} for row in decisions]
        if self.reading_as == "staff":
            context |= self._to_decide(decisions)
        if idea.state != S.DRAFT:
            context["edit_url"] = ""
        if self.reading_as != "staff":
            idea.badge = IDEA.badge(idea, public=True)
        return context

    def _kin(self) -> dict[str, list[Idea]]:
        """What the idea was split into and split from, and what was merged into it: one query."""
        here = self.object.pk
        links = Lineage.objects.filter(kind=LineageKind.SPLIT, from_type=IDEA_LABEL, to_type=IDEA_LABEL)
        kin = {
            "into": links.filter(from_id=here).values("to_id"),
            "out_of": links.filter(to_id=here).values("from_id"),
            "merged": Idea.objects.filter(merged_into=here).values("pk"),
        }
        # One set of ids, which the database looks up; alternatives would make it read every idea.
        ids = kin["merged"].union(kin["into"], kin["out_of"])
        found = list(
            Idea.objects.visible_to(self.request.user)
            .filter(pk__in=ids)
            .annotate(kin=Case(*(When(pk__in=ids, then=Value(name)) for name, ids in kin.items())))
            .order_by("pk")
        )
        return {name: [row for row in found if row.kin == name] for name in kin}

    def _partners(self) -> list[dict[str, Any]]:
        rows = IdeaPartner.objects.visible_to(self.request.user).filter(idea=self.object)
        return [
            {"row": row, "badge": CONSORTIUM.badge(row)}
            for row in rows.select_related("organisation").order_by("pk")
        ]

    def _for_staff(self) -> dict[str, Any]:
        user, idea = self.request.user, self.object
        triage = can(user, "pilots.triage_ideas", idea)
        in_triage = triage and idea.state in IN_TRIAGE
        return {
            "split_url": reverse("idea_split", args=[idea.pk]) if in_triage else "",
            "evaluations": self._evaluations() if idea.state not in IN_TRIAGE else [],
            "duplicates": likely_duplicates([idea], user)[idea.pk] if in_triage else [],
            "may_triage": triage,
            "ask_url": reverse("request_create", args=[idea.pk])
            if triage and idea.state == S.SCREENING
            else "",
            "plan_url": f"{reverse('trial_prepare_new')}?idea={idea.pk}"
            if idea.state == S.ACCEPTED and can(user, "pilots.create_trial", idea.centre)
            else "",
            "may_read_evaluations": user.standing.has(
                [Role.COORDINATOR, Role.SECRETARY, Role.ADMIN, Role.AUDITOR], idea.centre_id
            ),
        }

    def _evaluations(self) -> list[dict[str, Any]]:
        rows = Evaluation.objects.visible_to(self.request.user).filter(idea=self.object)
        return [
            {"row": row, "badge": EVALUATION.badge(row), "result": result}
            for row, result in with_results(rows.select_related("evaluator").order_by("pk"))
        ]

    def _to_decide(self, decisions: list[Decision]) -> dict[str, str]:
        """Where to go on, as long as no decision waits to be told."""
        user, idea = self.request.user, self.object
        if idea.state != S.IN_EVALUATION or any(row.notified_at is None for row in decisions):
            return {}
        assign = f"{reverse('evaluation_assign', args=[idea.centre_id])}?idea={idea.pk}"
        return {
            "assign_url": assign if can(user, "pilots.assign_evaluations", idea) else "",
            "decide_url": reverse("idea_decide", args=[idea.pk])
            if can(user, "pilots.record_decision", idea)
            else "",
        }

    def _for_proposers(self, request: InformationRequest | None) -> dict[str, Any]:
        idea = self.object
        what, who = NEXT[idea.state]
        by = None
        if request is not None:
            by = request.due_on
        elif idea.state in IN_TRIAGE:
            by = idea.answer_by
        elif idea.state == S.ACCEPTED:
            tried = Trial.objects.visible_to(self.request.user).filter(idea=idea, state__in=PLAN_STATES)
            by = tried.aggregate(first=Min("starts_on"))["first"]
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
            "is_late": idea.state in IN_TRIAGE and by is not None and by < timezone.localdate(),
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


ROUTES = [
    path("ideas/<int:pk>/", IdeaPage.as_view(), name="idea_detail"),
    *translation_routes("ideas", "idea", Idea, "pilots.translate"),
]
