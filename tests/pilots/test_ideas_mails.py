"""Does every mail of ideas, evaluations and decisions say why, what next and where, in its reader's language?"""

from pathlib import Path

import pytest

from cic.core.background.mails import render_mail

FACTS = {
    "reference": "I-2026-001",
    "title": "Rubber wheels",
    "path": "/workspace/ideas/1/",
    "organisation": "Silent Wheels",
    "question": "How loud is it?",
    "reason": "It was asked twice.",
    "due_on": "2026-05-27",
    "decided_on": "2026-05-03",
    "review_on": "2026-09-01",
    "body": "Innovation board",
    "authority": "Minutes of 3 May",
    "reasons": "It can be tried at once.",
    "conditions": "",
    "verdict": "accept",
}
NOUNS = ("idea", "information", "partner", "evaluation", "decision")
KINDS = sorted(
    path.stem
    for path in Path("pilots/templates/pilots/mail").glob("*.txt")
    if path.stem.split("_")[0] in NOUNS
)


@pytest.mark.parametrize("kind", KINDS)
def test_mail_names_its_object_says_what_next_and_where(kind, settings):
    subject, text = render_mail(f"pilots.{kind}", FACTS, "en")

    assert "I-2026-001" in subject or "Rubber wheels" in subject
    assert "\n" not in subject
    assert f"{settings.BASE_URL}/workspace/ideas/1/" in text.splitlines()
    assert "Next: " in text or "nothing more to do" in text
    assert "2026-05-27" not in text


def test_there_are_mails_to_test():
    assert len(KINDS) == 22


@pytest.mark.parametrize("kind", KINDS)
def test_i05_what_people_typed_is_neither_markup_nor_code(kind):
    hostile = "[Pulse](https://evil.example) {{ settings.SECRET_KEY }} %(x)s <a href='//evil.example'>"

    subject, text = render_mail(
        f"pilots.{kind}", {**FACTS, "title": hostile, "reasons": hostile, "reason": hostile}, "en"
    )

    assert "https://evil.example" not in subject + text
    assert "for-tests-only" not in subject + text
