"""Who plays in the demonstration? Invented people and organisations; the city and its districts are public facts.

Names and outlines of the districts: Ajuntament de Barcelona, open data, CC BY 4.0 (outlines simplified).
"""

# key: (name, helix, size, municipality, what it does)
ORGANISATIONS = {
    "city": ("Ajuntament de Barcelona", "administration", "large", "Barcelona", "L'administració de la ciutat."),
    "sensors": (
        "Sensors del Mar SL", "industry", "small", "Barcelona",
        "Fabrica sensors de soroll i d'aire de baix consum. Empresa inventada per a la demostració.",
    ),
    "repartim": (
        "Repartim SCCL", "industry", "medium", "Barcelona",
        "Cooperativa de repartiment amb bicicletes de càrrega. Empresa inventada per a la demostració.",
    ),
    "university": (
        "Universitat del Litoral", "academia", "large", "Barcelona",
        "Recerca en mobilitat, dades i energia. Universitat inventada per a la demostració.",
    ),
    "acoustics": (
        "Institut d'Acústica Urbana", "academia", "small", "Badalona",
        "Mesura i modela el soroll de les ciutats. Institut inventat per a la demostració.",
    ),
    "neighbours": (
        "Xarxa Veïnal de Sants", "civil_society", "micro", "Barcelona",
        "Associació de veïns i veïnes. Entitat inventada per a la demostració.",
    ),
    "shops": (
        "Comerç de Proximitat Federat", "civil_society", "small", "Barcelona",
        "Federació de botigues de barri. Entitat inventada per a la demostració.",
    ),
    "air": (
        "Fundació Aire Clar", "fifth", "small", "Barcelona",
        "Fundació ambiental. Entitat inventada per a la demostració.",
    ),
    "town": (
        "Ajuntament de Vilaclara", "administration", "medium", "Vilaclara",
        "Municipi inventat que replica allò que ha funcionat en un altre lloc.",
    ),
    "rival": (
        "Càrrega Ràpida SA", "industry", "large", "L'Hospitalet de Llobregat",
        "Operador logístic. Empresa inventada per a la demostració.",
    ),
}  # fmt: skip
PENDING_ORGANISATIONS = {
    "startup": (
        "Paviment Intel·ligent SL", "industry", "micro", "Barcelona",
        "Rajoles amb drenatge. Empresa inventada per a la demostració.",
    ),
}  # fmt: skip

# role shown on screen, key of the address, name, language, appointments [(role, centre)], memberships [(organisation, role)]
PEOPLE = [
    ("platform administrator", "admin", "Agnès Ribera", "ca", [("admin", None)], []),
    ("centre coordinator", "coordinator", "Mireia Coll", "ca", [("coordinator", "mobility")], []),
    ("coordinator of another centre", "coordinator2", "Josep Amat", "ca", [("coordinator", "data")], []),
    ("pilot monitor", "monitor", "Nil Prats", "ca", [("monitor", "mobility")], []),
    ("legal reviewer", "legal", "Laia Font", "ca", [("legal", None)], []),
    ("decision secretary", "secretary", "Oriol Sala", "ca", [("secretary", None)], []),
    ("evaluator", "evaluator", "Clara Vidal", "ca", [("evaluator", "mobility")], []),
    ("second evaluator", "evaluator2", "Hassan Benali", "fr", [("evaluator", "mobility")], []),
    ("editor", "editor", "Irene Mas", "ca", [("editor", None)], []),
    ("second editor", "editor2", "Pau Roca", "es", [("editor", None)], []),
    ("auditor", "auditor", "Teresa Gil", "es", [("auditor", None)], []),
    ("partner administrator", "partner", "Marc Vila", "ca", [], [("sensors", "admin")]),
    ("partner member", "member", "Júlia Serra", "ca", [], [("sensors", "member")]),
    ("university", "university", "Anna Bosch", "en", [], [("university", "admin")]),
    ("association", "association", "Rosa Pons", "ca", [], [("neighbours", "admin")]),
    ("rival company", "rival", "Bernat Oller", "es", [], [("rival", "admin")]),
    ("citizen", "citizen", "Carme Soler", "ca", [], []),
    # Without a line of their own at the start: they only make the story whole.
    ("", "repartim", "Gemma Costa", "ca", [], [("repartim", "admin")]),
    ("", "shops", "Quim Ferrer", "ca", [], [("shops", "admin")]),
    ("", "acoustics", "Elena Puig", "ca", [], [("acoustics", "admin")]),
    ("", "air", "Biel Camps", "ca", [], [("air", "admin")]),
    ("", "data-evaluator", "Sílvia Roig", "ca", [("evaluator", "data")], []),
]

AREAS = {
    "mobility": {"ca": "Mobilitat", "es": "Movilidad", "en": "Mobility", "fr": "Mobilité"},
    "public-space": {"ca": "Espai públic", "es": "Espacio público", "en": "Public space", "fr": "Espace public"},
    "air-noise": {"ca": "Aire i soroll", "es": "Aire y ruido", "en": "Air and noise", "fr": "Air et bruit"},
    "energy": {"ca": "Energia", "es": "Energía", "en": "Energy", "fr": "Énergie"},
    "data": {"ca": "Dades i serveis digitals", "es": "Datos y servicios digitales", "en": "Data and digital services", "fr": "Données et services numériques"},
    "care": {"ca": "Cures i gent gran", "es": "Cuidados y personas mayores", "en": "Care and older people", "fr": "Soins et personnes âgées"},
}  # fmt: skip

# key: (name, purpose, lead unit, areas, state reached)
CENTRES = {
    "mobility": (
        "Centre d'innovació compartida de mobilitat i espai públic",
        "Provar als carrers, amb qui hi viu i hi treballa, maneres de moure persones i mercaderies amb menys soroll, menys fum i menys espai.",
        "Direcció de Mobilitat", ["mobility", "public-space", "air-noise"], "active",
    ),
    "data": (
        "Centre d'innovació compartida de dades i serveis digitals",
        "Convertir dades i serveis digitals en ajuda concreta per als barris, amb codi i resultats oberts.",
        "Institut Municipal d'Informàtica", ["data", "care"], "active",
    ),
    "energy": (
        "Centre d'innovació compartida d'energia de barri",
        "Preparar comunitats energètiques en edificis públics i privats.",
        "Agència d'Energia", ["energy"], "proposed",
    ),
    "water": (
        "Centre d'innovació compartida del cicle de l'aigua",
        "Reutilitzar aigua freàtica per regar i netejar. Va acabar la feina i resta en pausa.",
        "Cicle de l'Aigua", ["public-space"], "dormant",
    ),
    "print": (
        "Centre d'innovació compartida de fabricació local",
        "Tallers de fabricació oberts als barris. La feina ha passat a un servei permanent.",
        "Barcelona Activa", ["public-space"], "closed",
    ),
}  # fmt: skip
