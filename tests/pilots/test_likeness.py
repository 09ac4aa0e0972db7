"""Are ideas that say the same found, and others left alone?"""

from cic.core.search import fold
from pilots.calculations.likeness import Text, likeness, most_alike, telling_words


def text(pk, title, words="", organisation_id=None):
    return Text(pk, fold(title), fold(words or title), organisation_id)


def test_same_title_is_found_through_accents_and_spellings():
    one, other = text(1, "Col·laboració més àgil"), text(2, "col•laboracio mes agil")

    assert likeness(one, other).reasons == ("same_title",)


def test_similar_words_are_a_reason():
    one = text(1, "Quiet unloading of shops at night")
    other = text(2, "Unloading at night, quiet shops and vans")

    assert likeness(one, other).reasons == ("similar_words",)


def test_same_organisation_alone_is_no_reason():
    assert (
        likeness(text(1, "Quiet unloading", organisation_id=7), text(2, "Smart lamps", organisation_id=7))
        is None
    )


def test_same_organisation_needs_fewer_common_words():
    one, other = "Quiet unloading with rubber wheels", "Rubber wheels around busy schools"

    assert likeness(text(1, one), text(2, other)) is None
    assert likeness(text(1, one, organisation_id=7), text(2, other, organisation_id=7)).reasons == (
        "similar_words",
        "same_organisation",
    )


def test_most_alike_come_first_and_never_the_idea_itself():
    idea = text(1, "Quiet unloading at night", organisation_id=7)
    others = [
        idea,
        text(2, "Quiet unloading at noon"),
        text(3, "Quiet unloading at night", organisation_id=7),
        text(4, "Lamps"),
    ]

    assert [like.pk for like in most_alike(idea, others)] == [3, 2]


def test_telling_words_are_the_longest():
    assert telling_words("the quiet unloading of shops at night", most=2) == ["unloading", "night"]
