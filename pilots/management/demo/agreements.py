"""On what terms do they work together in the demonstration? Invented agreements, each said to be made up."""

from .work import MADE_UP

# key: centre, kind, title, object, start (days from today), length (days), partners, state reached, public
AGREEMENTS = {
    "mobility-frame": (
        "mobility", "framework", "Conveni marc del centre de mobilitat i espai públic",
        f"Crear i sostenir el centre d'innovació compartida de mobilitat i espai públic. {MADE_UP}",
        -1000, 1400, ["university", "neighbours", "air"], "in_force", True,
    ),
    "data-frame": (
        "data", "framework", "Conveni marc del centre de dades i serveis digitals",
        f"Crear i sostenir el centre de dades i serveis digitals. {MADE_UP}",
        -700, 1100, ["university"], "in_force", True,
    ),
    "water-frame": (
        "water", "framework", "Conveni marc del centre del cicle de l'aigua",
        f"Provar usos de l'aigua freàtica. {MADE_UP}", -900, 1000, ["university"], "in_force", True,
    ),
    "print-frame": (
        "print", "framework", "Conveni marc del centre de fabricació local",
        f"Obrir tallers de fabricació als barris. {MADE_UP}", -1300, 1400, ["shops"], "in_force", True,
    ),
    "noise": (
        "mobility", "specific", "Conveni per provar la descàrrega silenciosa de nit",
        f"Provar carros de goma i sensors de soroll en tres carrers comercials de Sants. {MADE_UP}",
        -560, 1250, ["sensors", "shops", "acoustics"], "in_force", True,
    ),
    "parcels": (
        "mobility", "specific", "Conveni per compartir microcentres de repartiment",
        f"Cedir un local municipal a quatre operadors perquè reparteixin amb bicicleta. {MADE_UP}",
        -480, 900, ["repartim", "shops"], "in_force", True,
    ),
    "schools": (
        "mobility", "specific", "Conveni de carrers escolars",
        f"Tancar al trànsit els carrers de quatre escoles a l'hora d'entrar i sortir. {MADE_UP}",
        -260, 500, ["neighbours", "sensors", "air"], "in_force", True,
    ),
    "heat": (
        "mobility", "specific", "Conveni de places fresques",
        f"Refrescar places amb vela reciclada, boira i terra clar. {MADE_UP}",
        -240, 420, ["university", "sensors"], "in_force", False,
    ),
    "calls": (
        "data", "specific", "Conveni de trucades d'acompanyament",
        f"Acompanyar per telèfon persones grans que viuen soles. {MADE_UP}",
        15, 700, ["university"], "pending_signature", False,
    ),
    "sensors-lab": (
        "data", "protocol", "Protocol per compartir dades de sensors",
        f"Posar en comú les dades de sensors urbans. {MADE_UP}", 30, 365, ["sensors", "acoustics"], "in_review", False,
    ),
    "energy-frame": (
        "energy", "framework", "Conveni marc d'energia de barri",
        f"Crear el centre d'energia de barri. {MADE_UP}", 60, 1200, ["air"], "draft", False,
    ),
    "docks": (
        "mobility", "specific", "Conveni de molls compartits",
        f"Compartir molls de càrrega entre comerços. {MADE_UP}", -120, 300, ["shops"], "suspended", True,
    ),
    "trees": (
        "mobility", "specific", "Conveni d'arbres amb sensors",
        f"Mesurar la set dels arbres de carrer. {MADE_UP}", -800, 700, ["sensors"], "expired", True,
    ),
    "lights": (
        "mobility", "specific", "Conveni de fanals que compten vianants",
        f"Comptar vianants des dels fanals sense gravar-los. {MADE_UP}", -400, 600, ["sensors"], "terminated", True,
    ),
    "pads": (
        "mobility", "specific", "Conveni de plataformes elevadores",
        f"Plataformes per descarregar sense rampes. {MADE_UP}", 20, 300, ["rival"], "abandoned", False,
    ),
}  # fmt: skip

# agreement: [(party, kind, description, promised, unit, [(amount, days ago, confirmed by both)])]
RESOURCES = {
    "noise": [
        ("city", "money", "Ajut a les botigues", "12000", "€", [("6000", 400, True), ("6000", 300, True)]),
        ("sensors", "equipment", "Sensors de soroll", "36", "unitats", [("36", 420, True)]),
        ("sensors", "hours", "Instal·lació i suport", "120", "h", [("40", 380, True), ("44", 250, True), ("12", 20, False)]),
        ("acoustics", "hours", "Anàlisi de les mesures", "90", "h", [("70", 260, True)]),
        ("shops", "data", "Horaris de descàrrega", "12", "jocs de dades", [("12", 410, True)]),
    ],
    "parcels": [
        ("city", "space", "Local de Sant Antoni", "300", "m²", [("300", 400, True)]),
        ("repartim", "hours", "Coordinació del local", "800", "h", [("640", 120, True)]),
    ],
    "schools": [
        ("city", "equipment", "Pilones mòbils", "16", "unitats", [("16", 100, True)]),
        ("neighbours", "hours", "Acompanyament a les entrades", "200", "h", [("96", 10, False)]),
        ("sensors", "equipment", "Sensors d'aire", "8", "unitats", [("8", 95, True)]),
    ],
}  # fmt: skip

# agreement: [(party, what it undertakes)]
OBLIGATIONS = {
    "noise": [
        ("city", "Autoritzar la descàrrega entre les 23 i les 6 h en els tres carrers acordats."),
        ("sensors", "Instal·lar i mantenir un sensor a cada moll i publicar-ne les dades cada setmana."),
        ("shops", "Fer servir només carros de goma i atendre les queixes en dos dies."),
    ],
    "parcels": [
        ("city", "Cedir el local i fer d'àrbitre entre operadors."),
        ("repartim", "Admetre qualsevol operador en les mateixes condicions."),
    ],
    "schools": [
        ("neighbours", "Acompanyar l'entrada de cada escola durant el primer mes."),
        ("sensors", "Mesurar l'aire a cada porta i fer públiques les dades."),
    ],
}  # fmt: skip
