"""What has happened here that a higher room may want to know?

Sent within the operation's transaction, in the past tense. Each carries `actor`.
"""

from django.dispatch import Signal

# agreement (as it is now), name (of the move), from_state
agreement_moved = Signal()
# centre, name, from_state
centre_moved = Signal()
# organisation, name, from_state
organisation_moved = Signal()
# source (now merged), target
organisations_merged = Signal()
# membership
membership_ended = Signal()
# user
user_deactivated = Signal()
