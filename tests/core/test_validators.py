"""Which addresses may a person give?"""

import pytest
from django.core.exceptions import ValidationError

from cic.core.validators import check_web_address


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "//evil.example.org/",
        "https:evil",
        "https://",
        'https://example.org/"onclick="x',
        "https://example.org/'x",
        "https://example.org/<b>",
        "https://example.org/a b",
        "https://me:secret@example.org/",
        "https://e\u202egro.example.org/",
        "https://example.org/\u200d",
        "https://example.org/\r\nX: y",
        "https://[::1",
        "\x08https://example.org/",
    ],
)
def test_x07_an_address_that_could_mislead_or_run_is_refused(address):
    with pytest.raises(ValidationError):
        check_web_address(address)


@pytest.mark.parametrize(
    "address", ["https://example.org/", "http://example.org/a?b=c#d", "https://exempló.cat/l·l%20x"]
)
def test_ordinary_addresses_are_taken(address):
    assert check_web_address(address) is None
