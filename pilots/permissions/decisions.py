"""Who may record what a body decided, tell it and publish it?"""

from .roles import decides, sees

PERMISSIONS = {
    "pilots.view_decision": sees,
    "pilots.record_decision": decides,
    "pilots.publish_decision": decides,
}
