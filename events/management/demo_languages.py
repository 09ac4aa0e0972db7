"""How are the events of the demonstration called in the other languages? By their titles in Catalan: title, then paragraph."""

# Title in Catalan → language → title and, where there is one, the paragraph beneath it.
SAID: dict[str, dict[str, tuple[str, ...]]] = {
    "Jornada d'innovació compartida": {
        "es": (
            "Jornada de innovación compartida",
            "Una mañana para ver qué se ha probado en la calle, qué ha funcionado y qué no, y para decidir juntos qué probamos ahora.",
        ),
        "en": (
            "A day of shared innovation",
            "A morning to see what was tried in the street, what worked and what did not, and to decide together what to try next.",
        ),
        "fr": (
            "Journée d'innovation partagée",
            "Une matinée pour voir ce qui a été essayé dans la rue, ce qui a marché ou non, et pour décider ensemble de la suite.",
        ),
    },
    "Repartir sense despertar ningú": {
        "es": (
            "Repartir sin despertar a nadie",
            "Los resultados de las pruebas de reparto nocturno, explicados por quien las ha hecho y por quien vive cerca.",
        ),
        "en": (
            "Delivering without waking anybody",
            "What the trials of night deliveries found, told by those who ran them and by those who live next to them.",
        ),
        "fr": (
            "Livrer sans réveiller personne",
            "Les résultats des essais de livraison de nuit, racontés par celles et ceux qui les ont menés et par les riverains.",
        ),
    },
    "Taller: com es mesura si una prova ha funcionat": {
        "es": (
            "Taller: cómo se mide si una prueba ha funcionado",
            "Trabajaremos con indicadores de verdad: línea de base, objetivo y qué hacer cuando los datos no están.",
        ),
        "en": (
            "Workshop: how to measure whether a trial worked",
            "We work with real indicators: the baseline, the target, and what to do when the data are not there.",
        ),
        "fr": (
            "Atelier : comment mesurer si un essai a fonctionné",
            "Nous travaillerons avec de vrais indicateurs : le niveau de départ, l'objectif, et que faire quand les données manquent.",
        ),
    },
    "Sessió de tancament: què provem l'any vinent": {
        "es": ("Sesión de cierre: qué probamos el año que viene",),
        "en": ("Closing session: what we try next year",),
        "fr": ("Séance de clôture : ce que nous essaierons l'an prochain",),
    },
    "Càpsula: dades obertes en quaranta minuts": {
        "es": (
            "Cápsula: datos abiertos en cuarenta minutos",
            "Cómo descargar, leer y reutilizar los datos de las pruebas piloto, sin saber programar.",
        ),
        "en": (
            "Capsule: open data in forty minutes",
            "How to download, read and reuse the data of the pilots without knowing how to program.",
        ),
        "fr": (
            "Capsule : les données ouvertes en quarante minutes",
            "Comment télécharger, lire et réutiliser les données des projets pilotes sans savoir programmer.",
        ),
    },
    "Dades obertes en quaranta minuts": {
        "es": (
            "Datos abiertos en cuarenta minutos",
            "Abriremos un fichero, haremos un gráfico y veremos qué quiere decir cada columna.",
        ),
        "en": (
            "Open data in forty minutes",
            "We open a file, draw a chart and see what each column means.",
        ),
        "fr": (
            "Les données ouvertes en quarante minutes",
            "Nous ouvrirons un fichier, nous ferons un graphique et nous verrons ce que veut dire chaque colonne.",
        ),
    },
    "Taller de retorn: què n'hem après del repartiment amb bicicleta": {
        "es": (
            "Taller de retorno: qué hemos aprendido del reparto en bicicleta",
            "Compartimos las cifras de la prueba con comerciantes y vecindario, y salieron tres propuestas.",
        ),
        "en": (
            "Looking back: what we learned from deliveries by bicycle",
            "We went through the figures of the trial with shopkeepers and neighbours, and three proposals came of it.",
        ),
        "fr": (
            "Atelier de retour : ce que la livraison à vélo nous a appris",
            "Nous avons partagé les chiffres de l'essai avec les commerces et le voisinage, et il en est sorti trois propositions.",
        ),
    },
    "Què n'hem après del repartiment amb bicicleta": {
        "es": (
            "Qué hemos aprendido del reparto en bicicleta",
            "Las cifras, las quejas y tres propuestas para continuar.",
        ),
        "en": (
            "What we learned from deliveries by bicycle",
            "The figures, the complaints and three proposals to go on.",
        ),
        "fr": (
            "Ce que la livraison à vélo nous a appris",
            "Les chiffres, les plaintes et trois propositions pour continuer.",
        ),
    },
    "Pluja d'idees: ombra als patis d'escola": {
        "es": ("Lluvia de ideas: sombra en los patios de colegio", "Abrimos el reto antes del verano."),
        "en": ("Brainstorm: shade in school yards", "We open the challenge before the summer."),
        "fr": (
            "Remue-méninges : de l'ombre dans les cours d'école",
            "Nous ouvrons le défi avant l'été.",
        ),
    },
}
# The theme a session belongs to, where it names one.
LINES = {
    "Mobilitat i soroll": {"es": "Movilidad y ruido", "en": "Mobility and noise", "fr": "Mobilité et bruit"},
    "Avaluació": {"es": "Evaluación", "en": "Evaluation", "fr": "Évaluation"},
    "Agenda compartida": {"es": "Agenda compartida", "en": "Shared agenda", "fr": "Agenda partagé"},
}
PLACES = {
    "Casal de barri": {"es": "Centro de barrio", "en": "Neighbourhood centre", "fr": "Maison de quartier"},
    "Per decidir": {"es": "Por decidir", "en": "To be decided", "fr": "À décider"},
}
INTERPRETATION = {
    "Llengua de signes catalana i subtítols en directe": {
        "es": "Lengua de signos catalana y subtítulos en directo",
        "en": "Catalan sign language and live captions",
        "fr": "Langue des signes catalane et sous-titres en direct",
    },
}


def texts_of(plan: dict[str, str]) -> dict[str, dict[str, str]]:
    """What a planned event or session says in each other language, by field."""
    found = {
        code: dict(zip(("title", "summary"), texts, strict=False))
        for code, texts in SAID[plan["title"]].items()
    }
    for name, known in (("thematic_line", LINES), ("place", PLACES), ("interpretation", INTERPRETATION)):
        for code, text in known.get(plan.get(name, ""), {}).items():
            found[code][name] = text
    return found
