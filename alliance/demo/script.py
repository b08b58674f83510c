"""The play: the joint meeting of November 2026, which must decide the chair unit after the first term.

The alliance, its zones and its charter are real; what happens in the meeting is invented, and every title that is
invented says so (演示). Each act is a function of the stage; a reader may stop between acts.
"""

from django.utils.translation import gettext_lazy

from . import after, before, session

ACTS = {
    "found": (before.found_the_alliance, gettext_lazy("The alliance as it was founded")),
    "prepare": (before.prepare, gettext_lazy("Preparing the meeting")),
    "call": (before.call, gettext_lazy("The notice")),
    "answer": (before.answer, gettext_lazy("The replies")),
    "gather": (session.gather, gettext_lazy("Check-in")),
    "open_the_vote": (session.open_the_vote, gettext_lazy("In session")),
    "decide": (session.decide, gettext_lazy("The decisions")),
    "assign": (after.assign, gettext_lazy("Tasks and minutes")),
    "follow_up": (after.follow_up, gettext_lazy("The clock passes")),
    "verify": (after.verify, gettext_lazy("The journal")),
}
