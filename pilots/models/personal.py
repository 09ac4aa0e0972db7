"""What does this room hold on a person? What they wrote, and what they answer for."""

from cic.core.personal import Held, declare

declare(
    {
        "pilots.Idea": Held(
            ("author",),
            (
                "reference", "title", "problem", "proposal", "novelty", "beneficiaries", "asked_of_city", "state",
                "submitted_at", "created_at",
            ),
        ),
        "pilots.InformationRequest": Held(("asked_by",), ("idea", "question", "due_on", "created_at")),
        "pilots.Evaluation": Held(
            ("evaluator",), ("idea", "state", "due_on", "conflict_note", "comment", "created_at")
        ),
        "pilots.Score": Held(("evaluation__evaluator",), ("evaluation", "criterion", "comment")),
        "pilots.Decision": Held(("decided_by",), ("reference", "decided_on", "reasons", "conditions")),
        "pilots.Trial": Held(("monitor",), ("reference", "title", "state", "starts_on", "ends_on")),
        "pilots.TeamPerson": Held(("user",), ("trial", "task", "created_at")),
        "pilots.LogEntry": Held(("author",), ("trial", "text", "place", "created_at")),
        "pilots.ExtensionRequest": Held(("asked_by",), ("trial", "reason", "new_ends_on", "created_at")),
        "pilots.IndicatorAmendment": Held(("made_by",), ("indicator", "before", "after", "reason")),
        "pilots.Measurement": Held(
            ("measured_by",), ("indicator", "period_start", "period_end", "text", "state", "created_at")
        ),
        "pilots.Message": Held(("author",), ("idea", "trial", "agreement", "channel", "text", "edited_at", "created_at")),
        "pilots.ImportRun": Held(("actor",), ("source", "origin", "state", "created_at")),
    }
)  # fmt: skip
