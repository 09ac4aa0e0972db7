"""Which tables are open data, what does each of their columns mean, and where do their rows come from?

Files, dictionary pages and the DCAT catalogue are all made from what is declared here. Every source starts at
what anybody may see, and holds no column that the public pages do not show.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from cic.core.models import Said
from cms.frame import Frame
from events.choices import EventKind, SessionState
from partners.choices import Helix
from pilots.choices import IndicatorKind, OutcomeVerdict, TrialKind

from . import agreements, rows

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
LICENCE_NAME = "CC BY 4.0"


@dataclass(frozen=True)
class Words:
    """A text in the four languages. Catalogues need all of them at once, which a translation file does not give."""

    ca: str
    es: str
    en: str
    fr: str

    def __str__(self) -> str:
        """In the language in use, else in that of the installation: a text that says in which."""
        return Said.of(getattr(self, self.language), self.language)

    @property
    def language(self) -> str:
        """In which of its languages it is said here."""
        known = dict(self.items())
        return next(code for code in (get_language(), settings.LANGUAGE_CODE, "en") if code in known)

    def items(self) -> list[tuple[str, str]]:
        """Language and text."""
        return [(code, getattr(self, code)) for code in ("ca", "es", "en", "fr")]


@dataclass(frozen=True)
class Column:
    """One field. `type` is text, code, integer, decimal, date, instant, boolean or address; `codes` names its values."""

    name: str
    type: str
    meaning: Words
    unit: str = ""
    codes: Any = None

    @property
    def values(self) -> list[tuple[str, Any]]:
        """Each code with its meaning in the language in use."""
        return list(self.codes.choices) if self.codes else []


@dataclass(frozen=True)
class Dataset:
    """A table. `watched` are querysets of which a change means that the table may have changed.

    `period` names the columns whose first and last day say which time the rows tell of; a table without such
    columns tells of the day of its last change.
    """

    key: str
    title: Words
    description: Words
    keywords: Words
    columns: Callable[[], Iterable[Column]]
    rows: Callable[[Frame], Iterator[tuple[Any, ...]]]
    watched: Callable[[], Iterable[Any]]
    period: tuple[str, ...] = ()
    # Authority tables: the EU's data themes, and the sectors of Spain's national catalogue.
    themes: tuple[str, ...] = ("TECH", "GOVE")
    sectors: tuple[str, ...] = ("ciencia-tecnologia", "sector-publico")
    formats: tuple[str, ...] = field(default=("csv", "json", "parquet"))


TRIAL = Column(
    "trial",
    "text",
    Words(
        "Referència de la prova; és la clau de la taula de proves",
        "Referencia de la prueba; es la clave de la tabla de pruebas",
        "Reference of the trial; the key of the table of trials",
        "Référence de l’essai ; c’est la clé de la table des essais",
    ),
)
INDICATOR = Column(
    "indicator",
    "integer",
    Words(
        "Número de l’indicador; és la clau de la taula d’indicadors",
        "Número del indicador; es la clave de la tabla de indicadores",
        "Number of the indicator; the key of the table of indicators",
        "Numéro de l’indicateur ; c’est la clé de la table des indicateurs",
    ),
)
LANGUAGE = Column(
    "language",
    "text",
    Words(
        "Llengua dels textos, segons ISO 639-1",
        "Lengua de los textos, según ISO 639-1",
        "Language of the texts, by ISO 639-1",
        "Langue des textes, selon ISO 639-1",
    ),
)
PAGE = Column(
    "url",
    "address",
    Words("Pàgina pública", "Página pública", "Public page", "Page publique"),
)


def column(
    name: str, type_: str, ca: str, es: str, en: str, fr: str, unit: str = "", codes: Any = None
) -> Column:
    """A column that only one table has."""
    return Column(name, type_, Words(ca, es, en, fr), unit, codes)


PILOTS = (
    column("reference", "text", "Referència, que no canvia mai", "Referencia, que no cambia nunca", "Reference, which never changes", "Référence, qui ne change jamais"),
    column("kind", "code", "Prova de concepte o prova pilot", "Prueba de concepto o prueba piloto", "Proof of concept or pilot", "Preuve de concept ou pilote", codes=TrialKind),
    column("title", "text", "Títol", "Título", "Title", "Titre"),
    column("summary", "text", "De què va, en un paràgraf", "De qué trata, en un párrafo", "What it is about, in a paragraph", "De quoi il s’agit, en un paragraphe"),
    LANGUAGE,
    column("status", "code", "En quin punt és avui", "En qué punto está hoy", "Where it stands today", "Où il en est aujourd’hui", codes=rows.STATUSES),
    column("planned_start_on", "date", "Inici previst, mentre no ha començat", "Inicio previsto, mientras no ha empezado", "Planned start, as long as it has not begun", "Début prévu, tant qu’il n’a pas commencé"),
    column("started_on", "date", "Dia en què va començar", "Día en que empezó", "Day on which it began", "Jour où il a commencé"),
    column("planned_end_on", "date", "Final previst, mentre no ha acabat", "Final previsto, mientras no ha acabado", "Planned end, as long as it has not ended", "Fin prévue, tant qu’il n’est pas terminé"),
    column("ended_on", "date", "Dia en què va acabar", "Día en que acabó", "Day on which it ended", "Jour où il s’est terminé"),
    column("budget_eur", "decimal", "Pressupost", "Presupuesto", "Budget", "Budget", unit="EUR"),
    column("promoter", "text", "Organització que la promou", "Organización que la promueve", "Organisation that promotes it", "Organisation qui le promeut"),
    column("partners", "text", "Organitzacions que hi participen, separades per punt i coma", "Organizaciones que participan, separadas por punto y coma", "Organisations that take part, separated by semicolons", "Organisations participantes, séparées par des points-virgules"),
    column("centre", "text", "Centre d’innovació compartida, si és públic", "Centro de innovación compartida, si es público", "Shared innovation centre, where it is public", "Centre d’innovation partagée, s’il est public"),
    column("verdict", "code", "Què en va resultar, quan el resultat és públic", "Qué resultó, cuando el resultado es público", "What came of it, once the outcome is public", "Ce qui en est sorti, quand le résultat est public", codes=OutcomeVerdict),
    PAGE,
)  # fmt: skip

INDICATORS = (
    INDICATOR,
    TRIAL,
    column("name", "text", "Què es mesura", "Qué se mide", "What is measured", "Ce qui est mesuré"),
    column("kind", "code", "Com s’expressa", "Cómo se expresa", "How it is expressed", "Comment il s’exprime", codes=IndicatorKind),
    column("unit", "text", "Unitat dels valors; % per als percentatges", "Unidad de los valores; % para los porcentajes", "Unit of the values; % for percentages", "Unité des valeurs ; % pour les pourcentages"),
    column("baseline", "decimal", "Valor abans de la prova", "Valor antes de la prueba", "Value before the trial", "Valeur avant l’essai", unit="unit"),
    column("baseline_text", "text", "Situació d’abans, en paraules", "Situación de antes, en palabras", "The state before, in words", "La situation d’avant, en mots"),
    column("target", "decimal", "Valor que es vol assolir", "Valor que se quiere alcanzar", "Value to be reached", "Valeur à atteindre", unit="unit"),
    column("target_text", "text", "Objectiu, en paraules", "Objetivo, en palabras", "The target, in words", "L’objectif, en mots"),
    column("actual", "decimal", "Valor a què arriben els mesuraments aprovats", "Valor al que llegan las mediciones aprobadas", "What the approved measurements come to", "Ce que donnent les mesures approuvées", unit="unit"),
    column("actual_text", "text", "Resultat, en paraules", "Resultado, en palabras", "The result, in words", "Le résultat, en mots"),
    column("met", "boolean", "Si s’ha assolit l’objectiu; buit si no se sap", "Si se ha alcanzado el objetivo; vacío si no se sabe", "Whether the target is reached; empty when not known", "Si l’objectif est atteint ; vide si on ne le sait pas"),
    column("measured_from", "date", "Primer dia dels mesuraments aprovats", "Primer día de las mediciones aprobadas", "First day of the approved measurements", "Premier jour des mesures approuvées"),
    column("measured_to", "date", "Últim dia dels mesuraments aprovats", "Último día de las mediciones aprobadas", "Last day of the approved measurements", "Dernier jour des mesures approuvées"),
)  # fmt: skip

MEASUREMENTS = (
    INDICATOR,
    TRIAL,
    column("period_end", "date", "Últim dia del període mesurat", "Último día del periodo medido", "Last day of the period measured", "Dernier jour de la période mesurée"),
    column("value", "decimal", "Valor aprovat; buit si no es va mesurar", "Valor aprobado; vacío si no se midió", "Approved value; empty when nothing was measured", "Valeur approuvée ; vide si rien n’a été mesuré", unit="unit"),
    column("not_measured_because", "text", "Per què no es va mesurar", "Por qué no se midió", "Why nothing was measured", "Pourquoi rien n’a été mesuré"),
)  # fmt: skip

_REGISTER = {
    "signed_on": (
        column("signed_on", "date", "Dia de l’última signatura", "Día de la última firma", "Day of the last signature", "Jour de la dernière signature"),
    ),
    "parties": (
        column("parties", "text", "Organitzacions que el signen, amb el seu paper", "Organizaciones que lo firman, con su papel", "Organisations that sign it, with their role", "Organisations signataires, avec leur rôle"),
    ),
    "object": (
        column("object", "text", "Objecte", "Objeto", "Object", "Objet"),
    ),
    "obligations": (
        column("obligations", "text", "A què s’obliga cada part", "A qué se obliga cada parte", "What each party undertakes", "Ce à quoi chaque partie s’engage"),
    ),
    "term": (
        column("starts_on", "date", "Primer dia de vigència", "Primer día de vigencia", "First day in force", "Premier jour de validité"),
        column("ends_on", "date", "Últim dia de vigència, amb les pròrrogues signades", "Último día de vigencia, con las prórrogas firmadas", "Last day in force, with the extensions signed", "Dernier jour de validité, avec les prolongations signées"),
    ),
    "modifications": (
        column("modifications", "text", "Addendes, pròrrogues, suspensions i extincions signades", "Adendas, prórrogas, suspensiones y extinciones firmadas", "Addenda, extensions, suspensions and terminations signed", "Avenants, prolongations, suspensions et résiliations signés"),
    ),
    "execution": (
        column("execution", "text", "Què s’ha aportat de cada recurs promès", "Qué se ha aportado de cada recurso prometido", "What was given of each resource promised", "Ce qui a été apporté de chaque ressource promise"),
    ),
}  # fmt: skip


def register_columns() -> list[Column]:
    """The columns of the register, as far as the installation makes them public."""
    first = [
        column("reference", "text", "Referència", "Referencia", "Reference", "Référence"),
        column("title", "text", "Títol", "Título", "Title", "Titre"),
    ]
    return [*first, *(part for name in agreements.public_fields() for part in _REGISTER[name]), PAGE]


ORGANISATIONS = (
    column("name", "text", "Nom", "Nombre", "Name", "Nom"),
    column("helix", "code", "Hèlix: a quina part de la societat pertany", "Hélice: a qué parte de la sociedad pertenece", "Helix: which part of society it belongs to", "Hélice : à quelle partie de la société elle appartient", codes=Helix),
    column("municipality", "text", "Municipi", "Municipio", "Municipality", "Commune"),
    column("country", "text", "País, segons ISO 3166-1", "País, según ISO 3166-1", "Country, by ISO 3166-1", "Pays, selon ISO 3166-1"),
    column("trials", "integer", "Proves públiques en què participa o que promou", "Pruebas públicas en las que participa o que promueve", "Public trials it takes part in or promotes", "Essais publics auxquels elle participe ou qu’elle promeut"),
    column("agreements", "integer", "Convenis signats dels quals és part", "Convenios firmados de los que es parte", "Signed agreements it is a party of", "Conventions signées dont elle est partie"),
    PAGE,
)  # fmt: skip

CASES = (
    column("title", "text", "Títol", "Título", "Title", "Titre"),
    LANGUAGE,
    TRIAL,
    column("verdict", "code", "Què va resultar de la prova", "Qué resultó de la prueba", "What came of the trial", "Ce qui est sorti de l’essai", codes=OutcomeVerdict),
    column("answer", "text", "Si va funcionar, en una frase", "Si funcionó, en una frase", "Whether it worked, in one sentence", "Si cela a marché, en une phrase"),
    column("started_on", "date", "Dia en què va començar la prova", "Día en que empezó la prueba", "Day on which the trial began", "Jour où l’essai a commencé"),
    column("ended_on", "date", "Dia en què va acabar la prova", "Día en que acabó la prueba", "Day on which the trial ended", "Jour où l’essai s’est terminé"),
    column("cost_eur", "decimal", "Cost", "Coste", "Cost", "Coût", unit="EUR"),
    column("published_at", "instant", "Quan es va publicar", "Cuándo se publicó", "When it was published", "Date de publication"),
    column("changed_at", "instant", "Quan es va aprovar per última vegada", "Cuándo se aprobó por última vez", "When it was last approved", "Date de la dernière approbation"),
    PAGE,
)  # fmt: skip

EVENTS = (
    column("reference", "text", "Referència de la sessió, que no canvia mai", "Referencia de la sesión, que no cambia nunca", "Reference of the session, which never changes", "Référence de la session, qui ne change jamais"),
    column("event", "text", "Referència de l’esdeveniment", "Referencia del evento", "Reference of the event", "Référence de l’événement"),
    column("event_title", "text", "Títol de l’esdeveniment", "Título del evento", "Title of the event", "Titre de l’événement"),
    column("kind", "code", "De quina mena és", "De qué tipo es", "What kind it is", "De quel type il s’agit", codes=EventKind),
    column("title", "text", "Títol de la sessió", "Título de la sesión", "Title of the session", "Titre de la session"),
    LANGUAGE,
    column("state", "code", "En quin punt és", "En qué punto está", "How far it is", "Où elle en est", codes=SessionState),
    column("starts_at", "instant", "Quan comença", "Cuándo empieza", "When it begins", "Début"),
    column("ends_at", "instant", "Quan acaba", "Cuándo acaba", "When it ends", "Fin"),
    column("zone", "text", "Zona horària, segons IANA", "Zona horaria, según IANA", "Time zone, by IANA", "Fuseau horaire, selon l’IANA"),
    column("place", "text", "Lloc; buit si només és en línia", "Lugar; vacío si solo es en línea", "Place; empty where it is online only", "Lieu ; vide si elle est seulement en ligne"),
    column("capacity", "integer", "Places; buit si no hi ha límit, 0 si no s’hi inscriu ningú", "Plazas; vacío si no hay límite, 0 si no se inscribe nadie", "Places; empty without limit, 0 where nobody registers", "Places ; vide sans limite, 0 si personne ne s’inscrit", unit="people"),
    column("attended", "integer", "Persones que hi van anar, un cop s’ha fet", "Personas que asistieron, una vez celebrada", "People who came, once it was held", "Personnes venues, une fois la session tenue", unit="people"),
    column("recording", "address", "Enregistrament", "Grabación", "Recording", "Enregistrement"),
    PAGE,
)  # fmt: skip

FIGURES = (
    column("section", "code", "Què es compta", "Qué se cuenta", "What is counted", "Ce qui est compté", codes=rows.SECTIONS),
    column("key", "text", "De què: el codi de les altres taules, el nom del districte, o els nivells guanyats", "De qué: el código de las otras tablas, el nombre del distrito, o los niveles ganados", "Of what: the code of the other tables, the name of the district, or the levels gained", "De quoi : le code des autres tables, le nom du district, ou les niveaux gagnés"),
    column("label", "text", "El mateix, en la llengua de la instal·lació", "Lo mismo, en la lengua de la instalación", "The same, in the language of the installation", "La même chose, dans la langue de l’installation"),
    column("number", "decimal", "Quants n’hi ha", "Cuántos hay", "How many there are", "Combien il y en a", unit="unit"),
    column("unit", "text", "Unitat: trials (proves), days (dies), EUR o la del recurs; buida si es compten coses", "Unidad: trials (pruebas), days (días), EUR o la del recurso; vacía si se cuentan cosas", "Unit: trials, days, EUR or that of the resource; empty where things are counted", "Unité : trials (essais), days (jours), EUR ou celle de la ressource ; vide quand on compte des choses"),
)  # fmt: skip

DATASETS = {
    row.key: row
    for row in (
        Dataset(
            "pilots",
            Words("Proves de concepte i proves pilot", "Pruebas de concepto y pruebas piloto", "Proofs of concept and pilots", "Preuves de concept et pilotes"),
            Words(
                "Què es prova o s’ha provat als centres d’innovació compartida, per qui, quan, amb quin pressupost i amb quin resultat.",
                "Qué se prueba o se ha probado en los centros de innovación compartida, por quién, cuándo, con qué presupuesto y con qué resultado.",
                "What is or was tried in the shared innovation centres, by whom, when, with which budget and with what result.",
                "Ce qui est ou a été essayé dans les centres d’innovation partagée, par qui, quand, avec quel budget et quel résultat.",
            ),
            Words("innovació", "innovación", "innovation", "innovation"),
            lambda: PILOTS, rows.pilots, rows.watched_by_pilots,
            ("started_on", "ended_on"),
        ),
        Dataset(
            "indicators",
            Words("Indicadors de les proves", "Indicadores de las pruebas", "Indicators of the trials", "Indicateurs des essais"),
            Words(
                "Amb què es jutja cada prova: situació de partida, objectiu i valor assolit.",
                "Con qué se juzga cada prueba: situación de partida, objetivo y valor alcanzado.",
                "What each trial is judged by: the baseline, the target and the value reached.",
                "Ce sur quoi chaque essai est jugé : situation de départ, objectif et valeur atteinte.",
            ),
            Words("indicadors", "indicadores", "indicators", "indicateurs"),
            lambda: INDICATORS, rows.indicators, rows.watched_by_indicators,
            ("measured_from", "measured_to"),
        ),
        Dataset(
            "measurements",
            Words("Mesuraments dels indicadors", "Mediciones de los indicadores", "Measurements of the indicators", "Mesures des indicateurs"),
            Words(
                "Els mesuraments aprovats de cada indicador que és un nombre o un percentatge, període per període.",
                "Las mediciones aprobadas de cada indicador que es un número o un porcentaje, periodo por periodo.",
                "The approved measurements of each indicator that is a number or a percentage, period by period.",
                "Les mesures approuvées de chaque indicateur qui est un nombre ou un pourcentage, période par période.",
            ),
            Words("mesuraments", "mediciones", "measurements", "mesures"),
            lambda: MEASUREMENTS, rows.measurements, rows.watched_by_indicators,
            ("period_end",),
        ),
        Dataset(
            "agreements",
            Words("Convenis", "Convenios", "Agreements", "Conventions"),
            Words(
                "El registre dels convenis signats, amb els camps que la llei de transparència fa públics.",
                "El registro de los convenios firmados, con los campos que la ley de transparencia hace públicos.",
                "The register of signed agreements, with the fields that the transparency law makes public.",
                "Le registre des conventions signées, avec les champs que la loi sur la transparence rend publics.",
            ),
            Words("convenis", "convenios", "agreements", "conventions"),
            register_columns, rows.register_rows, rows.watched_by_register,
            ("starts_on", "ends_on"), ("GOVE",), ("sector-publico",),
        ),
        Dataset(
            "organisations",
            Words("Organitzacions que hi participen", "Organizaciones participantes", "Organisations taking part", "Organisations participantes"),
            Words(
                "Les empreses, universitats, entitats i administracions verificades que participen en proves públiques o són part de convenis signats.",
                "Las empresas, universidades, entidades y administraciones verificadas que participan en pruebas públicas o son parte de convenios firmados.",
                "The verified companies, universities, associations and administrations that take part in public trials or are parties of signed agreements.",
                "Les entreprises, universités, associations et administrations vérifiées qui participent à des essais publics ou sont parties à des conventions signées.",
            ),
            Words("organitzacions", "organizaciones", "organisations", "organisations"),
            lambda: ORGANISATIONS, rows.organisations, rows.watched_by_organisations,
        ),
        Dataset(
            "cases",
            Words("Experiències", "Experiencias", "Cases", "Expériences"),
            Words(
                "Les experiències publicades: què va passar amb cada prova, també quan no va funcionar.",
                "Las experiencias publicadas: qué pasó con cada prueba, también cuando no funcionó.",
                "The published cases: what became of each trial, also when it failed.",
                "Les expériences publiées : ce qu’il est advenu de chaque essai, même en cas d’échec.",
            ),
            Words("resultats", "resultados", "results", "résultats"),
            lambda: CASES, rows.cases, rows.watched_by_cases,
            ("started_on", "ended_on"),
        ),
        Dataset(
            "events",
            Words("Esdeveniments i sessions", "Eventos y sesiones", "Events and sessions", "Événements et sessions"),
            Words(
                "Les sessions publicades de cada esdeveniment: quan, on, per a quanta gent i quanta n’hi va anar.",
                "Las sesiones publicadas de cada evento: cuándo, dónde, para cuánta gente y cuánta asistió.",
                "The published sessions of each event: when, where, for how many, and how many came.",
                "Les sessions publiées de chaque événement : quand, où, pour combien de personnes, et combien sont venues.",
            ),
            Words("esdeveniments", "eventos", "events", "événements"),
            lambda: EVENTS, rows.events, rows.watched_by_events,
            ("starts_at", "ends_at"),
        ),
        Dataset(
            "figures",
            Words("Xifres del programa", "Cifras del programa", "Figures of the programme", "Chiffres du programme"),
            Words(
                "Tot el que és públic, comptat: per estat, resultat, any, àrea, districte i hèlix, amb els temps i els recursos.",
                "Todo lo que es público, contado: por estado, resultado, año, área, distrito y hélice, con los tiempos y los recursos.",
                "All that is public, counted: by state, result, year, area, district and helix, with the times and the resources.",
                "Tout ce qui est public, compté : par état, résultat, année, domaine, district et hélice, avec les durées et les ressources.",
            ),
            Words("estadístiques", "estadísticas", "statistics", "statistiques"),
            lambda: FIGURES, rows.figures_of_all, rows.watched_by_figures,
        ),
    )
}  # fmt: skip
