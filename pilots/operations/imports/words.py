"""How are the remarks of a row report said to a person?"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from pilots.calculations.readers import Action, Kind, Problem
from pilots.operations.measurements import SENTENCES

# What an import itself has to say, besides what its reader found.
NEW = "new"
CHANGED = "changed"
CHANGED_HERE = "changed_here"
REMOVED_HERE = "removed_here"
NOT_FOUND = "not_found"
REFUSED = "refused"
NOT_IMPORTED = "not_imported"
OTHER_TRIAL = "other_trial"
OLD_VERSION = "old_version"
AMBIGUOUS = "ambiguous_name"
WAITING = "waiting"
TAKES_NO_IDEAS = "takes_no_ideas"
CORRECTED = "corrected"
SENT_IN = "sent_in"
BY_MOVE = "by_move"
STALE = "stale"
SEVERAL = "several"
MISSING = str(Problem.MISSING)
REFUSED_BY_RULE = "refused_by_rule"
WRITTEN = "written"
WOULD_WRITE = "would_write"

PROBLEMS: dict[str, Any] = {
    **SENTENCES,
    OTHER_TRIAL: _("It names another trial"),
    OLD_VERSION: _("A version that was corrected, or a correction that is not approved"),
    AMBIGUOUS: _("Several indicators have this name"),
    TAKES_NO_IDEAS: _("This centre takes no ideas now."),
    WAITING: _("It waits for its approval and is not changed meanwhile"),
    BY_MOVE: _("A state changes by a move, not by a table"),
    STALE: _("Changed here since this list was made"),
    SEVERAL: _("Several records go by this name"),
    REFUSED_BY_RULE: _("A rule stands against it"),
    NEW: _("Not here yet"),
    CHANGED: _("The source says something new"),
    CHANGED_HERE: _("Changed here by a person since the last import"),
    REMOVED_HERE: _("Removed here since the last import"),
    NOT_FOUND: _("What it points to is not here"),
    REFUSED: _("The database refused it"),
    NOT_IMPORTED: _("This kind of row is not imported"),
    Problem.AMBIGUOUS_NUMBER: _("The comma may part decimals or thousands"),
    Problem.AMOUNTS_DIFFER: _("The source gives several amounts"),
    Problem.CONTROL_CHARACTER: _("Control or invisible characters"),
    Problem.COUNTRY_FROM_NAME: _("A country's name without its code"),
    Problem.COUNTRY_RECODED: _("A country code that is not ISO 3166"),
    Problem.COUNTRY_UNCLEAR: _("NA or blank where Namibia may be meant"),
    Problem.DECIMAL_COMMA: _("A decimal comma"),
    Problem.DIFFERS: _("Told otherwise in an earlier row"),
    Problem.DOUBLED_VALUE: _("The same value twice in one cell"),
    Problem.DUPLICATE_COLUMN: _("The same column twice"),
    Problem.ENCODING: _("Not in UTF-8"),
    Problem.END_BEFORE_START: _("The end comes before the start"),
    Problem.ENDED_PILOT: _("Said to go on, with an end given"),
    Problem.FLOAT_RESIDUE: _("More than two decimals"),
    Problem.HTML: _("Text in HTML"),
    Problem.INVALID_DATE: _("Not a date"),
    Problem.INVALID_NUMBER: _("Not a number"),
    Problem.LINE_BREAK: _("Line breaks in a text of one line"),
    Problem.MARKUP_IN_TEXT: _("Markup or a script in a plain text"),
    Problem.MISSING: _("Missing"),
    Problem.MOJIBAKE: _("Letters garbled by a wrong encoding"),
    Problem.NAMIBIA_CONFIRMED: _("NA, and it is Namibia"),
    Problem.NAMIBIA_MISLABEL: _("Called Namibia because NA stood for missing"),
    Problem.NESTED_QUOTES: _("Quoted twice"),
    Problem.NO_BREAK_SPACE: _("Begins with a no-break space"),
    Problem.NO_COORDINATOR: _("A project without a coordinator"),
    Problem.NO_PARTICIPANTS: _("A project without participants"),
    Problem.NO_SCHEME: _("An address without https://"),
    Problem.NO_TIME_ZONE: _("Times without a zone"),
    Problem.NOT_AS_WRITTEN: _("A line of the cell is not written as this column asks"),
    Problem.NOT_AN_ADDRESS: _("Not a web address"),
    Problem.OUTER_SPACE: _("Spaces around the text"),
    Problem.POSTCODE_ZERO: _("A postcode without its leading zero"),
    Problem.REPEATED_ACRONYM: _("Another project has this acronym"),
    Problem.REPEATED_ID: _("This identifier stood in the file before"),
    Problem.REPEATED_PARTICIPATION: _("The same organisation once more in one project"),
    Problem.REPEATED_TITLE: _("Another proposal has this title"),
    Problem.SAME_NAME: _("The same name under another identifier"),
    Problem.SEVERAL_ADDRESSES: _("Several addresses in one cell"),
    Problem.TOO_LONG: _("Too long"),
    Problem.UNCLASSIFIED: _("The source does not say which helix"),
    Problem.UNKNOWN_VALUE: _("A value we do not know"),
    Problem.WORD_REPLACED: _("An address damaged by a search-and-replace"),
    Problem.WRONG_CELL_COUNT: _("More or fewer cells than columns"),
    Problem.YEAR_ONLY: _("A year without month and day"),
    Problem.ZERO_MEANS_UNKNOWN: _("A cost of 0 stands for unknown"),
}
ACTIONS: dict[str, Any] = {
    WRITTEN: _("Written"),
    WOULD_WRITE: _("Would be written"),
    CORRECTED: _("A correction was sent in"),
    SENT_IN: _("Sent in"),
    Action.CONVERTED: _("Converted"),
    Action.FIRST_KEPT: _("The first was kept"),
    Action.FOLDED: _("Made one line"),
    Action.FOR_A_PERSON: _("Left for a person to decide"),
    Action.KEPT: _("Kept"),
    Action.KEPT_APART: _("Kept as two"),
    Action.KEPT_AS_TEXT: _("Kept as plain text"),
    Action.LEFT_EMPTY: _("Left empty"),
    Action.REJECTED: _("Row not imported"),
    Action.REMOVED: _("Removed"),
    Action.REPAIRED: _("Repaired"),
    Action.SHORTENED: _("Shortened"),
    Action.SUBSTITUTED: _("Something else put in its place"),
}
NOUNS: dict[str, Any] = {
    Kind.FILE: _("File"),
    Kind.REJECTED: _("Row"),
    Kind.PROJECT: _("Project"),
    Kind.ORGANISATION: _("Organisation"),
    Kind.PARTICIPATION: _("Participation"),
    Kind.CASE: _("Case"),
    Kind.IDEA: _("Idea"),
    Kind.COMMENT: _("Comment"),
    Kind.MEASUREMENT: _("Measurement"),
    Kind.CHALLENGE: _("Challenge"),
    Kind.TRIAL: _("Trial"),
    Kind.INDICATOR: _("Indicator"),
    Kind.CENTRE: _("Centre"),
    Kind.AGREEMENT: _("Agreement"),
    Kind.EVENT: _("Event"),
    Kind.SESSION: _("Session"),
    Kind.REGISTRATION: _("Registration"),
    Kind.CAPSULE: _("Capsule"),
    Kind.OUTCOME: _("Outcome"),
}


def say(words: dict[str, Any], key: str) -> str:
    """The words for `key`, or the key itself."""
    return str(words.get(key, key))
