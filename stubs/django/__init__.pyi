# What mypy has to know of Django, which brings no types: that choices are enumerations of texts.
from typing import Any

def __getattr__(name: str) -> Any: ...
