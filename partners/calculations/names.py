"""Under which key are two spellings of an organisation's name, or of its tax number, the same?"""

import re

from cic.core.search import fold

# Legal forms as fold() leaves them, letters parted by dots included.
_FORMS = (
    "s l", "sl", "s l u", "slu", "s l p", "slp", "s a", "sa", "s a u", "sau", "s c c l", "sccl", "s coop", "scp",
    "s a s", "sas", "s r l", "srl", "s p a", "spa", "gmbh", "ag", "ltd", "limited", "llc", "inc", "plc", "b v", "bv",
    "n v", "nv", "oy", "ab", "as", "aps", "sarl", "d o o", "doo", "sp z o o", "kft", "lda",
)  # fmt: skip
_FORM = re.compile(rf"\s(?:{'|'.join(sorted(_FORMS, key=len, reverse=True))})$")
_NOT_ALPHANUMERIC = re.compile(r"[^0-9A-Z]")


def name_key(name: str) -> str:
    """`name` folded, without a legal form at its end; never empty for a name that has a letter."""
    return _FORM.sub("", fold(name))


def tax_key(tax_id: str, country: str = "") -> str:
    """`tax_id` in capitals without spaces, dots or dashes, and without `country` (two letters) in front."""
    key = _NOT_ALPHANUMERIC.sub("", tax_id.upper())
    return key[2:] if country and len(key) > 4 and key.startswith(country.upper()) else key
