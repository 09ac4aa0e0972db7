"""What do the pieces look like with something in them? Invented records of an invented week, for the living page."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from . import charts, maps

TODAY = date(2026, 11, 20)
LABELS = {
    "need": "Need",
    "idea": "Idea",
    "evaluation": "Evaluation",
    "poc": "Proof of concept",
    "pilot": "Pilot",
    "case": "Case",
}
DATES = [date(2025, 9, 16), date(2025, 11, 4), date(2026, 1, 21), date(2026, 3, 3), date(2026, 8, 17), None]
REASONS = [
    "Neighbours on four streets asked for quieter nights; the council took the request up.",
    "Two shops and a university proposed electric unloading with covered trolleys.",
    "Accepted by the evaluation committee: cheap to try, easy to measure.",
    "Six weeks on one street showed that the trolleys last and the drivers use them.",
    "",
    "",
]


def stations(*states: str, note: str = "running", with_reasons: bool = False) -> list[dict[str, Any]]:
    """A chain in the given states."""
    rows = []
    for index, (key, state) in enumerate(zip(LABELS, states, strict=True)):
        gone = state in ("done", "here", "stopped")
        rows.append(
            {
                "key": key,
                "label": LABELS[key],
                "state": state,
                "date": DATES[index] if gone else None,
                "url": "#chain" if gone else "",
                "note": note if state == "here" else "",
                "reason": REASONS[index] if with_reasons and gone else "",
            }
        )
    return rows


# fmt: off
# Tables of invented words: one row a line reads better than one word a line.
CHAINS = {
    "proposed": stations("done", "here", "ahead", "ahead", "ahead", "ahead", note="in screening"),
    "tested": stations("done", "done", "done", "here", "ahead", "ahead"),
    "pilot": stations("done", "done", "done", "done", "here", "ahead"),
    "skipped": stations("done", "done", "done", "skipped", "here", "ahead"),
    "stopped": stations("done", "done", "done", "done", "stopped", "ahead"),
    "published": stations("done", "done", "done", "done", "done", "done"),
}
AGREEMENT = {
    "label": "Agreement A-2025-007",
    "url": "#chain",
    "from_station": "poc",
    "to_station": "pilot",
    "text": "in force to 31 December 2027",
}
STATES = [
    ("Draft", "neutral"),
    ("Running", "progress"),
    ("Published", "good"),
    ("More information asked", "warn"),
    ("Stopped early", "stop"),
]
CARDS = [
    {
        "reference": "P-2026-014",
        "title": "Quiet unloading at night",
        "text": "Shops take deliveries between 22:00 and 24:00 with electric vans and covered trolleys.",
        "state": {"label": "Running", "tone": "progress"},
        "stations": CHAINS["pilot"],
        "meta": ["Sants-Montjuïc", "to 13 Feb 2027"],
    },
    {
        "reference": "P-2025-031",
        "title": "Shade that grows: vines over a school yard",
        "text": "Did the yard stay below 30 degrees? Yes, on 41 of 46 school days.",
        "state": {"label": "Adopted", "tone": "good"},
        "stations": CHAINS["published"],
        "meta": ["Gràcia", "case published"],
    },
    {
        "reference": "P-2026-003",
        "title": "Counting bicycles from lamp posts",
        "text": "Stopped after nine weeks: the sensors could not tell a bicycle from a scooter.",
        "state": {"label": "Stopped early", "tone": "stop"},
        "stations": CHAINS["stopped"],
        "meta": ["Sant Martí"],
    },
]
COLUMNS = [
    {"key": "reference", "label": "Reference", "sort_url": "?order=reference", "sorted": ""},
    {"key": "title", "label": "Title", "sort_url": "?order=title", "sorted": ""},
    {"key": "state", "label": "State", "sort_url": "", "sorted": ""},
    {"key": "chain", "label": "Chain", "sort_url": "", "sorted": ""},
    {"key": "due", "label": "Next date", "sort_url": "?order=due", "sorted": "ascending"},
    {"key": "budget_eur", "label": "Budget", "sort_url": "?order=budget", "sorted": "", "numeric": True},
]
ROWS = [
    ("P-2026-003", "Counting bicycles from lamp posts", ("Stopped early", "stop"), "stopped", date(2026, 11, 16), 42_000),
    ("P-2026-014", "Quiet unloading at night", ("Running", "progress"), "pilot", date(2026, 12, 2), 18_400),
    ("P-2026-021", "Reading leaks from the meter’s own pulse", ("Running", "progress"), "tested", date(2026, 12, 9), 9_150),
    ("P-2026-022", "A bench that calls for help", ("Preparing", "neutral"), "skipped", date(2027, 1, 11), 31_760.5),
    ("P-2025-031", "Shade that grows: vines over a school yard", ("Adopted", "good"), "published", date(2027, 3, 1), 24_980),
]
CHIPS = [
    {"label": "State", "value": "Running, Preparing", "remove_url": "?"},
    {"label": "District", "value": "Sants-Montjuïc", "remove_url": "?"},
]
MOVES = [
    {"name": "end", "label": "End the pilot", "url": "#", "allowed": True, "blockers": [], "style": "primary"},
    {"name": "suspend", "label": "Suspend", "url": "#", "allowed": True, "blockers": [], "style": "warn"},
    {
        "name": "evaluate",
        "label": "Record the outcome",
        "url": "#",
        "allowed": False,
        "style": "",
        "blockers": [
            "Two measurements of “Noise at the kerb” have not been approved.",
            "The partner Cooperativa del Port has not confirmed its 84 hours.",
        ],
    },
]
FACTS = [
    ("Monitor", "Núria Prats"),
    ("District", "Sants-Montjuïc"),
    ("Runs", "17 August 2026 – 13 February 2027"),
    ("Budget", "18,400 €"),
    ("Technology readiness", "5, aims at 8"),
]
HISTORY = [
    {
        "effective_at": datetime(2026, 8, 17, 7, 0, tzinfo=UTC),
        "to_label": "Running",
        "from_label": "Ready",
        "actor": "Núria Prats",
        "authority": "Resolution of 30 July 2026",
        "reason": "All permits are valid and the baseline is measured.",
    },
    {
        "effective_at": datetime(2026, 7, 30, 10, 15, tzinfo=UTC),
        "to_label": "Ready",
        "from_label": "Preparing",
        "actor": "Marta Soler",
        "authority": "",
        "reason": "",
    },
]
PANELS = [
    {
        "key": "overdue",
        "label": "Overdue",
        "count": 2,
        "url": "#",
        "items": [
            {"reference": "P-2026-014", "title": "Indicators for October", "url": "#", "due": "due 16 November, 4 days ago", "late": True, "stations": CHAINS["pilot"]},
            {"reference": "I-2026-081", "title": "Answer to the appeal", "url": "#", "due": "due 19 November, yesterday", "late": True, "stations": CHAINS["proposed"]},
        ],
    },
    {
        "key": "waiting",
        "label": "Waits on me",
        "count": 7,
        "url": "#",
        "items": [
            {"reference": "I-2026-092", "title": "Warm rooms from server heat: evaluate", "url": "#", "due": "by Friday 27 November", "stations": CHAINS["proposed"]},
            {"reference": "P-2026-022", "title": "Approve the measurements of week 46", "url": "#", "due": "by 30 November", "stations": CHAINS["skipped"]},
            {"reference": "A-2026-011", "title": "Review the addendum", "url": "#", "due": "by 4 December"},
        ],
    },
    {
        "key": "expiring",
        "label": "Runs out in 90 days",
        "count": 3,
        "url": "#",
        "items": [
            {"reference": "A-2024-003", "title": "Universitat Pompeu Fabra", "url": "#", "due": "notice by 12 December 2026", "bar_pct": 78.0, "bar_words": "4 y of 8 y"},
            {"reference": "A-2023-009", "title": "Port innovation protocol", "url": "#", "due": "ends 31 January 2027", "bar_pct": 95.0, "bar_words": "4 y of 4 y"},
        ],
    },
]
OTHERS = {
    "label": "Waits on others",
    "count": 11,
    "items": [
        {"reference": "I-2026-088", "title": "More information on costs", "url": "#", "due": "asked of Cooperativa del Port"},
        {"reference": "A-2026-010", "title": "Signature", "url": "#", "due": "asked of the Consorci"},
    ],
}
MINE = [
    {
        "label": "My pilots",
        "count": 4,
        "url": "#",
        "items": [
            {"reference": ref, "title": title, "url": "#", "stations": CHAINS[chain], "state": {"label": state[0], "tone": state[1]}}
            for ref, title, state, chain, _due, _budget in ROWS[:4]
        ],
    }
]
# fmt: on


def rows() -> list[dict[str, Any]]:
    """The rows of the sample table."""
    names = ("reference", "title", "state", "chain", "due", "budget_eur")
    return [
        {**dict(zip(names, row, strict=True)), "chain": CHAINS[row[3]], "late": row[4] < TODAY}
        for row in ROWS
    ]


def noise() -> charts.LineChart:
    """Noise at the kerb over half a year, with one month that could not be measured."""
    values = [67.6, 66.9, 64.8, 63.1, None, 62.9, 61.7, 61.9, 61.2]
    return charts.line_chart(
        [
            charts.Point(
                date(2026, 8, 17) + timedelta(days=12 * index),
                value,
                "" if value else "the meter was being calibrated",
            )
            for index, value in enumerate(values)
        ],
        baseline=68,
        target=60,
        today=TODAY,
        starts_on=date(2026, 8, 17),
        ends_on=date(2027, 2, 13),
    )


def outcome() -> charts.BarChart:
    """Target against actual."""
    return charts.bar_chart(
        [
            ("Quieter at night, dB(A)", 4.1, 5),
            ("Shops taking part", 12, 10),
            ("Complaints avoided", None, 8),
        ]
    )


def terms() -> charts.TermChart:
    """Four agreements on one axis."""
    return charts.term_chart(
        [
            charts.Term(
                "A-2023-009 Port innovation protocol",
                date(2023, 2, 1),
                date(2027, 1, 31),
                None,
                date(2026, 11, 2),
                "#",
                "notice date passed",
                "warn",
            ),
            charts.Term(
                "A-2024-003 Universitat Pompeu Fabra",
                date(2024, 3, 15),
                date(2028, 3, 14),
                date(2030, 3, 14),
                date(2029, 12, 14),
                "#",
                "",
                "good",
            ),
            charts.Term(
                "A-2025-007 Quiet streets",
                date(2025, 12, 1),
                date(2027, 12, 31),
                None,
                date(2027, 9, 30),
                "#",
                "",
                "good",
            ),
            charts.Term(
                "A-2021-002 Open sensors",
                date(2021, 5, 1),
                date(2025, 4, 30),
                None,
                None,
                "#",
                "expired",
                "neutral",
            ),
        ],
        today=TODAY,
    )


def districts() -> maps.MapPlot:
    """A city of six districts drawn by hand, and three places."""
    shapes = [
        ("north", "North", [[(2.12, 41.44), (2.18, 41.46), (2.21, 41.44), (2.18, 41.42), (2.14, 41.42)]]),
        ("hill", "Hill", [[(2.08, 41.41), (2.12, 41.44), (2.14, 41.42), (2.14, 41.40), (2.11, 41.39)]]),
        ("grid", "Grid", [[(2.14, 41.42), (2.18, 41.42), (2.19, 41.40), (2.17, 41.385), (2.14, 41.40)]]),
        ("old-town", "Old town", [[(2.17, 41.385), (2.19, 41.40), (2.20, 41.385), (2.18, 41.372)]]),
        (
            "south",
            "South",
            [[(2.11, 41.39), (2.14, 41.40), (2.17, 41.385), (2.18, 41.372), (2.15, 41.35), (2.12, 41.36)]],
        ),
        ("shore", "Shore", [[(2.18, 41.42), (2.21, 41.44), (2.23, 41.415), (2.20, 41.385), (2.19, 41.40)]]),
    ]
    places = [
        ("Carrer de Sants, 120", "#map", 2.135, 41.377),
        ("Market of the old town", "#map", 2.181, 41.386),
        ("School yard, Grid district", "#map", 2.158, 41.405),
    ]
    return maps.city_map(shapes, places)


# fmt: off
ENTRIES = [
    {"at": datetime(2026, 11, 18, 9, 30, tzinfo=UTC), "title": "Second site visited", "text": "Trolleys in use at all twelve shops.", "who": "Núria Prats"},
    {"on": date(2026, 10, 5), "title": "Incident: a van blocked the bus lane", "text": "The driver was instructed again.", "who": "Cooperativa del Port", "tone": "warn"},
    {"on": date(2026, 8, 17), "title": "Pilot started", "who": "Marta Soler", "authority": "Resolution of 30 July 2026"},
]
BOARD = [
    {"label": "Submitted", "tone": "neutral", "count": 2, "cards": [
        {"reference": "I-2026-094", "title": "Rain gardens on school roofs", "url": "#", "meta": "Escola del Clot", "stations": CHAINS["proposed"], "moves": [{"label": "Take into screening", "url": "#"}]},
        {"reference": "I-2026-093", "title": "A map of quiet places", "url": "#", "meta": "Veïns per la Son"},
    ]},
    {"label": "In evaluation", "tone": "progress", "count": 1, "cards": [
        {"reference": "I-2026-092", "title": "Warm rooms from server heat", "url": "#", "meta": "2 of 3 evaluations in", "stations": CHAINS["proposed"]},
    ]},
    {"label": "More information", "tone": "warn", "count": 1, "cards": [
        {"reference": "I-2026-088", "title": "Shared cargo bicycles for markets", "url": "#", "meta": "answer by 1 December"},
    ]},
    {"label": "Accepted", "tone": "good", "count": 0, "cards": []},
]
NOTES = [
    {"who": "Marta Soler", "affiliation": "City", "at": datetime(2026, 11, 12, 8, 40, tzinfo=UTC), "text": "Could you say what the trolleys cost a year, and who repairs them?", "own": True},
    {"who": "Pau Riera", "affiliation": "Cooperativa del Port", "at": datetime(2026, 11, 13, 16, 5, tzinfo=UTC), "text": "About 340 € each. The workshop of the cooperative repairs them within two days."},
]
FILES = [
    {"name": "Noise report October.pdf", "url": "#", "kind": "Report", "language": "Català", "size": 482_133, "on": date(2026, 11, 2), "confidentiality": "Everyone"},
    {"name": "Insurance certificate.pdf", "url": "#", "kind": "Certificate", "size": 93_500, "on": date(2026, 7, 20), "confidentiality": "The parties and the city", "locked": True},
    {"name": "Plan of the site.pdf", "url": "", "held": "It is being checked, and opens once that is done.", "size": 1_204_000, "on": date(2026, 11, 20)},
]
PEOPLE = [
    {"name": "Cooperativa del Port", "helix": "industry", "helix_name": "Industry", "url": "#", "role": "promoter"},
    {"name": "Universitat Pompeu Fabra", "helix": "academia", "helix_name": "Academia", "url": "#", "role": "measures"},
    {"name": "Ajuntament", "helix": "administration", "helix_name": "Public administration", "url": "#", "role": "monitor: N. Prats"},
    {"name": "Veïns per la Son", "helix": "civil_society", "helix_name": "Civil society", "url": "#"},
    {"name": "Espai Verd", "helix": "environment", "helix_name": "Environment", "url": "#"},
]
STEPS = [
    {"label": "Origin", "url": "#", "state": "done"},
    {"label": "Place and time", "url": "#", "state": "done"},
    {"label": "Indicators", "url": "#", "state": "here"},
    {"label": "Team and permits", "url": "#", "state": "ahead"},
    {"label": "Look over", "url": "#", "state": "ahead"},
]
