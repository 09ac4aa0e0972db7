"""Does a text give away what was told in confidence? Shared runs of words, and patterns of personal data."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cic.core.search import fold

# Six words in a row are no chance: shorter runs are idiom. Units: words.
RUN = 6
# A whole secret shorter than this is a turn of speech, not a passage.
SHORTEST = 3
EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
PHONE = re.compile(r"(?<![\w.,])(?:(?:\+|00)\d{1,3}[ .-]?)?\(?\d{2,3}\)?(?:[ .-]?\d{2,3}){2,4}(?![\w,]|\.\d)")
# Spanish NIF, NIE and CIF, as people write them.
TAX_ID = re.compile(
    r"\b(?:\d{8}[ -]?[A-HJ-NP-TV-Z]|[XYZ][ -]?\d{7}[ -]?[A-Z]|[A-HJNP-SUVW][ -]?\d{7}[ -]?[0-9A-J])\b"
)
AMOUNT = re.compile(r"^\s*(?:€|eur|euros?|%)", re.IGNORECASE)
_WORD = re.compile(r"\w+(?:[\u00b7\u2022\u2027\u2219\u22c5.'’-]\w+)*")


@dataclass(frozen=True)
class Secret:
    """A text told in confidence: what kind, and where it stands."""

    kind: str
    text: str
    source: str = ""


@dataclass(frozen=True)
class Finding:
    """One passage of the public text that gives something away."""

    kind: str
    field: str
    excerpt: str
    source: str = ""

    @property
    def fingerprint(self) -> str:
        """The same passage has the same fingerprint, wherever it is moved."""
        return hashlib.sha256(f"{self.kind}|{fold(self.excerpt)}".encode()).hexdigest()[:32]


def words(text: str) -> list[tuple[str, int, int]]:
    """The words of `text` as they are compared, each with where it begins and ends."""
    return [
        (folded, match.start(), match.end())
        for match in _WORD.finditer(text)
        for folded in [fold(match.group())]
        if folded
    ]


def runs(text: str, size: int = RUN) -> set[tuple[str, ...]]:
    """All runs of `size` words in `text`; the whole text when it is shorter."""
    plain = [word for word, _start, _end in words(text)]
    if len(plain) < size:
        return {tuple(plain)} if len(plain) >= SHORTEST else set()
    return {tuple(plain[at : at + size]) for at in range(len(plain) - size + 1)}


def shared_passages(public: str, secret: str, known: Iterable[str] = ()) -> list[str]:
    """Passages of `public` that repeat `secret`, longest runs joined; what `known` says already is no secret."""
    hidden = runs(secret) - {run for text in known for run in runs(text)}
    if not hidden:
        return []
    size = min(len(run) for run in hidden)
    shown = words(public)
    plain = [word for word, _start, _end in shown]
    covered: list[list[int]] = []
    for at in range(len(plain) - size + 1):
        if tuple(plain[at : at + size]) in hidden:
            if covered and at <= covered[-1][1]:
                covered[-1][1] = at + size
            else:
                covered.append([at, at + size])
    return [public[shown[first][1] : shown[last - 1][2]] for first, last in covered]


def phones(text: str) -> list[str]:
    """What reads like a telephone number: nine digits or more that are no amount."""
    found = []
    for match in PHONE.finditer(text):
        digits = re.sub(r"\D", "", match.group())
        if 9 <= len(digits) <= 15 and not AMOUNT.match(text[match.end() :]):
            found.append(match.group().strip())
    return found


def named(text: str, names: Iterable[str]) -> list[str]:
    """Those of `names` that occur in `text` as whole words; a single word is no full name."""
    folded = f" {fold(text)} "
    return [name for name in names if len(fold(name).split()) > 1 and f" {fold(name)} " in folded]


def findings_in(
    texts: Mapping[str, str],
    *,
    secrets: Sequence[Secret],
    names: Iterable[str] = (),
    tax_ids: Iterable[str] = (),
    known: Sequence[str] = (),
) -> list[Finding]:
    """Everything in `texts` (by field) that should not go public, each passage once."""
    found: dict[str, Finding] = {}
    names, numbers = (
        sorted(set(names)),
        {re.sub(r"[\s.-]", "", number).upper() for number in tax_ids if number},
    )

    def add(kind: str, field: str, excerpt: str, source: str = "") -> None:
        finding = Finding(kind, field, excerpt, source)
        found.setdefault(finding.fingerprint, finding)

    for field, text in texts.items():
        for secret in secrets:
            for passage in shared_passages(text, secret.text, known):
                add(secret.kind, field, passage, secret.source)
        for match in EMAIL.findall(text):
            add("email", field, match)
        for match in TAX_ID.findall(text.upper()):
            add("tax_id", field, match)
        compact = re.sub(r"[\s.-]", "", text).upper()
        for number in numbers:
            if len(number) > 5 and number in compact:
                add("tax_id", field, number)
        for match in phones(TAX_ID.sub(" ", text)):
            add("phone", field, match)
        for name in named(text, names):
            add("name", field, name)
    return list(found.values())
