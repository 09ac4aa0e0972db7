"""What has happened here that a higher room may want to know?

Sent within the operation's transaction, in the past tense. Each carries `actor`.
"""

from django.dispatch import Signal

# record (a trial or an outcome that is public no more), note (why)
publication_withdrawn = Signal()
