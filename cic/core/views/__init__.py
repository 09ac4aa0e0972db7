"""What do all workspace pages share? Lists, details, forms that call one operation, and moves."""

from .details import AuditPage, DetailPage, moves_of, stages_of, translations_of
from .forms import (
    ChildCreatePage,
    ConfirmPage,
    CreatePage,
    EditPage,
    FileRemovePage,
    ObjectPage,
    OperationPage,
    Versioned,
    add_refusal,
    in_words,
)
from .lists import ListPage, ask_plainly, chip_words, hide
from .moves import MovePage
from .pages import WorkspacePage

__all__ = [
    "AuditPage",
    "ChildCreatePage",
    "ConfirmPage",
    "CreatePage",
    "DetailPage",
    "EditPage",
    "FileRemovePage",
    "ListPage",
    "MovePage",
    "ObjectPage",
    "OperationPage",
    "Versioned",
    "WorkspacePage",
    "add_refusal",
    "ask_plainly",
    "chip_words",
    "hide",
    "in_words",
    "moves_of",
    "stages_of",
    "translations_of",
]
