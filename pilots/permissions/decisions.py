"""Who may record what a body decided, tell it, publish it, and write the letters that tell it?"""

from .roles import decides, sees

PERMISSIONS = {
    "pilots.view_decision": sees,
    "pilots.record_decision": decides,
    "pilots.publish_decision": decides,
    "pilots.edit_letter": decides,
}
