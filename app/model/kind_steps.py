"""The rows of the node table that send nothing: waits, branches, actions, ends (DESIGN.md section 5)."""

from __future__ import annotations

from typing import Final

from app.model.kind import HAPPENED, NEXT, TIMEOUT, Category, Kind, Setting, SettingType

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY_WORDS: Final = tuple(
    zip(WEEKDAYS, ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), strict=True)
)

WAITS: Final = (
    Kind(
        "delay",
        Category.WAIT,
        "For a time",
        "delay",
        "Waits. Days keep the time of day, hours are exact.",
        (Setting("for", SettingType.DURATION, "Wait", required=True, default="P1D"),),
        (NEXT,),
    ),
    Kind(
        "until",
        Category.WAIT,
        "Until a time",
        "until",
        "Waits until a time of day, a weekday, a date of the person, or so long after the start. "
        "What has passed goes on at once.",
        (
            Setting("since_entry", SettingType.DURATION, "So long after the start"),
            Setting("property", SettingType.PROPERTY, "A date of the person"),
            Setting("weekdays", SettingType.CHOICES, "On", choices=_WEEKDAY_WORDS),
            Setting("time", SettingType.TIME, "At", "In the person's time zone."),
            Setting(
                "business",
                SettingType.FLAG,
                "In opening hours",
                "Goes on when your shop is open next, as the workspace says; holidays are closed.",
                default=False,
            ),
        ),
        (NEXT,),
    ),
    Kind(
        "wait",
        Category.WAIT,
        "For an event",
        "wait",
        "Waits until the person does something, or gives up.",
        (
            Setting("events", SettingType.EVENTS, "Wait for", required=True),
            Setting("where", SettingType.CONDITION, "Only if", "Conditions on the event's own fields."),
            Setting(
                "since",
                SettingType.CHOICE,
                "Counting from",
                default="last-message",
                choices=(("last-message", "The last message"), ("entry", "The start"), ("arrival", "Now")),
            ),
            Setting(
                "timeout",
                SettingType.DURATION,
                "Give up after",
                "How long to wait for a reaction before the way “after …” is taken.",
                required=True,
                default="P1D",
                section="Then wait for",
            ),
        ),
        (HAPPENED, TIMEOUT),
    ),
)

BRANCHES: Final = (
    Kind(
        "check",
        Category.BRANCH,
        "Check",
        "check",
        "Parts the ways by what is known of the person. The first way that fits is taken.",
        (Setting("ways", SettingType.WAYS, "Ways", "Each way has a name and a condition.", required=True),),
        (),
    ),
    Kind(
        "split",
        Category.BRANCH,
        "Split",
        "split",
        "Parts people by chance, always the same way for the same person.",
        (
            Setting("arms", SettingType.ARMS, "Ways", "Who comes again goes the same way.", required=True),
            Setting(
                "hold_out",
                SettingType.NUMBER,
                "Hold out",
                "Percent of the people who get none of it, to compare with. They leave by “hold-out”.",
                default=0,
                minimum=0,
                maximum=90,
            ),
        ),
    ),
)

_CONSENT_WORDS: Final = (
    ("email", "E-mail"),
    ("sms", "SMS"),
    ("rcs", "RCS"),
    ("telegram", "Telegram"),
    ("whatsapp", "WhatsApp"),
)
ACTIONS: Final = (
    Kind(
        "set",
        Category.ACTION,
        "Set or tag",
        "set",
        "Writes fields and tags of the person.",
        (
            Setting("properties", SettingType.PROPERTIES, "Set fields"),
            Setting("add_tags", SettingType.TAGS, "Add tags"),
            Setting("remove_tags", SettingType.TAGS, "Remove tags"),
        ),
        (NEXT,),
    ),
    Kind(
        "record",
        Category.ACTION,
        "Record an event",
        "record",
        "Writes an event of the person, as if it had just happened.",
        (
            Setting("event", SettingType.EVENT, "Event", required=True),
            Setting("properties", SettingType.PROPERTIES, "With fields"),
        ),
        (NEXT,),
    ),
    Kind(
        "consent",
        Category.ACTION,
        "Change consent",
        "consent",
        "Changes what the person agreed to. What they agreed to needs the words they saw.",
        (
            Setting("channel", SettingType.CHOICE, "For", required=True, choices=_CONSENT_WORDS),
            Setting("topic", SettingType.LINE, "Topic", "Empty: the whole channel.", max_length=60),
            Setting(
                "given",
                SettingType.CHOICE,
                "The person",
                required=True,
                choices=(("yes", "Agrees"), ("no", "Does not agree any more")),
            ),
            Setting(
                "text",
                SettingType.TEXT,
                "In these words",
                "What the person saw and agreed to; kept as proof.",
                max_length=1_000,
            ),
        ),
        (NEXT,),
        costly=True,
    ),
    Kind(
        "notify",
        Category.ACTION,
        "Tell me",
        "notify",
        "Puts a line on your desk.",
        (Setting("text", SettingType.LIQUID_LINE, "What to tell", required=True, max_length=250),),
        (NEXT,),
        channel="notice",
        policy="system",
    ),
    Kind(
        "start",
        Category.ACTION,
        "Start a flow",
        "start",
        "Puts the person into another flow at “Added by hand”; this one goes on.",
        (Setting("flow", SettingType.FLOW, "Flow", required=True),),
        (NEXT,),
        costly=True,
    ),
)

ENDS: Final = (
    Kind("goal", Category.END, "Goal", "goal", "Success. The journey ends here."),
    Kind("end", Category.END, "End", "end", "The journey ends here."),
)
