"""How do people talk about an idea, a trial or an agreement, and see before they write who reads it?"""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, Q, Value
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from cic.core.files import file_row
from cic.core.models import Attachment
from cic.core.notifications import mark_read, unread_of_page
from cic.core.permissions import can
from cic.core.views import EditPage, ObjectPage, WorkspacePage
from partners.choices import READING_ROLES, Role
from partners.models import Agreement, Appointment, Membership
from pilots.choices import MESSAGE_EDIT_MINUTES, Channel
from pilots.forms.messages import MessageEditForm, MessageForm
from pilots.models import Idea, Message, Trial
from pilots.models.messages import CHANNELS, audience, organisations_in, subject_name, with_channels
from pilots.operations import messages as operations

SHOWN = 50
BANNERS = {
    Channel.INTERNAL: _("Read by the city only"),
    Channel.REVIEWERS: _("Read by the city and the evaluators of this idea"),
    Channel.PARTNER: _("Read by the city and the partners"),
}
# As the piece of the page calls them, after how far a word goes.
LOOKS = {Channel.INTERNAL: "internal", Channel.REVIEWERS: "internal", Channel.PARTNER: "parties"}


class TalkPage(ObjectPage):
    """The conversations about one record; who reads along stands above the box."""

    form_class = MessageForm
    template_name = "pilots/messages/talk.html"
    done = _("Your message is sent.")

    def get_queryset(self) -> Any:
        """The records of which the reader reads a channel; there are no others."""
        return with_channels(self.model, self.request.user)

    def get_object(self) -> Any:
        """The record, and the channel that the address names: the first one the reader reads without a name."""
        obj = super().get_object()
        self.channels = [
            channel for channel in CHANNELS[self.model] if getattr(obj, f"hears_{channel.value}")
        ]
        named = self.request.GET.get("channel", self.channels[0].value)
        if named not in self.channels:
            raise Http404
        self.channel = Channel(named)
        obj.heard_by = (self.request.user.pk, frozenset(self.channels))
        self.draft = Message(channel=self.channel, **{subject_name(obj): obj})
        self.speaks = can(self.request.user, "pilots.write_message", self.draft)
        return obj

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Send it, for those who may write here."""
        if not self.speaks:
            raise PermissionDenied
        return super().post(request, *args, **kwargs)

    def act(self, form: Any) -> Any:
        """Say it."""
        upload = form.cleaned_data["file"]
        values = {
            subject_name(self.object): self.object,
            "channel": self.channel,
            "text": form.cleaned_data["text"],
        }
        return operations.write_message(values, actor=self.request.user, uploads=(upload,) if upload else ())

    def get_success_url(self) -> str:
        """The message, in its channel."""
        return f"{self.address(self.channel)}#m{self.result.pk}"

    def address(self, channel: Channel, **more: Any) -> str:
        """The page of one channel."""
        query = "".join(f"&{name}={value}" for name, value in more.items())
        return f"{operations.page_of_talk(self.object)}?channel={channel.value}{query}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What was said, to whom, and what of it is new."""
        user, obj = self.request.user, self.object
        people = list(audience(obj, self.channel).only("pk", "name", "email"))
        notes, earlier = self._notes({person.pk for person in people})
        told = unread_of_page(user, operations.page_of_talk(obj)).values_list("pk", "context")
        new = [(pk, context.get("channel")) for pk, context in told]
        unread = Counter(channel for _pk, channel in new)
        if unread[self.channel.value]:
            mark_read(user, [pk for pk, channel in new if channel == self.channel.value], actor=user)
        return super().get_context_data(
            page_title=_("Conversation"),
            crumbs=self._crumbs(),
            tabs=[
                {
                    "label": channel.label,
                    "url": self.address(channel),
                    "current": channel == self.channel,
                    "unread": unread[channel.value] if channel != self.channel else 0,
                }
                for channel in self.channels
            ],
            channel=LOOKS[self.channel],
            banner=BANNERS[self.channel],
            readers=self._readers_in_words(people),
            names=[person.name for person in people if person.pk != user.pk and person.name],
            notes=notes,
            earlier_url=earlier,
            newest_url=self.address(self.channel) if "before" in self.request.GET else "",
            speaks=self.speaks,
            minutes=MESSAGE_EDIT_MINUTES,
            **kwargs,
        )

    def _crumbs(self) -> list[dict[str, Any]]:
        """Back to the record, for who may open it; who evaluates it blind may not."""
        obj = self.object
        back = {"label": obj.reference}
        # Whoever reads another channel stands inside of the record.
        opens = self.channels != [Channel.REVIEWERS]
        if opens or type(obj).objects.visible_to(self.request.user).filter(pk=obj.pk).exists():
            back["url"] = reverse(f"{self.noun}_detail", args=[obj.pk])
        return [back, {"label": _("Conversation")}]

    def _notes(self, reading: set[int]) -> tuple[list[dict[str, Any]], str]:
        """The last messages, oldest first, with their files; the address of earlier ones."""
        user = self.request.user
        rows = Message.objects.visible_to(user).about(self.object).filter(channel=self.channel)
        before = self.request.GET.get("before", "")
        if before.isascii() and before.isdigit():
            rows = rows.filter(pk__lt=int(before[:18]))
        found = list(rows.select_related("author").order_by("-pk")[: SHOWN + 1])
        shown = found[:SHOWN][::-1]
        earlier = self.address(self.channel, before=shown[0].pk) if len(found) > SHOWN else ""
        files: dict[int, list[dict[str, Any]]] = {}
        for row in Attachment.objects.filter(
            object_type=Message._meta.label_lower, object_id__in=[message.pk for message in shown]
        ).order_by("created_at"):
            files.setdefault(row.object_id, []).append(file_row(row))
        return [
            {
                "pk": message.pk,
                "who": message.author,
                "affiliation": "" if message.author_id in reading else _("no longer reads this"),
                "at": message.created_at,
                "edited_at": message.edited_at,
                "text": message.text,
                "own": message.author_id == user.pk,
                "files": files.get(message.pk, []),
                "edit_url": reverse("message_edit", args=[message.pk])
                if message.author_id == user.pk and operations.may_change_still(message)
                else "",
            }
            for message in shown
        ], earlier

    def _readers_in_words(self, people: list[Any]) -> str:
        """How many people read this, as what: each is counted once, as staff before anything else."""
        reading = {person.pk for person in people}
        counted: Counter[str] = Counter()
        here = Q(centre=None) | Q(centre_id=self.object.centre_id)
        staff = Appointment.objects.current().filter(here, user__in=reading, role__in=READING_ROLES)
        members = Membership.objects.current().filter(user__in=reading)
        if self.channel == Channel.PARTNER:
            members = members.filter(organisation__in=organisations_in(self.object).values("pk"))
        else:
            members = members.none()
        columns = ("kind", "what", "user_id")
        rows = (
            staff.annotate(kind=Value(0), what=F("role"))
            .order_by()
            .values_list(*columns)
            .union(
                members.annotate(kind=Value(1), what=F("organisation__name"))
                .order_by()
                .values_list(*columns),
                all=True,
            )
        )
        for kind, what, user_id in sorted(rows):
            if user_id in reading:
                reading.discard(user_id)
                counted[what if kind else str(Role(what).label)] += 1
        if reading:
            alone = (
                gettext("Evaluator") if self.channel == Channel.REVIEWERS else gettext("Takes part by name")
            )
            counted[alone] += len(reading)
        total = ngettext("%(count)s person", "%(count)s people", len(people)) % {"count": len(people)}
        return f"{total}: " + "; ".join(f"{name} ({number})" for name, number in counted.items())


class IdeaTalkPage(TalkPage):
    """The conversations about an idea."""

    model = Idea
    noun = "idea"


class TrialTalkPage(TalkPage):
    """The conversations about a trial."""

    model = Trial
    noun = "trial"


class AgreementTalkPage(TalkPage):
    """The conversations about an agreement."""

    model = Agreement
    noun = "agreement"


class MessageOpenPage(WorkspacePage, View):
    """One message, where it was said. What is told of a message leads here."""

    model = Message
    permission = "pilots.view_message"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """On to the conversation."""
        return redirect(place_of(self.get_object()))


def place_of(message: Message) -> str:
    """The address of a message in its conversation."""
    page = operations.page_of_talk(message.subject)
    later = Message.objects.about(message.subject).filter(channel=message.channel, pk__gt=message.pk)
    further_back = f"&before={message.pk + 1}" if later.count() >= SHOWN else ""
    return f"{page}?channel={message.channel}{further_back}#m{message.pk}"


class MessageEditPage(EditPage):
    """Change one's own message, while that is open."""

    model = Message
    permission = "pilots.edit_message"
    form_class = MessageEditForm
    page_title = _("Change your message")
    done = _("Your message is changed. The text of before stays in the log.")

    def get_queryset(self) -> Any:
        """With what they are about."""
        return super().get_queryset().select_related("idea", "trial", "agreement")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The form; when its time is over, the conversation with the reason."""
        if not operations.may_change_still(self.object):
            sentence = gettext("A message can be changed for %(minutes)s minutes. Write another one.")
            messages.error(request, sentence % {"minutes": MESSAGE_EDIT_MINUTES})
            return redirect(self.get_cancel_url())
        return super().get(request, *args, **kwargs)

    def act(self, form: Any) -> Any:
        """Change it."""
        return operations.edit_message(
            self.object, form.cleaned_data, actor=self.request.user, expected_version=self.expected_version
        )

    def get_cancel_url(self) -> str:
        """Back to the conversation."""
        return place_of(self.object)

    def get_success_url(self) -> str:
        """Back to the conversation."""
        return place_of(self.object)


ROUTES = [
    path("ideas/<int:pk>/talk/", IdeaTalkPage.as_view(), name="idea_talk"),
    path("trials/<int:pk>/talk/", TrialTalkPage.as_view(), name="trial_talk"),
    path("agreements/<int:pk>/talk/", AgreementTalkPage.as_view(), name="agreement_talk"),
    path("messages/<int:pk>/", MessageOpenPage.as_view(), name="message_detail"),
    path("messages/<int:pk>/edit/", MessageEditPage.as_view(), name="message_edit"),
]
