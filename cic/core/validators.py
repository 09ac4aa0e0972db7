"""Which addresses and dates may a person give?"""

import re
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_SAFE = re.compile(
    r"^[A-Za-z0-9\-._~:/?#\[\]@!$&()*+,;=%\u00a1-\u1fff\u2c00-\ud7ff\uf900-\ufdcf\ufdf0-\uffef]+$"
)

# The last part of a host: with a letter, which no number has, in whatever script.
_TOP = re.compile(r"(?=.*[^\W\d_])[\w-]+")

YEARS = range(1800, 2300)


def check_date(value: Any) -> None:
    """Raise ValidationError unless a date or instant lies where each database and each zone can follow."""
    if value.year not in YEARS:
        raise ValidationError(_("This date is out of range."))


def check_web_address(value: str) -> None:
    """Raise ValidationError unless `value` is an http(s) address with a host and without quotes or spaces."""
    try:
        parts = urlsplit(value)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
    except ValueError:
        fine = False
    if not fine or not _SAFE.match(value):
        raise ValidationError(_("Give a web address that begins with https:// or http://."))


def check_mail_host(address: str) -> None:
    """Raise ValidationError for a mail address whose host has no name of the net's, such as `lea@[127.0.0.1]`, `lea@10.0.0.11`
    or `lea@localhost`: it may lie within.
    """
    name, dot, last = address.rpartition("@")[2].rstrip(".").rpartition(".")
    if not (name and dot) or not _TOP.fullmatch(last) or last == "localhost":
        raise ValidationError(_("Give an address whose host has a name."))
