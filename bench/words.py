"""With which words is a large database filled, so that some are rare and some are everywhere?"""

import random
from functools import cache

# In every third summary, as the word a city uses about itself; and in one row of twenty thousand.
COMMON = "mobilitat"
RARE = "sismògraf"
RARE_EVERY = 20_000
COMMON_EVERY = 3

_SUBJECTS = {
    "ca": "Sensors de soroll|Repartiment nocturn|Fanals que s'apaguen|Pantalles de tinta|Reg dels parcs|Col·lecta de piles|"
    "Vorera sense obstacles|Parades amb veu|Mapes tàctils|Comptadors de bicicletes|Cobertes verdes|Aigua reutilitzada",
    "es": "Sensores de ruido|Reparto nocturno|Farolas que se apagan|Pantallas de tinta|Riego de los parques|Recogida de pilas|"
    "Acera sin obstáculos|Paradas con voz|Mapas táctiles|Contadores de bicicletas|Cubiertas verdes|Agua reutilizada",
    "en": "Noise sensors|Night deliveries|Lamps that dim|Paper-like screens|Watering of parks|Battery collection|"
    "Kerbs without obstacles|Stops that speak|Maps to touch|Bicycle counters|Green roofs|Reused water",
    "fr": "Capteurs de bruit|Livraison de nuit|Lampadaires éteints|Écrans de papier|Arrosage des parcs|Collecte de piles|"
    "Trottoir sans obstacle|Arrêts qui parlent|Cartes tactiles|Compteurs de vélos|Toits verts|Eau réutilisée",
}
_PLACES = [
    "Ciutat Vella",
    "l'Eixample",
    "Sants-Montjuïc",
    "les Corts",
    "Sarrià-Sant Gervasi",
    "Gràcia",
    "Horta-Guinardó",
    "Nou Barris",
    "Sant Andreu",
    "Sant Martí",
    "el Raval",
    "la Barceloneta",
    "el Poblenou",
    "el Clot",
    "Vallcarca",
    "la Sagrera",
    "el Besòs",
    "Can Baró",
    "el Carmel",
    "la Verneda",
]
_SENTENCES = {
    "ca": "Les veïnes mesuren durant tres mesos què canvia al carrer.|L'equip compara les dades amb les d'un barri veí.|"
    "El comerç de la zona participa en el disseny de la prova.|El servei es pot aturar en qualsevol moment.|"
    "Les dades personals no surten dels aparells.|L'ajuntament en publica els resultats cada trimestre.",
    "es": "Las vecinas miden durante tres meses qué cambia en la calle.|El equipo compara los datos con los de otro barrio.|"
    "El comercio de la zona participa en el diseño de la prueba.|El servicio se puede detener en cualquier momento.|"
    "Los datos personales no salen de los aparatos.|El ayuntamiento publica los resultados cada trimestre.",
    "en": "Neighbours measure for three months what changes in the street.|The team compares the readings with another quarter.|"
    "Shops take part in the design of the test.|The service can be stopped at any moment.|"
    "Personal data never leaves the devices.|The city publishes the results every quarter.",
    "fr": "Les habitantes mesurent pendant trois mois ce qui change.|L'équipe compare les données avec un quartier voisin.|"
    "Les commerces participent à la conception de l'essai.|Le service peut être arrêté à tout moment.|"
    "Les données personnelles restent dans les appareils.|La ville publie les résultats chaque trimestre.",
}
_COMMON_SENTENCE = f"Forma part del pla de {COMMON} de la ciutat."
_RARE_SENTENCE = f"Un {RARE} vell del museu serveix de prova."


def title(number: int, language: str) -> str:
    """The title of the trial with this number."""
    subjects = _SUBJECTS[language].split("|")
    subject, place = subjects[number % len(subjects)], _PLACES[number // 7 % len(_PLACES)]
    return f"{subject} · {place} {number // 140 % 90 + 10}"


@cache
def _paragraph(language: str, seed: int) -> str:
    return " ".join(random.Random(seed).sample(_SENTENCES[language].split("|"), 3))


def summary(number: int, language: str) -> str:
    """The summary of the trial with this number."""
    parts = [_paragraph(language, number % 97)]
    if number % COMMON_EVERY == 0:
        parts.append(_COMMON_SENTENCE)
    if number % RARE_EVERY == RARE_EVERY // 2 or number == 1:
        parts.append(_RARE_SENTENCE)
    return " ".join(parts)


def name(number: int) -> str:
    """The name of the organisation with this number."""
    kinds = (
        "Taller",
        "Institut",
        "Cooperativa",
        "Associació",
        "Laboratori",
        "Fundació",
        "Universitat",
        "Empresa",
    )
    return f"{kinds[number % len(kinds)]} {_PLACES[number // 8 % len(_PLACES)]} {number}"
