"""What is said of the events of the demonstration? All of it is invented."""

from typing import Any

TEMPLATE = "Fitxa de sessió plenària"
# Key, title, words at most, whether the limit holds the sheet back, whether it must be filled in.
SECTIONS: tuple[tuple[str, str, int | None, bool, bool], ...] = (
    ("concept", "Conceptualització de la sessió", 1000, True, True),
    ("goals", "Objectius", 100, True, True),
    ("points", "Principals punts de discussió", 150, False, False),
    ("documents", "Documents rellevants", None, False, False),
)
CONCEPT = (
    "El repartiment de mercaderies és imprescindible per a la vida de barri i, alhora, una de les fonts de soroll que més"
    " molesten a primera hora. En aquesta sessió posem sobre la taula què han mesurat les proves pilot, què n'ha pensat el"
    " veïnat i què hauria de canviar perquè el que ha funcionat es pugui quedar."
)
GOALS = "Compartir els resultats. Decidir quines condicions calen per ampliar la prova. Recollir les preguntes del veïnat."
POINTS = (
    "Quin soroll és acceptable i a quina hora? Qui paga l'equipament? Com es vigila sense posar més càmeres?"
)
FULL = ["submit", "approve", "publish"]
ONLINE = "https://meet.example.org/cic-jornada"
GUESTS = [
    "Aina Bosch", "Biel Camps", "Carla Duran", "Dídac Esteve", "Emma Font", "Ferran Gual", "Gemma Homs", "Hug Illa",
    "Ivet Jané", "Jan Kovacs", "Laia Llop", "Martí Mas", "Núria Noguera", "Oriol Oms", "Paula Pi", "Quim Quer",
]  # fmt: skip

EVENTS: list[dict[str, Any]] = [
    {
        "kind": "conference",
        "title": "Jornada d'innovació compartida",
        "summary": "Un matí per veure què s'ha provat al carrer, què ha funcionat i què no, i per decidir plegats què provem ara.",
        "place": "Ca l'Alier, Carrer de Pere IV, 362",
        "platform_url": ONLINE,
        "spoken": ["català", "castellà"],
        "interpretation": "Llengua de signes catalana i subtítols en directe",
        "public": True,
        "sessions": [
            {
                "title": "Repartir sense despertar ningú",
                "summary": "Els resultats de les proves de repartiment nocturn, explicats per qui les ha fetes i per qui hi viu a prop.",
                "thematic_line": "Mobilitat i soroll",
                "days": 21, "hours": ("09:30", "11:00"), "capacity": 12, "guests": 14,
                "texts": {"concept": CONCEPT, "goals": GOALS, "points": POINTS, "documents": "Informe de mesures de soroll."},
                "people": [
                    ("moderator", "Mireia Vidal", ["Periodista"]),
                    ("speaker", "Albert Roca", ["Cap de projecte, Transports Roca", "Associació de Transportistes"]),
                    ("speaker", "Salma Haddad", ["Professora d'acústica, universitat de l'exemple"]),
                ],
                "steps": FULL,
            },
            {
                "title": "Taller: com es mesura si una prova ha funcionat",
                "summary": "Treballarem amb indicadors de debò: línia de base, objectiu i què fer quan les dades no hi són.",
                "thematic_line": "Avaluació",
                "days": 21, "hours": ("11:30", "13:30"), "capacity": 25, "guests": 6,
                "texts": {"concept": CONCEPT, "goals": GOALS},
                "people": [("speaker", "Joana Prats", ["Tècnica d'avaluació, Ajuntament"])],
                "steps": FULL,
            },
            {
                "title": "Sessió de tancament: què provem l'any vinent",
                "thematic_line": "Agenda compartida",
                "days": 21, "hours": ("13:30", "14:15"),
                "texts": {"concept": CONCEPT, "goals": f"{GOALS} " * 8},
                "steps": [],
            },
        ],
    },
    {
        "kind": "pill",
        "title": "Càpsula: dades obertes en quaranta minuts",
        "summary": "Com baixar, llegir i reutilitzar les dades de les proves pilot, sense saber programar.",
        "platform_url": ONLINE,
        "spoken": ["català"],
        "public": True,
        "sessions": [
            {
                "title": "Dades obertes en quaranta minuts",
                "summary": "Obrirem un fitxer, farem un gràfic i veurem què vol dir cada columna.",
                "days": 9, "hours": ("16:00", "16:40"), "guests": 9,
                "texts": {"concept": CONCEPT, "goals": GOALS},
                "steps": FULL,
            }
        ],
    },
    {
        "kind": "workshop",
        "title": "Taller de retorn: què n'hem après del repartiment amb bicicleta",
        "summary": "Vam compartir les xifres de la prova amb comerciants i veïnat, i en van sortir tres propostes.",
        "place": "Casal de barri",
        "spoken": ["català", "castellà"],
        "gives_certificates": True,
        "public": True,
        "sessions": [
            {
                "title": "Què n'hem après del repartiment amb bicicleta",
                "summary": "Les xifres, les queixes i tres propostes per continuar.",
                "days": -40, "hours": ("18:00", "20:00"), "capacity": 30, "guests": 16,
                "recording_url": "https://video.example.org/taller-retorn",
                "texts": {"concept": CONCEPT, "goals": GOALS, "points": POINTS},
                "people": [("moderator", "Mireia Vidal", ["Periodista"])],
                "steps": FULL,
            }
        ],
    },
    {
        "kind": "brainstorm",
        "title": "Pluja d'idees: ombra als patis d'escola",
        "summary": "Obrim el repte abans de l'estiu.",
        "place": "Per decidir",
        "public": False,
        "sessions": [],
    },
]  # fmt: skip
