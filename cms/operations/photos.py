"""How do photographs come into a case, and how are their words changed?"""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.images import get_image_model
from wagtail.models import Collection

from cic.core.errors import DomainError
from cic.core.files import content_type_of, safe_name, without_metadata
from cic.core.operations import audit, operation
from cic.core.pictures import PICTURES
from cic.core.scanning import require_harmless
from cic.core.texts import clean_text
from cms.models import CasePage, CasePhoto

from .cases import opened, written
from .trees import by_language, known

PHOTOGRAPHS = by_language(
    "Fotografies d’experiències",
    "Fotografías de experiencias",
    "Photographs of cases",
    "Photographies d’expériences",
)


@operation
def write_photos(
    case: CasePage,
    rows: Sequence[dict[str, Any]],
    *,
    actor: Any,
    what: str = "",
    why: str = "",
    others: Sequence[CasePage] = (),
    seen_revision: int | None = None,
) -> CasePage:
    """Let a case have exactly these photographs, in this order: each an `image` or an `upload`, with its words.

    `key` of a row stands behind the names of its fields where something is wrong with them. `also` of a row holds its
    words in other languages, by code: the versions of `others` get the same photographs, and keep what they have besides.

    Of an upload the picture alone is kept, without where and by whom it was taken. A public case takes a correction.
    Raises: NotAllowed; DomainError "wrong_state", "stale", or "invalid" with what is wrong, by position.
    """
    case, draft = opened(case, actor, seen_revision)
    known = list(draft.photos.all())
    before = [str(photo) for photo in known]
    # No file is kept before all are checked: it would outlive what is refused.
    ready = [_photo(row, case) for row in rows]
    elsewhere = [(other, [_words(row, other) for row in rows]) for other in others]
    for number, (photo, bare) in enumerate(ready):
        photo.sort_order = number
        if bare is not None:
            photo.image = taken_in(bare, case, actor)
    photos = [photo for photo, _bare in ready]
    draft.photos.set(photos)
    written(case, draft, actor, what, why)
    after = [str(photo) for photo in photos]
    audit(case, "photographs", actor=actor, note=what, before={"photos": before}, after={"photos": after})
    images = {photo.image_id for photo in [*known, *photos]}
    for other, words in elsewhere:
        for photo, here in zip(photos, words, strict=True):
            here.image = photo.image
        _write_beside(other, words, images, actor)
    return CasePage.objects.get(pk=case.pk)


def _words(row: dict[str, Any], case: CasePage) -> CasePhoto:
    """The same photograph in the language of `case`, checked, still without its picture.

    Raises: DomainError "invalid".
    """
    code = case.locale.language_code
    said = row["also"][code]
    photo = CasePhoto(
        page=case, description=clean_text(said["description"], multiline=False),
        caption=clean_text(said["caption"], multiline=False), decorative=row["decorative"],
    )  # fmt: skip
    try:
        photo.clean()
    except ValidationError as error:
        fields = {f"description_{row['key']}_{code}": error.messages}
        raise DomainError("invalid", error.messages[0], fields=fields) from error
    return photo


def _write_beside(case: CasePage, photos: list[CasePhoto], images: set[int], editor: Any) -> None:
    """Give another language of a case these photographs, before those that only it has."""
    case, draft = opened(case, editor)
    before = [str(photo) for photo in draft.photos.all()]
    own = [photo for photo in draft.photos.all() if photo.image_id not in images]
    for number, photo in enumerate([*photos, *own]):
        photo.sort_order = number
    draft.photos.set([*photos, *own])
    written(case, draft, editor)
    after = [str(photo) for photo in draft.photos.all()]
    audit(case, "photographs", actor=editor, before={"photos": before}, after={"photos": after})


def _photo(row: dict[str, Any], case: CasePage) -> tuple[CasePhoto, Any]:
    """One photograph, checked, and the file that is to become its picture.

    Raises: DomainError "invalid".
    """
    photo = CasePhoto(
        page=case, description=clean_text(row["description"], multiline=False),
        caption=clean_text(row["caption"], multiline=False), decorative=row["decorative"], image=row.get("image"),
    )  # fmt: skip
    try:
        photo.clean()
        return photo, None if photo.image_id else checked(row["upload"])
    except ValidationError as error:
        fields = {f"{name}_{row['key']}": messages for name, messages in error.message_dict.items()}
        raise DomainError("invalid", error.messages[0], fields=fields) from error


def checked(upload: Any) -> Any:
    """The picture alone of what was sent.

    Raises: ValidationError for what is no picture.
    """
    name = safe_name(upload.name)
    try:
        kind = content_type_of(upload, name)
        if kind not in PICTURES:
            raise ValidationError({"upload": _("This is no picture. We take JPEG, PNG and WebP.")})
        require_harmless(upload)
        bare = without_metadata(upload, kind)
    except DomainError as error:
        raise ValidationError({"upload": str(error)}) from error
    bare.name = name
    return bare


def taken_in(bare: Any, case: CasePage, actor: Any) -> Any:
    """A picture for the library of the site; its name tells the case, its words stay with the case."""
    image = get_image_model()(
        title=f"{case.outcome.trial.reference} · {bare.name}"[:255], file=bare, uploaded_by_user=actor,
        collection=collection_of_photos(),
    )  # fmt: skip
    image._set_image_file_metadata()
    image.save()
    return image


def collection_of_photos() -> Collection:
    """The collection that the photographs of cases come into in any of our languages, made when the first one does."""
    root = Collection.get_first_root_node()
    found = Collection.objects.child_of(root).filter(name__in=PHOTOGRAPHS.values()).first()
    return found or root.add_child(name=PHOTOGRAPHS[known(settings.LANGUAGE_CODE)])
