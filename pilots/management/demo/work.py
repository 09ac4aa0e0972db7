"""What is tried in the demonstration? Invented needs, ideas, trials and figures, each said to be made up."""

MADE_UP = "Exemple inventat per a la demostració."

# key: (centre, title, need, affected, areas, sdgs, state reached)
CHALLENGES = {
    "noise": (
        "mobility", "Dormir tranquil quan arriben les mercaderies",
        "La descàrrega de matinada desperta qui viu damunt de les botigues. Cal repartir sense soroll o a una altra hora.",
        "Veïnat de carrers comercials", ["mobility", "air-noise"], [3, 11], "open",
    ),
    "school-air": (
        "mobility", "Aire net a les entrades de les escoles",
        "A l'hora d'entrar i sortir, els cotxes aturats davant de les escoles fan que la canalla respiri l'aire més brut del dia.",
        "Infants i famílies", ["air-noise", "public-space"], [3, 11, 13], "open",
    ),
    "heat": (
        "mobility", "Places que no cremin a l'estiu",
        "Hi ha places sense ombra on el terra passa de 50 graus. Cal refrescar-les sense obres llargues.",
        "Gent gran i infants", ["public-space"], [11, 13], "closed",
    ),
    "loneliness": (
        "data", "Trobar a temps qui viu en soledat no desitjada",
        "Els serveis socials arriben tard a persones grans que viuen soles. Cal una manera respectuosa de saber-ho abans.",
        "Persones grans que viuen soles", ["care", "data"], [3, 10], "open",
    ),
    "parcels": (
        "mobility", "Paquets sense furgonetes en doble fila",
        "Cada compra en línia acaba en una furgoneta aturada. Cal un darrer quilòmetre que no bloquegi el carrer.",
        "Qui camina i va en bicicleta", ["mobility"], [9, 11], "solved",
    ),
    "roofs": (
        "data", "Saber quins terrats poden produir energia",
        "Moltes comunitats volen plaques solars i no saben per on començar.",
        "Comunitats de veïns", ["data"], [7], "draft",
    ),
}  # fmt: skip

# key: (challenge, title, author, organisation, problem, proposal, novelty, beneficiaries, asked of the city, trl, state reached)
IDEAS = {
    "quiet": (
        "noise", "Descàrrega silenciosa de nit", "partner", "sensors",
        "Els carros, les portes i els motors de la descàrrega de matinada superen els 68 decibels a la façana.",
        "Carros de goma, plataformes elèctriques i un sensor a cada moll que avisa quan es passa del límit.",
        "El conductor veu el soroll que fa mentre treballa, i la botiga rep un informe setmanal.",
        "Unes 1.800 persones que viuen damunt de dotze botigues.",
        "Permís per descarregar entre les 23 i les 6 h en tres carrers durant sis mesos.", 6, "accepted",
    ),
    "school-gate": (
        "school-air", "Carrer escolar amb horari intel·ligent", "association", "neighbours",
        "Cent cotxes en quinze minuts davant de cada escola.",
        "Tancar el carrer amb pilones mòbils els vint minuts d'entrada i de sortida, segons el calendari de cada escola.",
        "El calendari escolar mana sobre el carrer, no al revés.",
        "Quatre escoles i 1.600 infants.",
        "Pilones, senyalització i acompanyament de la Guàrdia Urbana el primer mes.", 5, "accepted",
    ),
    "cargo": (
        "parcels", "Microcentre de repartiment amb bicicletes", "repartim", "repartim",
        "Les furgonetes fan 9 parades per quilòmetre.",
        "Un local municipal buit com a microcentre, i el darrer quilòmetre amb bicicleta de càrrega.",
        "Compartit entre operadors que competeixen.",
        "Veïnat de Sant Antoni.",
        "Cessió d'un local de 300 m² durant un any.", 7, "accepted",
    ),
    "shade": (
        "heat", "Tendals de vela reciclada", "university", "university",
        "El terra de les places sense ombra passa de 50 graus.",
        "Tendals fets amb veles de vaixell reciclades que es munten en un dia.",
        "Material de rebuig del port amb càlcul estructural obert.",
        "Usuaris de tres places.",
        "Tres places i punts d'ancoratge.", 5, "accepted",
    ),
    "bench": (
        "heat", "Bancs amb boira d'aigua", "partner", "sensors",
        "No hi ha on seure a la fresca.", "Bancs que polvoritzen aigua quan la temperatura passa de 32 graus.",
        "S'activen sols i gasten un litre l'hora.", "Gent gran.", "Connexió d'aigua a dos bancs.", 4, "accepted",
    ),
    "calls": (
        "loneliness", "Trucades que escolten", "university", "university",
        "Ningú no pregunta cada setmana com està qui viu sol.",
        "Una trucada setmanal voluntària feta per persones, amb un guió que detecta canvis.",
        "La persona decideix què es guarda i qui ho sap.", "300 persones grans de dos districtes.",
        "Accés al padró amb consentiment i espai per a vint voluntaris.", 4, "in_evaluation",
    ),
    "water-meter": (
        "loneliness", "Avisos pel consum d'aigua", "rival", "rival",
        "Un consum d'aigua que s'atura pot voler dir que algú ha caigut.",
        "Avisar un familiar quan el comptador no es mou en 24 hores.",
        "Fa servir comptadors que ja hi són.", "Persones grans soles amb comptador digital.",
        "Conveni amb la companyia d'aigües.", 6, "in_evaluation",
    ),
    "drone": (
        "parcels", "Repartiment amb drons", "rival", "rival",
        "Les furgonetes ocupen el carrer.", "Drons que deixen paquets als terrats.",
        "No toca el carrer.", "Clients de compra en línia.", "Permís de vol sobre la ciutat.", 4, "declined",
    ),
    "noise-app": (
        "noise", "Mapa veïnal del soroll", "association", "neighbours",
        "El mapa oficial del soroll es fa cada cinc anys.", "Sensors de balcó que fan un mapa cada hora.",
        "Les dades són del veïnat.", "Tot el barri.", "Integrar les dades al portal obert.", 5, "parked",
    ),
    "rails": (
        "noise", "Vies de tramvia que no grinyolen", "acoustics", "acoustics",
        "En els revolts el tramvia grinyola a més de 75 decibels, també de nit.",
        "Un greixatge que només s'activa quan el micròfon de la via sent el grinyol.",
        "Gasta una desena part de greix que el greixatge per hores.", "Qui viu en quatre revolts de la línia.",
        "Accés a dos revolts, tres nits.", 6, "to_decide",
    ),
    "school-trees": (
        "school-air", "Un bosc petit a cada porta", "association", "neighbours",
        "A la porta de l'escola no hi ha ni ombra ni res que separi la canalla dels cotxes.",
        "Testos grans amb arbres joves que l'escola rega i que després es planten al barri.",
        "Els arbres marxen quan creixen, i en vénen d'altres.", "Tres escoles.", "Testos, terra i una presa d'aigua.", 5,
        "to_decide",
    ),
    "night-vans": (
        "noise", "Furgonetes elèctriques compartides de nit", "repartim", "repartim",
        "Cada botiga rep de nit una furgoneta diferent, i moltes són de gasoil.",
        "Tres furgonetes elèctriques que porten la mercaderia de tots els proveïdors d'un carrer.",
        "Un sol motor allà on n'hi havia sis.", "Veïnat de dos carrers comercials.", "Un moll amb càrrega elèctrica.", 7,
        "decided",
    ),
    "idle-signs": (
        "school-air", "Rètols que demanen parar el motor", "citizen", None,
        "Molts cotxes esperen la canalla amb el motor engegat.", "Un rètol lluminós que s'encén quan hi ha massa fum.",
        "Parla només quan cal.", "Famílies i infants.", "Un fanal on posar-lo.", 4, "told",
    ),
    "sirens": (
        "noise", "Sirenes que baixen a la nit", "association", "neighbours",
        "Les sirenes desperten tot el carrer.", "Volum adaptat segons l'hora i el trànsit.",
        "Coordina serveis d'emergència.", "Veïnat de grans avingudes.", "Participació dels serveis d'emergència.", 3,
        "more_information",
    ),
    "green-wall": (
        "school-air", "Tanques verdes que filtren", "partner", "sensors",
        "Les tanques de l'escola no aturen el fum.", "Tanques vegetals amb sensors a banda i banda.",
        "Es mesura què filtra de debò.", "Dues escoles.", "Permís per canviar la tanca.", 4, "screening",
    ),
    "bus-data": (
        "school-air", "Autobús a peu amb dades", "citizen", None,
        "Les famílies no saben qui pot acompanyar.", "Rutes a peu amb horari i una llista de qui acompanya.",
        "No demana cap aplicació nova.", "Famílies de primària.", "Un punt de trobada senyalitzat.", 3, "submitted",
    ),
    "quiet-doors": (
        "noise", "Portes de botiga que no piquen", "partner", "sensors",
        "Les persianes metàl·liques fan 80 decibels.", "Persianes amb guia de goma.",
        "Es posa en una hora.", "Veïnat.", "Difusió entre botigues.", 7, "merged",
    ),
    "lockers": (
        "parcels", "Armaris de paquets a les estacions", "rival", "rival",
        "Els paquets tornen perquè no hi ha ningú a casa.", "Armaris a les estacions de metro.",
        "Horari llarg.", "Viatgers.", "Espai a deu estacions.", 8, "withdrawn",
    ),
    "sand": (
        "heat", "Sorra en lloc d'asfalt", "citizen", None,
        "L'asfalt guarda la calor.", "Sorra en un racó de la plaça.", "És barat.", "Infants.", "Un racó.", 2, "lapsed",
    ),
    "sketch": (
        "school-air", "Bicicletes de préstec per a famílies", "member", "sensors",
        "Les bicicletes familiars són cares.", "", "", "", "", None, "draft",
    ),
}  # fmt: skip

ANNEXES = {
    "quiet": "Cost unitari del sensor: 41 € en sèries de 500. La goma és d'una fórmula en tràmit de patent.",
    "calls": "El guió de detecció conté material clínic que encara no s'ha publicat.",
    "cargo": "Marges per paquet de cada operador, facilitats en confiança.",
}

# key: (kind, idea, origin, agreement, title, promoter, summary, hypothesis, budget, start offset in days, length in days, districts, state reached)
TRIALS = {
    "quiet-poc": (
        "poc", "quiet", None, "noise", "Carros de goma en una botiga", "sensors",
        "Una setmana de proves en una sola botiga per veure si el sensor i la goma aguanten.",
        "Amb rodes de goma el soroll a la façana baixa almenys 3 dB(A).", 3200, -520, 30, ["03"], "go",
    ),
    "quiet-pilot": (
        "pilot", "quiet", "quiet-poc", "noise", "Descàrrega silenciosa de nit a Sants", "sensors",
        "Dotze botigues de tres carrers descarreguen de nit amb carros de goma i sensors. El veïnat pot seguir les xifres cada setmana.",
        "El soroll mitjà de nit a la façana baixa de 68 a menys de 63 dB(A).", 18400, -420, 180, ["03"], "closed",
    ),
    "cargo-pilot": (
        "pilot", "cargo", None, "parcels", "Microcentre de bicicletes de càrrega a Sant Antoni", "repartim",
        "Quatre operadors comparteixen un local municipal i reparteixen amb bicicleta.",
        "Cada bicicleta substitueix almenys 0,6 furgonetes.", 96000, -400, 330, ["02"], "evaluated",
    ),
    "school-poc": (
        "poc", "school-gate", None, "schools", "Pilones mòbils en una escola", "neighbours",
        "Dues setmanes amb pilones de prova a l'entrada d'una escola.",
        "El tancament de vint minuts no desvia més de 40 cotxes als carrers del costat.", 5100, -230, 21, ["06"], "go",
    ),
    "school-pilot": (
        "pilot", "school-gate", "school-poc", "schools", "Carrers escolars amb horari", "neighbours",
        "Quatre escoles tanquen el carrer els vint minuts d'entrada i de sortida.",
        "El diòxid de nitrogen a l'hora d'entrada baixa un 20 %.", 42500, -96, 180, ["06", "08"], "running",
    ),
    "shade-poc": (
        "poc", "shade", None, "heat", "Un tendal de vela en una plaça", "university",
        "Un sol tendal per comprovar ancoratges i vent.", "Aguanta ratxes de 70 km/h.", 6800, -60, 90, ["09"], "running",
    ),
    "shade-pilot": (
        "pilot", "shade", None, "heat", "Ombra de vela a tres places", "university",
        "Tres places amb tendals de vela reciclada durant un estiu.",
        "La temperatura del terra baixa 12 graus a les 15 h.", 31000, -45, 120, ["09", "10"], "suspended",
    ),
    "bench-poc": (
        "poc", "bench", None, "heat", "Un banc amb boira", "sensors",
        "Un banc de prova al pati d'un casal.", "La gent s'hi asseu el doble de temps.", 2400, -200, 45, ["05"], "no_go",
    ),
    "bench-pivot": (
        "poc", "bench", None, "heat", "Boira a la font en lloc del banc", "sensors",
        "La mateixa boira, però en una font.", "La boira a la font refresca un radi de tres metres.", 2900, -140, 40,
        ["05"], "pivot",
    ),
    "ramp-poc": (
        "poc", "shade", None, "heat", "Pintura clara al terra", "university",
        "Pintar de clar vint metres quadrats.", "El terra clar és 8 graus més fresc.", 1500, -70, 120, ["10"], "paused",
    ),
    "wind-poc": (
        "poc", "shade", None, "heat", "Assaig de vent al laboratori", "university",
        "Assaig en túnel de vent abans de muntar res.", "El teixit no s'esquinça.", 4000, -90, 60, ["03"], "finished",
    ),
    "moss-poc": (
        "poc", "bench", None, "heat", "Panells de molsa", "sensors",
        "Panells de molsa a l'ombra.", "La molsa viu sense reg.", 900, -150, 60, ["07"], "abandoned",
    ),
    "plan-poc": (
        "poc", "cargo", None, "parcels", "Remolc refrigerat", "repartim",
        "Un remolc de bicicleta per a aliments frescos.", "Manté 4 graus durant dues hores.", 7200, 20, 45, ["02"],
        "planned",
    ),
    "night-bus": (
        "pilot", "quiet", None, "noise", "Neteja silenciosa de nit", "sensors",
        "Màquines elèctriques de neteja en dos barris.", "La neteja de nit no passa de 55 dB(A).", 27000, 30, 150, ["01"],
        "preparing",
    ),
    "depot": (
        "pilot", "cargo", None, "parcels", "Segon microcentre a Gràcia", "repartim",
        "El model de Sant Antoni en un segon barri.", "El segon centre arrenca amb la meitat del temps.", 88000, 10, 300,
        ["06"], "ready",
    ),
    "square": (
        "pilot", "shade", None, "heat", "Plaça fresca de nit", "university",
        "Obrir una plaça de nit amb ombra i aigua.", "Hi va el doble de gent.", 15000, -170, 120, ["04"], "ended",
    ),
    "market": (
        "pilot", "cargo", None, "parcels", "Repartiment des del mercat", "repartim",
        "Les parades del mercat reparteixen a casa amb bicicleta.", "Vint comandes al dia per parada.", 22000, -260, 150,
        ["02"], "stopped",
    ),
    "curb": (
        "pilot", "quiet", None, "noise", "Vorera de càrrega reservable", "sensors",
        "Reservar la vorera de càrrega des del mòbil.", "Baixa un 30 % la doble fila.", 51000, 40, 120, ["07"],
        "cancelled",
    ),
}  # fmt: skip

# trial: [(name, kind, unit, direction, aggregation, baseline, target, monthly values or (numerator, denominator) pairs)]
INDICATORS = {
    "quiet-pilot": [
        ("Soroll de nit a la façana", "number", "dB(A)", "down", "last", "68", "63", ["66.8", "65.9", "65.2", "64.6", "64.1", "63.9"]),
        ("Botigues que descarreguen de nit", "number", "botigues", "up", "last", "0", "12", ["5", "8", "10", "11", "12", "12"]),
        ("Queixes de veïns ateses", "percentage", "%", "up", "last", "40", "90", [(6, 10), (7, 9), (8, 9), (7, 8), (6, 6), (5, 5)]),
    ],
    "cargo-pilot": [
        ("Paquets repartits amb bicicleta", "number", "paquets", "up", "sum", "0", "90000", ["4200", "6100", "7400", "8300", "8900", "9200", "9600", "9900", "10100", "10400", "10200"]),
        ("Furgonetes substituïdes", "number", "furgonetes", "up", "last", "0", "12", ["3", "4", "6", "7", "8", "9", "10", "11", "12", "13", "13"]),
    ],
    "school-pilot": [
        ("Diòxid de nitrogen a l'hora d'entrada", "number", "µg/m³", "down", "mean", "46", "37", ["44.1", "41.8", "40.2"]),
        ("Infants que arriben a peu o en bicicleta", "percentage", "%", "up", "last", "58", "75", [(930, 1580), (1010, 1575), (1066, 1590)]),
        ("Opinió del veïnat", "qualitative", "", "up", "last", "Dividida", "Favorable", ["Encara hi ha dubtes al carrer del costat", "Millora a mesura que es coneix l'horari", "Favorable a tres de les quatre escoles"]),
    ],
    "shade-pilot": [
        ("Temperatura del terra a les 15 h", "number", "°C", "down", "last", "51", "39", ["43.5"]),
    ],
    "square": [("Persones a la plaça a les 22 h", "number", "persones", "up", "mean", "34", "70", ["41", "52", "66", "71"])],
    "market": [("Comandes al dia per parada", "number", "comandes", "up", "last", "0", "20", ["2", "3", "3"])],
    "night-bus": [("Soroll de la neteja", "number", "dB(A)", "down", "last", "71", "55", [])],
    "depot": [("Paquets repartits amb bicicleta", "number", "paquets", "up", "sum", "0", "70000", [])],
    "curb": [("Furgonetes en doble fila", "number", "furgonetes/h", "down", "mean", "18", "12", [])],
}  # fmt: skip

# trial: (verdict, summary, lessons, conditions, replicability, cost, products [(kind, name, description)])
OUTCOMES = {
    "quiet-pilot": (
        "adopted",
        "Sí: el soroll de nit va baixar 4,1 dB(A) i ara és norma en dos districtes. L'objectiu eren 5.",
        "El canvi el fan els carros, no les multes. Els sensors serveixen per parlar-ne amb dades a la mà.",
        "Cal una botiga que faci de referent a cada carrer i un sensor per moll.",
        "Es pot copiar amb 1.500 € per botiga. El plec i el codi del sensor són oberts.",
        "17950.00",
        [
            ("standard", "Límits de soroll de la descàrrega nocturna", "Protocol de mesura i límits per tipus de carrer."),
            ("architecture", "Xarxa de sensors de moll", "Disseny obert de sensor, passarel·la i tauler."),
            ("dataset", "Soroll de nit per carrer i hora", "Sis mesos de mesures, una per minut."),
        ],
    ),
    "cargo-pilot": (
        "scaled",
        "Sí: tretze furgonetes menys cada dia i un segon microcentre en camí.",
        "Compartir local entre competidors demana un àrbitre; l'Ajuntament ho ha estat.",
        "Un local a menys de 400 metres dels clients i un operador neutral.",
        "Val la pena a partir de 300 paquets al dia.",
        "93400.00",
        [("product", "Reglament d'ús compartit del local", "Normes que han signat els quatre operadors.")],
    ),
    "market": (
        "not_adopted",
        "No: es van fer tres comandes al dia per parada quan en calien vint, i es va aturar abans d'hora.",
        "Qui compra al mercat hi va a peu i no vol que li portin.",
        "Només tindria sentit per a restaurants.",
        "No es recomana copiar-ho tal com es va fer.",
        "9800.00",
        [],
    ),
}  # fmt: skip
