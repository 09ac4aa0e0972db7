"""What is taught in the demonstration, in four languages, and who completed it? All of it is invented."""

from typing import Any

from cic.core.translations import translate
from events.models import Capsule
from events.operations import capsules
from partners.models import Centre, User

CAPSULES: list[dict[str, Any]] = [
    {
        "level": "basic",
        "minutes": 20,
        "title": "Mesurar si una prova ha funcionat",
        "summary": "Abans de provar res al carrer cal saber com sabrem si ha anat bé. En vint minuts aprendràs a triar un "
        "indicador, a mesurar-ne el punt de partida i a dir què vols aconseguir.",
        "audience": "Entitats i equips que preparen una prova pilot",
        "goals": "Triar un indicador que respongui a la pregunta\nMesurar la línia de base abans de començar\n"
        "Fixar un objectiu que es pugui comprovar",
        "text": "## Una pregunta, un indicador\nComenceu per la pregunta: què hauria de canviar per a qui viu al carrer? Un bon "
        "indicador hi respon amb una sola xifra i la pot llegir tothom. Si en calen tres per entendre-ho, en falta un de millor."
        "\n## Abans de començar\nSense línia de base no hi ha resultat. Mesureu de la mateixa manera, a la mateixa hora i al "
        "mateix lloc que ho fareu després. Si no es pot mesurar, escriviu per què.\n## Què volem aconseguir\nL'objectiu "
        "s'escriu abans i no es toca. Que no s'hi arribi també és un resultat, i es publica.",
        "translations": {
            "es": {
                "title": "Medir si una prueba ha funcionado",
                "summary": "Antes de probar nada en la calle hay que saber cómo sabremos si ha ido bien. En veinte minutos "
                "aprenderás a elegir un indicador, a medir su punto de partida y a decir qué quieres conseguir.",
                "audience": "Entidades y equipos que preparan una prueba piloto",
                "goals": "Elegir un indicador que responda a la pregunta\nMedir la línea de base antes de empezar\n"
                "Fijar un objetivo que se pueda comprobar",
                "text": "## Una pregunta, un indicador\nEmpezad por la pregunta: ¿qué debería cambiar para quien vive en la "
                "calle? Un buen indicador responde con una sola cifra y la puede leer cualquiera. Si hacen falta tres para "
                "entenderlo, falta uno mejor.\n## Antes de empezar\nSin línea de base no hay resultado. Medid del mismo modo, a "
                "la misma hora y en el mismo lugar que después. Si no se puede medir, escribid por qué.\n## Qué queremos "
                "conseguir\nEl objetivo se escribe antes y no se toca. No alcanzarlo también es un resultado, y se publica.",
            },
            "en": {
                "title": "Measuring whether a trial worked",
                "summary": "Before anything is tried in the street you should know how you will tell whether it went well. In "
                "twenty minutes you learn to choose an indicator, to measure where you start, and to say what you aim at.",
                "audience": "Organisations and teams that prepare a pilot",
                "goals": "Choose an indicator that answers the question\nMeasure the baseline before you begin\n"
                "Set a target that can be checked",
                "text": "## One question, one indicator\nBegin with the question: what should change for those who live in the "
                "street? A good indicator answers with one figure that everybody can read. If it takes three to understand it, "
                "a better one is missing.\n## Before you begin\nWithout a baseline there is no result. Measure in the same way, "
                "at the same hour and at the same place as you will afterwards. If it cannot be measured, write why.\n## What "
                "you aim at\nThe target is written first and left alone. Not to reach it is a result too, and it is published.",
            },
            "fr": {
                "title": "Mesurer si un essai a fonctionné",
                "summary": "Avant d'essayer quoi que ce soit dans la rue, il faut savoir comment on saura si cela s'est bien "
                "passé. En vingt minutes, vous apprendrez à choisir un indicateur, à mesurer le point de départ et à dire ce "
                "que vous visez.",
                "audience": "Organisations et équipes qui préparent un projet pilote",
                "goals": "Choisir un indicateur qui réponde à la question\nMesurer le niveau de départ avant de commencer\n"
                "Fixer un objectif vérifiable",
                "text": "## Une question, un indicateur\nCommencez par la question : qu'est-ce qui devrait changer pour celles et "
                "ceux qui vivent dans la rue ? Un bon indicateur y répond par un seul chiffre que tout le monde peut lire. S'il "
                "en faut trois pour comprendre, il en manque un meilleur.\n## Avant de commencer\nSans niveau de départ, pas de "
                "résultat. Mesurez de la même façon, à la même heure et au même endroit qu'ensuite. Si ce n'est pas mesurable, "
                "écrivez pourquoi.\n## Ce que nous visons\nL'objectif s'écrit avant et ne change plus. Ne pas l'atteindre est "
                "aussi un résultat, et il est publié.",
            },
        },
    },
    {
        "level": "middle",
        "minutes": 15,
        "title": "Dades personals en una prova al carrer",
        "summary": "Sensors, càmeres, enquestes: què es pot recollir, què no, i a qui cal preguntar abans.",
        "audience": "Qui porta una prova pilot amb dades de persones",
        "goals": "Reconèixer quan hi ha dades personals\nSaber quan cal una avaluació d'impacte",
        "text": "## Quan hi ha dades personals\nUna matrícula, una veu o un recorregut que es repeteix cada matí poden dir qui és "
        "algú encara que no hi hagi cap nom. Davant del dubte, tracteu-ho com a dada personal.\n## Abans d'encendre el sensor\n"
        "Pregunteu si cal una avaluació d'impacte i escriviu-ne la resposta a la prova pilot. Recolliu el mínim, durant el "
        "mínim temps, i expliqueu-ho al carrer amb un cartell que s'entengui.",
        "translations": {
            "es": {
                "title": "Datos personales en una prueba en la calle",
                "summary": "Sensores, cámaras, encuestas: qué se puede recoger, qué no, y a quién hay que preguntar antes.",
                "audience": "Quien lleva una prueba piloto con datos de personas",
                "goals": "Reconocer cuándo hay datos personales\nSaber cuándo hace falta una evaluación de impacto",
                "text": "## Cuándo hay datos personales\nUna matrícula, una voz o un recorrido que se repite cada mañana pueden "
                "decir quién es alguien aunque no haya ningún nombre. En caso de duda, tratadlo como dato personal.\n## Antes de "
                "encender el sensor\nPreguntad si hace falta una evaluación de impacto y escribid la respuesta en la prueba "
                "piloto. Recoged lo mínimo, durante el mínimo tiempo, y explicadlo en la calle con un cartel que se entienda.",
            },
            "en": {
                "title": "Personal data in a trial in the street",
                "summary": "Sensors, cameras, surveys: what may be collected, what may not, and whom to ask first.",
                "audience": "Whoever runs a pilot with data on people",
                "goals": "Recognise when data are personal\nKnow when an impact assessment is needed",
                "text": "## When data are personal\nA number plate, a voice or a way that is taken every morning can tell who "
                "somebody is though there is no name. When in doubt, treat it as personal data.\n## Before the sensor is switched "
                "on\nAsk whether an impact assessment is needed and write the answer into the pilot. Collect as little as you "
                "can, for as short as you can, and say so in the street with a sign that people understand.",
            },
            "fr": {
                "title": "Données personnelles dans un essai de rue",
                "summary": "Capteurs, caméras, enquêtes : ce qu'on peut recueillir, ce qu'on ne peut pas, et à qui demander avant.",
                "audience": "Les responsables d'un projet pilote avec des données sur des personnes",
                "goals": "Reconnaître des données personnelles\nSavoir quand une analyse d'impact est nécessaire",
                "text": "## Quand les données sont personnelles\nUne plaque, une voix ou un trajet répété chaque matin peuvent dire "
                "qui est quelqu'un même sans aucun nom. Dans le doute, traitez-les comme des données personnelles.\n## Avant "
                "d'allumer le capteur\nDemandez si une analyse d'impact est nécessaire et notez la réponse dans le projet pilote. "
                "Recueillez le minimum, le moins longtemps possible, et dites-le dans la rue par un panneau compréhensible.",
            },
        },
    },
]  # fmt: skip


def make_capsules(lead: User, centre: Centre) -> list[Capsule]:
    """The capsules, published."""
    made = []
    for plan in CAPSULES:
        values = {name: value for name, value in plan.items() if name != "translations"}
        capsule = capsules.create_capsule({**values, "language": "ca", "centre": centre}, actor=lead)
        capsule = translate(capsule, plan["translations"], actor=lead)
        made.append(capsules.move_capsule(capsule, "publish", actor=lead))
    return made


def take_capsules(made: list[Capsule], people: list[User]) -> None:
    """The first person completes the first capsule and begins the second; the others begin one."""
    for number, person in enumerate(people):
        first = capsules.begin_capsule(made[number % len(made)], actor=person)
        first = capsules.read_part(first, 1, actor=person)
        if number == 0:
            for part in first.parts_to_read:
                first = capsules.read_part(first, part, actor=person)
            goals = range(1, len(made[0].goal_list) + 1)
            capsules.complete_capsule(first, goals=list(goals), name=person.name, actor=person)
            second = capsules.begin_capsule(made[1], actor=person)
            capsules.read_part(second, 1, actor=person)
