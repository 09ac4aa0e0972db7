"""Where is an idea in the five steps its proposer reads, and what comes next?"""

DONE, HERE, AHEAD = "done", "here", "ahead"
STEPS = ("write", "read", "evaluate", "decide", "try")
_AT = {
    "draft": "write",
    "submitted": "read",
    "screening": "read",
    "more_information": "read",
    "in_evaluation": "evaluate",
    "accepted": "try",
    "parked": "decide",
    "declined": "decide",
}


def steps(state: str, *, sent: bool) -> list[tuple[str, str]]:
    """Each step with its mark. What ended (withdrawn, merged, lapsed) stands nowhere: only what was done is done.

    `sent` says whether such an idea had been sent.
    """
    at = _AT.get(state)
    if at is None:
        return [(step, DONE if step == "write" and sent else AHEAD) for step in STEPS]
    here = STEPS.index(at)
    return [
        (step, DONE if number < here else HERE if number == here else AHEAD)
        for number, step in enumerate(STEPS)
    ]
