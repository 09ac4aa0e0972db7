"""What of the demonstration is said in other languages than its own, and by whom?"""

MADE_UP = {
    "es": "Ejemplo inventado para la demostración.",
    "en": "Invented example for the demonstration.",
    "fr": "Exemple inventé pour la démonstration.",
}
CHALLENGES = {
    "noise": {
        "es": {
            "title": "Dormir tranquilos cuando llegan las mercancías",
            "need": "La descarga de madrugada despierta a quienes viven encima de las tiendas. Hay que repartir sin ruido o a otra hora.",
            "affected_groups": "Vecindario de calles comerciales",
        },
        "en": {
            "title": "Sleeping soundly when the goods arrive",
            "need": "Unloading before dawn wakes people who live above the shops. Deliveries have to be quiet, or come at another hour.",
        },
        "fr": {"title": "Dormir tranquille quand arrivent les marchandises"},
    },
}
TRIALS = {
    "quiet-pilot": {
        "es": {
            "title": "Descarga silenciosa de noche en Sants",
            "summary": "Doce tiendas de tres calles descargan de noche con carros de goma y sensores. El vecindario puede seguir las cifras cada semana.",
        },
        "en": {
            "title": "Quiet unloading at night in Sants",
            "summary": "Twelve shops in three streets unload at night with rubber-wheeled trolleys and sensors. Neighbours can follow the figures every week.",
        },
    },
    "cargo-pilot": {
        "es": {
            "title": "Microcentro de bicicletas de carga en Sant Antoni",
            "summary": "Cuatro operadores comparten un local municipal y reparten con bicicleta.",
            "method": "Medir antes, durante y después, con una calle de comparación.",
        },
    },
    "school-pilot": {
        "es": {
            "title": "Calles escolares con horario",
            "summary": "Cuatro escuelas cierran la calle los veinte minutos de entrada y de salida.",
        },
        "en": {"title": "School streets with a timetable"},
    },
}
IDEAS = {
    "cargo": {
        "es": {
            "title": "Microcentro de reparto con bicicletas",
            "problem": "Las furgonetas hacen 9 paradas por kilómetro.",
            "proposal": "Un local municipal vacío como microcentro, y el último kilómetro con bicicleta de carga.",
            "novelty": "Compartido entre operadores que compiten.",
            "beneficiaries": "Vecindario de Sant Antoni.",
        },
    },
}
# By the trial they are of.
OUTCOMES = {
    "cargo-pilot": {
        "es": {
            "lessons": "Compartir local entre competidores pide un árbitro; el Ayuntamiento lo ha sido.",
            "success_conditions": "Un local a menos de 400 metros de los clientes y un operador neutral.",
            "replicability": "Vale la pena a partir de 300 paquetes al día.",
        },
    },
}
AGREEMENTS = {
    "noise": {
        "es": {
            "title": "Convenio para probar la descarga silenciosa de noche",
            "object": "Probar carros de goma y sensores de ruido en tres calles comerciales de Sants.",
        },
        "en": {
            "title": "Agreement to try out quiet unloading at night",
            "object": "To try out rubber-wheeled trolleys and noise sensors in three shopping streets of Sants.",
        },
        "fr": {"title": "Convention pour essayer le déchargement silencieux de nuit"},
    },
}
ORGANISATIONS = {
    "sensors": {
        "es": {"description": "Fabrica sensores de ruido y de aire de bajo consumo."},
        "en": {"description": "Makes sensors of noise and air that need little power."},
    },
}
# Fields to which the source adds that it is invented.
MARKED = ("need", "summary", "object", "description")


def texts_of(said: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """Translations as the source has them, which says that it is invented."""
    return {
        code: {name: f"{text} {MADE_UP[code]}" if name in MARKED else text for name, text in texts.items()}
        for code, texts in said.items()
    }
