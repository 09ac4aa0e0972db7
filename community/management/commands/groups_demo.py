"""Is anything debated in groups of the demonstration? An open one, one on request with somebody who waits, and a hidden one."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from cic.core.models import Job
from community.models import Group
from community.operations.comments import write_comment
from community.operations.debates import move_debate, start_debate
from community.operations.follows import follow
from community.operations.group_members import ask_to_come_in, invite_to_group, move_place
from community.operations.groups import found_group
from partners.models import User

HOST = "coordinator"
# name, what it is about, who sees it, who is in it, who waits, who is invited
GROUPS = (
    (
        "Repartiment silenciós de nit",
        "Per a qui reparteix, qui ven i qui dorm: com es pot descarregar de nit sense despertar ningú. Hi parlem d'horaris,"
        " de vehicles i del que diuen els sonòmetres. No cal ser expert.",
        "open", ("partner", "member", "association", "repartim", "shops"), (), (),
    ),
    (
        "Dades dels sensors de carrer",
        "Per a les entitats que posen sensors o en fan servir les dades: formats, calibratge, i què es publica i què no.",
        "on_request", ("partner", "university", "acoustics"), ("association",), (),
    ),
    (
        "Preparació de la convocatòria de primavera",
        "Grup de treball de l'oficina amb dues entitats, mentre la convocatòria no és pública.",
        "hidden", ("monitor", "university"), (), ("shops",),
    ),
)  # fmt: skip
# in which group, who begins, title, text, [(who, what, in answer to the one before, in the name of the city)], conclusions
DEBATES = (
    (
        0, "association", "A quina hora hauria d'acabar la descàrrega?",
        "Al nostre carrer el soroll comença a les quatre. Quina hora us sembla raonable, i què necessiteu per complir-la?",
        (
            ("repartim", "Amb vehicle elèctric podem acabar a les sis. Abans no hi arribem a totes les botigues.", False, False),
            ("association", "A les sis molta gent encara dorm. I si les persianes fossin el problema, i no el camió?", True, False),
            ("shops", "Les persianes les podem greixar i obrir més tard: ja ho fem en dues botigues.", False, False),
            ("coordinator", "Mesurarem per separat camió i persiana les dues setmanes vinents i en portarem els resultats aquí.", True, True),
        ),
        "",
    ),
    (
        0, "partner", "Quins vehicles fan menys soroll en marxa enrere?",
        "Volem triar el vehicle de la segona fase. Qui en té dades, encara que siguin de fulls de càlcul propis?",
        (
            ("repartim", "El tricicle elèctric: 52 dB(A) a set metres. La furgoneta petita, 58.", False, False),
            ("member", "Hem comparat els dos al sonòmetre del carrer i ens surt el mateix.", True, False),
        ),
        "La segona fase es fa amb tricicle elèctric als carrers de menys de sis metres, i amb furgoneta petita a la resta."
        " L'avisador de marxa enrere es canvia pel de so blanc. Hi tornem al maig amb dos mesos de dades.",
    ),
    (
        1, "university", "Cada quant calibrem, i qui ho paga?",
        "Proposem calibrar un sensor de cada deu cada tres mesos i publicar-ne el resultat amb les dades.",
        (("acoustics", "D'acord amb els tres mesos. Podem deixar el calibrador a qui el demani.", False, False),),
        "",
    ),
    (
        2, "coordinator", "Quins reptes hi posem?",
        "Tenim quatre esborranys. Digueu quins dos veieu prou madurs.",
        (("monitor", "El de la logística de mercats. El de l'aigua encara no té qui el faci seu.", False, False),),
        "",
    ),
)  # fmt: skip


class Command(BaseCommand):
    """Groups and debates of the demonstration; does nothing where there are groups."""

    help = "Let people of the demonstration talk in groups. Nobody is told of what was only invented."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Found, let in, debate, close one with conclusions."""
        people = {user.email.partition("@")[0]: user for user in User.objects.filter(is_active=True)}
        if Group.objects.exists() or HOST not in people:
            return
        last = Job.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        groups = [self.group(people, *row) for row in GROUPS]
        for number, *row in DEBATES:
            self.debate(people, groups[number], *row)
        follow(groups[0], actor=people["partner"])
        Job.objects.filter(pk__gt=last).delete()

    def group(
        self,
        people: dict[str, User],
        name: str,
        about: str,
        access: str,
        inside: Any,
        waiting: Any,
        invited: Any,
    ) -> Group:
        """One group with its people."""
        host = people[HOST]
        group = found_group(
            {"name": name, "description": about, "access": access, "language": "ca"}, actor=host
        )
        for key in inside:
            if access == "hidden":
                place = invite_to_group(group, people[key].email, actor=host)
                move_place(place, "join", actor=people[key])
            else:
                place = ask_to_come_in(group, actor=people[key])
                if access == "on_request":
                    move_place(place, "accept", actor=host)
        for key in waiting:
            ask_to_come_in(
                group, actor=people[key], message="Mirem els sonòmetres del barri i els voldríem entendre."
            )
        for key in invited:
            invite_to_group(group, people[key].email, actor=host)
        return group

    def debate(
        self,
        people: dict[str, User],
        group: Group,
        author: str,
        title: str,
        text: str,
        said: Any,
        conclusions: str,
    ) -> None:
        """One debate with what was said in it."""
        values = {"group": group, "title": title, "text": text, "language": "ca"}
        debate, begun = start_debate(values, actor=people[author]), None
        for who, words, answers, official in said:
            about = {"parent": begun} if answers else {"debate": debate}
            comment = write_comment(
                {**about, "text": words, "language": "ca", "official": official}, actor=people[who]
            )
            begun = begun if answers else comment
        if conclusions:
            move_debate(debate, "close", actor=people[HOST], changes={"conclusions": conclusions})
