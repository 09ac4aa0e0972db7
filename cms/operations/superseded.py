"""What did this program once write into a page, and says by itself now? An installation set up earlier has it twice."""

import json
from typing import Any

from cic.core.operations import audit, operation
from cms.facts.parts import plain, raw_of
from cms.models import PageRole, TextPage

from .trees import known, read_text


@operation
def take_out_superseded(*, actor: Any) -> int:
    """Take the passages that the checks say now out of the statement of accessibility, in every language.

    A heading goes with the text beneath it, and only where nobody has changed either. Returns how many went; a second
    run finds none. A draft loses them too, so that it does not bring them back.
    """
    count = 0
    for page in TextPage.objects.filter(role=PageRole.ACCESSIBILITY).select_related(
        "locale", "latest_revision"
    ):
        _lead, blocks = read_text(known(page.locale.language_code), "accessibility.superseded")
        old = set(
            zip([text for _kind, text in blocks[::2]], [text for _kind, text in blocks[1::2]], strict=True)
        )
        body = raw_of(page, "body")
        kept = _without(body, old)
        if len(kept) < len(body):
            page.body = json.dumps(kept)
            page.save(update_fields=["body"])
            gone = (len(body) - len(kept)) // 2
            audit(page, "take_out_superseded", actor=actor, after={"passages": gone})
            count += gone
        draft = page.latest_revision
        if draft is not None:
            told = json.loads(draft.content["body"])
            if len(left := _without(told, old)) < len(told):
                draft.content["body"] = json.dumps(left)
                draft.save(update_fields=["content"])
    return count


def _without(body: list[dict[str, Any]], old: set[tuple[str, str]]) -> list[dict[str, Any]]:
    """`body` without the headings and texts that stand together in `old`."""
    kept, at = [], 0
    while at < len(body):
        pair = body[at : at + 2]
        if [block["type"] for block in pair] == ["heading", "text"]:
            heading, text = (str(block["value"]) for block in pair)
            if (heading, plain(text)) in old:
                at += 2
                continue
        kept.append(body[at])
        at += 1
    return kept
