"""Does the check find what was told in confidence, however it is spelt, and leave common words alone?"""

from cms.calculations.disclosure import Secret, findings_in, named, phones, shared_passages

ANNEX = "The unit price of the rubber wheels is forty euros, and we will not go below thirty."


def kinds(text, **given):
    return [(row.kind, row.excerpt) for row in findings_in({"text": text}, **{"secrets": [], **given})]


def test_shared_passage_of_six_words_is_found_whole():
    text = "We learned that the unit price of the rubber wheels is forty euros, which is much."

    assert shared_passages(text, ANNEX) == ["the unit price of the rubber wheels is forty euros"]


def test_shared_passage_of_five_words_is_idiom():
    assert shared_passages("It was the unit price of lamps.", ANNEX) == []


def test_shared_passage_ignores_accents_case_and_the_four_spellings_of_a_geminate():
    secret = "La col·laboració amb l’empresa costa vint mil euros l’any"
    for spelt in ("col•laboració", "colŀlaboració", "col.laboració", "COL·LABORACIO"):
        assert shared_passages(f"La {spelt} amb l’empresa costa vint mil euros", secret) != []


def test_short_secret_is_compared_whole():
    assert shared_passages("Then forty euros each was agreed.", "forty euros each") == ["forty euros each"]
    assert shared_passages("Euros.", "forty euros") == []


def test_what_is_public_already_is_no_secret():
    assert shared_passages(ANNEX, ANNEX, known=[ANNEX]) == []


def test_personal_data_is_found_by_its_pattern():
    text = "Ask Anna at anna.puig@example.org or +34 934 023 000; NIF 12345678Z, CIF B-1234567-4."

    found = kinds(text)

    assert ("email", "anna.puig@example.org") in found
    assert ("phone", "+34 934 023 000") in found
    assert ("tax_id", "12345678Z") in found


def test_amounts_and_years_are_no_telephone_numbers():
    assert phones("It cost 18 400 000 € in 2024-2026, 1,234,567 boxes, P-2026-014.") == []


def test_full_names_are_found_and_single_words_are_not():
    assert named("Written with Núria Prats and others.", ["Nuria Prats", "Prats", "Pere Vila"]) == [
        "Nuria Prats"
    ]


def test_tax_number_of_a_partner_is_found_however_it_is_written():
    assert ("tax_id", "B12345674") in kinds("Paid to B-12.345.674 last year.", tax_ids=["B12345674"])


def test_fingerprint_follows_the_passage_not_the_field():
    secret = [Secret("annex", ANNEX)]
    first = findings_in({"answer": ANNEX}, secrets=secret)[0]
    second = findings_in({"lessons": ANNEX}, secrets=secret)[0]

    assert first.fingerprint == second.fingerprint
