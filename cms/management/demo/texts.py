"""What do the pages of the demonstration say? Invented, in four languages, each said to be made up."""

from typing import Any

Texts = dict[str, dict[str, Any]]

MADE_UP = {
    "ca": "Exemple inventat per a la demostració.",
    "es": "Ejemplo inventado para la demostración.",
    "en": "Invented example for the demonstration.",
    "fr": "Exemple inventé pour la démonstration.",
}
# A story of a pilot: title, last part of the address, lead, and the words of its blocks.
NIGHT: Texts = {
    "ca": {
        "title": "Una nit amb els carros de goma",
        "slug": "una-nit-amb-els-carros-de-goma",
        "lead": "Vam passar una nit en una botiga de Sants que descarrega sense despertar ningú.",
        "heading": "Quaranta minuts, i ni una persiana que s’obre",
        "text": "<p>Són dos quarts d’una. El camió s’atura, el motor calla i els carros baixen per una plataforma elèctrica. Un sensor al costat del moll mostra els decibels mentre es treballa, i el conductor se’l mira a cada viatge.</p><p>La prova pilot recull aquestes xifres cada setmana, i tothom les pot consultar.</p>",
        "quote": "Abans em despertava cada dimarts. Ara m’assabento que han vingut perquè hi ha pa.",
        "who": "Una veïna", "role": "del carrer de Sants",
        "chart": "El soroll a la façana, setmana a setmana",
    },
    "es": {
        "title": "Una noche con los carros de goma",
        "slug": "una-noche-con-los-carros-de-goma",
        "lead": "Pasamos una noche en una tienda de Sants que descarga sin despertar a nadie.",
        "heading": "Cuarenta minutos, y ni una persiana que se abre",
        "text": "<p>Son las doce y media. El camión se detiene, el motor calla y los carros bajan por una plataforma eléctrica. Un sensor junto al muelle muestra los decibelios mientras se trabaja, y el conductor lo mira en cada viaje.</p><p>La prueba piloto recoge estas cifras cada semana, y cualquiera puede consultarlas.</p>",
        "quote": "Antes me despertaba cada martes. Ahora me entero de que han venido porque hay pan.",
        "who": "Una vecina", "role": "de la calle de Sants",
        "chart": "El ruido en la fachada, semana a semana",
    },
    "en": {
        "title": "A night with the rubber trolleys",
        "slug": "a-night-with-the-rubber-trolleys",
        "lead": "We spent a night in a shop in Sants that unloads without waking anybody.",
        "heading": "Forty minutes, and not one shutter goes up",
        "text": "<p>It is half past midnight. The lorry stops, the engine falls silent and the trolleys come down on an electric platform. A sensor beside the bay shows the decibels while the work goes on, and the driver looks at it on every trip.</p><p>The pilot gathers these figures every week, and anybody can look them up.</p>",
        "quote": "It used to wake me every Tuesday. Now I know they came because there is bread.",
        "who": "A neighbour", "role": "in Carrer de Sants",
        "chart": "Noise at the façade, week by week",
    },
    "fr": {
        "title": "Une nuit avec les chariots en caoutchouc",
        "slug": "une-nuit-avec-les-chariots-en-caoutchouc",
        "lead": "Nous avons passé une nuit dans un magasin de Sants qui décharge sans réveiller personne.",
        "heading": "Quarante minutes, et pas un volet qui s’ouvre",
        "text": "<p>Il est minuit et demi. Le camion s’arrête, le moteur se tait et les chariots descendent sur une plateforme électrique. Un capteur près du quai affiche les décibels pendant le travail, et le chauffeur le regarde à chaque trajet.</p><p>Le projet pilote recueille ces chiffres chaque semaine, et chacun peut les consulter.</p>",
        "quote": "Avant, cela me réveillait tous les mardis. Maintenant, je sais qu’ils sont venus parce qu’il y a du pain.",
        "who": "Une voisine", "role": "de la rue de Sants",
        "chart": "Le bruit en façade, semaine après semaine",
    },
}  # fmt: skip
# A call that is open, with how to take part.
SILENCE: Texts = {
    "ca": {
        "title": "Idees per a un carrer que deixa dormir",
        "slug": "idees-per-a-un-carrer-que-deixa-dormir",
        "lead": "Busquem maneres de repartir, netejar i recollir de nit sense despertar qui viu al damunt.",
        "how": "<p>Hi pot participar qualsevol empresa, universitat, entitat o persona. Cal:</p><ul><li>respondre sis preguntes, amb les vostres paraules;</li><li>dir què demaneu a la ciutat;</li><li>si sou més d’una entitat, convidar les altres des de la mateixa proposta.</li></ul><p>El centre llegeix cada idea i respon a totes, també amb el perquè d’un no.</p>",
        "part": "Qui decideix?", "answer": "<p>Un comitè del centre, amb criteris que són públics abans de començar.</p>",
        "part2": "Què passa si la idea s’accepta?", "answer2": "<p>Es fa primer una prova de concepte petita i, si va bé, una prova pilot al carrer amb un conveni.</p>",
    },
    "es": {
        "title": "Ideas para una calle que deja dormir",
        "slug": "ideas-para-una-calle-que-deja-dormir",
        "lead": "Buscamos maneras de repartir, limpiar y recoger de noche sin despertar a quien vive encima.",
        "how": "<p>Puede participar cualquier empresa, universidad, entidad o persona. Hay que:</p><ul><li>responder seis preguntas, con sus propias palabras;</li><li>decir qué se pide a la ciudad;</li><li>si son más de una entidad, invitar a las demás desde la misma propuesta.</li></ul><p>El centro lee cada idea y responde a todas, también con el porqué de un no.</p>",
        "part": "¿Quién decide?", "answer": "<p>Un comité del centro, con criterios que son públicos antes de empezar.</p>",
        "part2": "¿Qué pasa si la idea se acepta?", "answer2": "<p>Se hace primero una prueba de concepto pequeña y, si va bien, una prueba piloto en la calle con un convenio.</p>",
    },
    "en": {
        "title": "Ideas for a street that lets people sleep",
        "slug": "ideas-for-a-street-that-lets-people-sleep",
        "lead": "We look for ways to deliver, clean and collect at night without waking whoever lives above.",
        "how": "<p>Any company, university, association or person may take part. You:</p><ul><li>answer six questions, in your own words;</li><li>say what you ask of the city;</li><li>if you are several organisations, invite the others from the proposal itself.</li></ul><p>The centre reads every idea and answers all of them, with the reason for a no as well.</p>",
        "part": "Who decides?", "answer": "<p>A committee of the centre, by criteria that are public before it begins.</p>",
        "part2": "What happens if the idea is accepted?", "answer2": "<p>A small proof of concept comes first and, if that goes well, a pilot in the street under an agreement.</p>",
    },
    "fr": {
        "title": "Des idées pour une rue qui laisse dormir",
        "slug": "des-idees-pour-une-rue-qui-laisse-dormir",
        "lead": "Nous cherchons des façons de livrer, nettoyer et collecter la nuit sans réveiller ceux qui vivent au-dessus.",
        "how": "<p>Toute entreprise, université, association ou personne peut participer. Il faut :</p><ul><li>répondre à six questions, avec vos propres mots ;</li><li>dire ce que vous demandez à la ville ;</li><li>si vous êtes plusieurs organisations, inviter les autres depuis la proposition même.</li></ul><p>Le centre lit chaque idée et répond à toutes, y compris la raison d’un refus.</p>",
        "part": "Qui décide ?", "answer": "<p>Un comité du centre, selon des critères publics avant le début.</p>",
        "part2": "Que se passe-t-il si l’idée est retenue ?", "answer2": "<p>D’abord une petite preuve de concept puis, si elle réussit, un projet pilote dans la rue avec une convention.</p>",
    },
}  # fmt: skip
# A call that is over, with what came of it.
PARCELS: Texts = {
    "ca": {
        "title": "Paquets sense furgonetes: la convocatòria", "slug": "paquets-sense-furgonetes",
        "lead": "Vam demanar maneres de fer el darrer quilòmetre sense vehicles en doble fila.",
        "result": "<p>Una de les idees és avui un servei: un local buit es va convertir en microcentre de repartiment amb bicicletes.</p>",
    },
    "es": {
        "title": "Paquetes sin furgonetas: la convocatoria", "slug": "paquetes-sin-furgonetas",
        "lead": "Pedimos maneras de hacer el último kilómetro sin vehículos en doble fila.",
        "result": "<p>Una de las ideas es hoy un servicio: un local vacío se convirtió en microcentro de reparto con bicicletas.</p>",
    },
    "en": {
        "title": "Parcels without vans: the call", "slug": "parcels-without-vans",
        "lead": "We asked for ways to go the last kilometre without double-parked vehicles.",
        "result": "<p>One of the ideas is a service today: an empty shop became a small hub for deliveries by bicycle.</p>",
    },
    "fr": {
        "title": "Des colis sans camionnettes : l’appel", "slug": "des-colis-sans-camionnettes",
        "lead": "Nous avons demandé comment faire le dernier kilomètre sans véhicules en double file.",
        "result": "<p>Une des idées est aujourd’hui un service : un local vide est devenu un petit centre de livraison à vélo.</p>",
    },
}  # fmt: skip
# A section, and the two pages beneath it.
SECTION: Texts = {
    "ca": {"title": "Com treballem", "slug": "com-treballem", "lead": "Què fem amb una idea, amb les dades i amb el que no surt bé."},
    "es": {"title": "Cómo trabajamos", "slug": "como-trabajamos", "lead": "Qué hacemos con una idea, con los datos y con lo que no sale bien."},
    "en": {"title": "How we work", "slug": "how-we-work", "lead": "What we do with an idea, with data, and with what does not go well."},
    "fr": {"title": "Comment nous travaillons", "slug": "comment-nous-travaillons", "lead": "Ce que nous faisons d’une idée, des données et de ce qui ne réussit pas."},
}  # fmt: skip
STEPS: Texts = {
    "ca": {
        "title": "De la idea al carrer, pas a pas", "slug": "de-la-idea-al-carrer",
        "lead": "Sis passos, i a cadascun es diu qui decideix i per què.",
        "heading": "Per on passa una idea",
        "text": "<ol><li>Algú explica una necessitat, i el centre la publica com a repte.</li><li>Qualsevol hi pot proposar una idea.</li><li>Persones que no hi tenen interès l’avaluen amb criteris públics.</li><li>Una prova de concepte mira si funciona en petit.</li><li>La prova pilot la porta al carrer, amb un conveni i xifres.</li><li>S’explica què en va sortir, també quan no va bé.</li></ol>",
    },
    "es": {
        "title": "De la idea a la calle, paso a paso", "slug": "de-la-idea-a-la-calle",
        "lead": "Seis pasos, y en cada uno se dice quién decide y por qué.",
        "heading": "Por dónde pasa una idea",
        "text": "<ol><li>Alguien explica una necesidad, y el centro la publica como reto.</li><li>Cualquiera puede proponer una idea.</li><li>Personas sin interés en ella la evalúan con criterios públicos.</li><li>Una prueba de concepto mira si funciona en pequeño.</li><li>La prueba piloto la lleva a la calle, con un convenio y cifras.</li><li>Se explica qué resultó, también cuando no va bien.</li></ol>",
    },
    "en": {
        "title": "From an idea to the street, step by step", "slug": "from-an-idea-to-the-street",
        "lead": "Six steps, and at each it is said who decides and why.",
        "heading": "The way of an idea",
        "text": "<ol><li>Somebody tells of a need, and the centre publishes it as a challenge.</li><li>Anybody may propose an idea.</li><li>People with no interest in it evaluate it by public criteria.</li><li>A proof of concept looks whether it works on a small scale.</li><li>The pilot takes it to the street, with an agreement and figures.</li><li>What came of it is told, also when it did not go well.</li></ol>",
    },
    "fr": {
        "title": "De l’idée à la rue, étape par étape", "slug": "de-l-idee-a-la-rue",
        "lead": "Six étapes, et à chacune il est dit qui décide et pourquoi.",
        "heading": "Le parcours d’une idée",
        "text": "<ol><li>Quelqu’un expose un besoin, et le centre le publie comme défi.</li><li>Chacun peut proposer une idée.</li><li>Des personnes sans intérêt dans l’affaire l’évaluent selon des critères publics.</li><li>Une preuve de concept vérifie si elle marche en petit.</li><li>Le projet pilote la porte dans la rue, avec une convention et des chiffres.</li><li>On raconte ce qui en est sorti, aussi quand cela n’a pas réussi.</li></ol>",
    },
}  # fmt: skip
TODAY: Texts = {
    "ca": {
        "title": "On es prova, avui", "slug": "on-es-prova-avui", "lead": "Les xifres i el mapa d’avui, comptats del registre mateix.",
        "notice": "Aquestes xifres es compten soles a partir del que és públic. També les podeu baixar com a dades obertes.",
        "figures": "El programa en xifres", "chart": "Proves pilot i proves de concepte per àmbit", "map": "On són",
    },
    "es": {
        "title": "Dónde se prueba, hoy", "slug": "donde-se-prueba-hoy", "lead": "Las cifras y el mapa de hoy, contados del propio registro.",
        "notice": "Estas cifras se cuentan solas a partir de lo que es público. También puede descargarlas como datos abiertos.",
        "figures": "El programa en cifras", "chart": "Pruebas piloto y pruebas de concepto por ámbito", "map": "Dónde están",
    },
    "en": {
        "title": "Where things are tried, today", "slug": "where-things-are-tried-today", "lead": "The figures and the map of today, counted from the register itself.",
        "notice": "These figures count themselves from what is public. You can download them as open data too.",
        "figures": "The programme in figures", "chart": "Pilots and proofs of concept by area", "map": "Where they are",
    },
    "fr": {
        "title": "Où l’on expérimente, aujourd’hui", "slug": "ou-l-on-experimente-aujourd-hui", "lead": "Les chiffres et la carte du jour, comptés dans le registre même.",
        "notice": "Ces chiffres se comptent d’eux-mêmes à partir de ce qui est public. Vous pouvez aussi les télécharger comme données ouvertes.",
        "figures": "Le programme en chiffres", "chart": "Projets pilotes et preuves de concept par domaine", "map": "Où ils sont",
    },
}  # fmt: skip
CENTRE: Texts = {
    "ca": {"lead": "Un equip de l’Ajuntament, dues universitats i les empreses que fan anar les mercaderies i les persones.", "text": "<p>El centre es troba cada segon dimarts de mes, i les reunions són obertes. Escriviu-nos si voleu venir.</p>"},
    "es": {"lead": "Un equipo del Ayuntamiento, dos universidades y las empresas que mueven mercancías y personas.", "text": "<p>El centro se reúne cada segundo martes de mes, y las reuniones son abiertas. Escríbanos si quiere venir.</p>"},
    "en": {"lead": "A team of the City Council, two universities and the companies that move goods and people.", "text": "<p>The centre meets on the second Tuesday of each month, and its meetings are open. Write to us if you would like to come.</p>"},
    "fr": {"lead": "Une équipe de la Mairie, deux universités et les entreprises qui transportent marchandises et personnes.", "text": "<p>Le centre se réunit chaque deuxième mardi du mois, et ses réunions sont ouvertes. Écrivez-nous si vous souhaitez venir.</p>"},
}  # fmt: skip
