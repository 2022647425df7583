"""The rows of the node table, category by category (DESIGN.md section 5)."""

from __future__ import annotations

from typing import Any, Final

from app.model.kind import (
    ENTERED,
    FAILED,
    HAPPENED,
    NEXT,
    TIMEOUT,
    Category,
    Kind,
    Outlet,
    OutletRole,
    Setting,
    SettingType,
)

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_SENDING = "Sending"
_WAITING = "Then wait for"
_WEEKDAY_WORDS: Final = tuple(
    zip(WEEKDAYS, ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), strict=True)
)


def _reactions(help_text: str = "") -> Setting:
    return Setting(
        "reactions",
        SettingType.REACTIONS,
        "Then wait for",
        help_text
        or "Each reaction ticked becomes a way out. None ticked: the way goes on as soon as it is sent.",
        section=_WAITING,
    )


def _timeout(*, required: bool = False) -> Setting:
    return Setting(
        "timeout",
        SettingType.DURATION,
        "Give up after",
        "How long to wait for a reaction before the way “after …” is taken.",
        required=required,
        default="P1D",
        section=_WAITING,
    )


_HUMAN_ONLY = Setting(
    "human_only",
    SettingType.FLAG,
    "Count only people",
    "Mail programs and scanners open letters by themselves. Ticked: only what a person surely did counts.",
    default=False,
    section=_WAITING,
)
_PURPOSE = (
    Setting(
        "purpose",
        SettingType.CHOICE,
        "Purpose",
        "Advertising needs consent. A service message, such as an order confirmation, "
        "does not, but needs a reason.",
        default="marketing",
        choices=(("marketing", "Advertising"), ("transactional", "Service message")),
        section=_SENDING,
    ),
    Setting(
        "reason",
        SettingType.LINE,
        "Reason for a service message",
        "Shown to whoever asks “why did I get this?”.",
        section=_SENDING,
    ),
)
_LATE = (
    Setting(
        "late_after",
        SettingType.DURATION,
        "Hold when later than",
        "If the machine was off, a message that is this late is held for a person to decide. "
        "Advertising: 24 hours unless you say otherwise.",
        section=_SENDING,
    ),
    Setting(
        "before",
        SettingType.MOMENT,
        "Never after",
        "A moment, or a field such as “property:appointment”. After it the message is not sent at all.",
        section=_SENDING,
    ),
)


def _later(name: str, category: Category, title: str, icon: str, help_text: str, **more: Any) -> Kind:
    """A kind that loads, saves and draws, and cannot run in this release."""
    return Kind(name, category, title, icon, help_text, available=False, **more)


ENTRIES: Final = (
    Kind(
        "entry.event",
        Category.ENTRY,
        "An event",
        "entry-event",
        "Starts a journey when one of these events arrives for a person.",
        (
            Setting(
                "events",
                SettingType.EVENTS,
                "When one of these happens",
                "Event names as the shop sends them.",
                required=True,
            ),
            Setting("where", SettingType.CONDITION, "Only if", "Conditions on the event's own fields."),
            Setting(
                "quiet_for",
                SettingType.DURATION,
                "And nothing more for",
                "The journey starts when none of these events came again for this long: an abandoned basket.",
            ),
        ),
        (ENTERED,),
    ),
    _later(
        "entry.segment",
        Category.ENTRY,
        "Joins a segment",
        "entry-segment",
        "Starts when a person joins a segment.",
        outlets=(ENTERED,),
    ),
    _later(
        "entry.date",
        Category.ENTRY,
        "A date",
        "entry-date",
        "Starts before or after a date of the person.",
        outlets=(ENTERED,),
    ),
    _later(
        "entry.schedule",
        Category.ENTRY,
        "On a schedule",
        "entry-schedule",
        "Starts at set times for a segment.",
        outlets=(ENTERED,),
    ),
    _later(
        "entry.reply",
        Category.ENTRY,
        "Writes to us",
        "entry-reply",
        "Starts when a person writes to us.",
        outlets=(ENTERED,),
    ),
    Kind(
        "entry.manual",
        Category.ENTRY,
        "Added by hand",
        "entry-manual",
        "People are put in by hand, or by the command “enter”.",
        (),
        (ENTERED,),
    ),
)

_SHOW = Setting(
    "show",
    SettingType.CHOICE,
    "Show it",
    "Now: in the visit under way, else at the next. At the next visit: only in a visit that begins later.",
    default="now",
    choices=(("now", "Now"), ("next-visit", "At the next visit")),
)

MESSAGES: Final = (
    Kind(
        "email",
        Category.MESSAGE,
        "E-mail",
        "email",
        "Sends a letter. Mail programs open letters by themselves; for anything final, trust “clicked”.",
        (
            Setting(
                "subject",
                SettingType.LIQUID_LINE,
                "Subject",
                "“Insert a field” puts in a name, with words for whom it lacks.",
                required=True,
                max_length=250,
            ),
            Setting(
                "body",
                SettingType.LIQUID_TEXT,
                "Letter",
                "Plain text here, or open the letter for pictures and buttons.",
                required=True,
                max_length=500_000,
            ),
            Setting(
                "preheader",
                SettingType.LIQUID_LINE,
                "Preview line",
                "Shown by mail programs beside the subject.",
                max_length=250,
            ),
            _reactions(),
            _timeout(),
            _HUMAN_ONLY,
            *_PURPOSE,
            *_LATE,
        ),
        channel="email",
        address="email",
        policy="person",
        needs_consent=True,
        reactions=("delivered", "opened", "clicked", "replied", "bounced"),
    ),
    Kind(
        "sms",
        Category.MESSAGE,
        "SMS",
        "sms",
        "Sends a text message to the phone. Each part costs money.",
        (
            Setting(
                "text",
                SettingType.LIQUID_TEXT,
                "Text",
                "160 plain characters, or 70 with others, make one part.",
                required=True,
                max_length=1_600,
            ),
            _reactions(),
            _timeout(),
            *_PURPOSE,
            *_LATE,
        ),
        channel="sms",
        address="phone",
        policy="person",
        needs_consent=True,
        costly=True,
        reactions=("delivered", "clicked", "replied"),
    ),
    _later(
        "rcs",
        Category.MESSAGE,
        "RCS",
        "rcs",
        "A rich message to the phone, inside the 30-day window.",
        channel="rcs",
        address="phone",
        policy="person",
        needs_consent=True,
        costly=True,
        reactions=("delivered", "opened", "clicked", "replied"),
    ),
    Kind(
        "popup",
        Category.MESSAGE,
        "Popup",
        "popup",
        "Shows a small window on your site to this person.",
        (
            Setting("headline", SettingType.LIQUID_LINE, "Headline", required=True, max_length=120),
            Setting("text", SettingType.LIQUID_TEXT, "Text", max_length=2_000),
            Setting("button", SettingType.LIQUID_LINE, "Button", "The words on the button.", max_length=60),
            Setting(
                "link",
                SettingType.URL,
                "Button leads to",
                "Empty: the button sends the form.",
                max_length=2_000,
            ),
            Setting(
                "fields",
                SettingType.CHOICES,
                "Ask for",
                "Fields of the form.",
                choices=(("email", "E-mail"), ("phone", "Phone"), ("first_name", "First name")),
            ),
            Setting(
                "consent_text",
                SettingType.TEXT,
                "Consent text",
                "Stored as proof with the address.",
                max_length=1_000,
            ),
            Setting(
                "opt_in",
                SettingType.CHOICE,
                "Confirmation",
                default="single",
                choices=(("single", "The form is enough"),),
                help="What makes a typed address usable for advertising.",
            ),
            _SHOW,
            Setting(
                "pages",
                SettingType.LINES,
                "Only on pages",
                "Parts of addresses such as /basket. Empty: every page.",
                max_length=200,
            ),
            _reactions(
                "Each reaction ticked becomes a way out. None ticked: the way goes on as soon as it is shown."
            ),
            _timeout(required=True),
        ),
        (TIMEOUT,),
        channel="popup",
        policy="person",
        reactions=("clicked", "submitted", "closed"),
        waits_on_page=True,
    ),
    _later(
        "chat",
        Category.MESSAGE,
        "Site chat",
        "chat",
        "A chat message on your site.",
        outlets=(TIMEOUT,),
        channel="chat",
        policy="person",
        reactions=("opened", "clicked", "replied"),
        waits_on_page=True,
    ),
    _later(
        "carrot",
        Category.MESSAGE,
        "Carrot quest",
        "carrot",
        "A chat message or popup by Carrot quest.",
        channel="carrot",
        policy="person",
        reactions=("opened", "clicked", "replied"),
    ),
    _later(
        "telegram",
        Category.MESSAGE,
        "Telegram",
        "telegram",
        "A Telegram message.",
        channel="telegram",
        address="telegram",
        policy="person",
        needs_consent=True,
        reactions=("clicked", "replied"),
    ),
    _later(
        "whatsapp",
        Category.MESSAGE,
        "WhatsApp",
        "whatsapp",
        "A WhatsApp message, inside the 24-hour window.",
        channel="whatsapp",
        address="phone",
        policy="person",
        needs_consent=True,
        costly=True,
        reactions=("delivered", "opened", "clicked", "replied"),
    ),
    _later(
        "webhook",
        Category.MESSAGE,
        "Webhook",
        "webhook",
        "Tells another program.",
        outlets=(Outlet("ok"), FAILED),
        channel="webhook",
        policy="system",
        costly=True,
    ),
    Kind(
        "task",
        Category.MESSAGE,
        "Call back",
        "task",
        "Asks one of you to call this person.",
        (
            Setting("text", SettingType.LIQUID_TEXT, "What to say", required=True, max_length=2_000),
            _timeout(required=True),
        ),
        (Outlet("done", OutletRole.REACTION), Outlet("not-reached", OutletRole.REACTION), TIMEOUT),
        channel="task",
        policy="system",
        waits_on_page=True,
    ),
    _later(
        "reach",
        Category.MESSAGE,
        "First that works",
        "reach",
        "Tries one way after the other.",
        policy="person",
        reactions=("delivered", "opened", "clicked", "replied"),
    ),
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
            _timeout(required=True),
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
    _later(
        "split",
        Category.BRANCH,
        "Split",
        "split",
        "Parts people by chance, always the same for the same person.",
    ),
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
    _later(
        "record",
        Category.ACTION,
        "Record an event",
        "record",
        "Writes an event of the person.",
        outlets=(NEXT,),
    ),
    _later(
        "consent",
        Category.ACTION,
        "Change consent",
        "consent",
        "Changes what the person agreed to.",
        outlets=(NEXT,),
        costly=True,
    ),
    _later("notify", Category.ACTION, "Tell me", "notify", "Tells you.", outlets=(NEXT,), policy="system"),
    _later(
        "start",
        Category.ACTION,
        "Start a flow",
        "start",
        "Starts another flow.",
        outlets=(NEXT,),
        costly=True,
    ),
)

ENDS: Final = (
    Kind("goal", Category.END, "Goal", "goal", "Success. The journey ends here."),
    Kind("end", Category.END, "End", "end", "The journey ends here."),
)
