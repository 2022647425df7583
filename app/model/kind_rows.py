"""The rows of the node table for entries and messages (DESIGN.md section 5)."""

from __future__ import annotations

from typing import Any, Final

from app.model.kind import (
    ENTERED,
    FAILED,
    TIMEOUT,
    Category,
    Kind,
    Outlet,
    OutletRole,
    Setting,
    SettingType,
)

RCS_REASONS: Final = (
    ("launch", "Preview of a product"),
    ("holiday-hours", "Opening hours on holidays"),
    ("viewed-product", "A product they looked at"),
    ("back-in-stock", "Back in stock"),
    ("trial-ended", "A trial has ended"),
    ("order-shipped", "An order was shipped"),
    ("review", "Asking for a review"),
    ("appointment", "An appointment"),
    ("check-in", "Asking how it is going"),
    ("basket", "A basket was left"),
)
"""The reasons for which a business may write again on RCS, and the words for them."""

_SENDING = "Sending"
_WAITING = "Then wait for"


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
_MANNERS = (
    Setting(
        "topic",
        SettingType.LINE,
        "Topic",
        "What it is about, such as “offers”. Whoever left a topic gets nothing more of it.",
        max_length=60,
        section=_SENDING,
    ),
    Setting(
        "priority",
        SettingType.CHOICE,
        "Importance",
        "An important one may be sent to somebody who has had enough of the others.",
        default="normal",
        choices=(("high", "Important"), ("normal", "Normal"), ("low", "Can wait")),
        section=_SENDING,
    ),
    Setting(
        "capped_wait",
        SettingType.DURATION,
        "When somebody has had enough, wait",
        "At most so long. After it the way “failed” is taken.",
        default="PT24H",
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
    Kind(
        "entry.segment",
        Category.ENTRY,
        "Joins a segment",
        "entry-segment",
        "Starts when a person joins a segment. Who is in it already does not start, unless you say so when "
        "you publish.",
        (Setting("segment", SettingType.SEGMENT, "Segment", required=True),),
        (ENTERED,),
    ),
    Kind(
        "entry.date",
        Category.ENTRY,
        "A date",
        "entry-date",
        "Starts before, on or after a date of the person, such as a birthday or an appointment.",
        (
            Setting("property", SettingType.PROPERTY, "Date of the person", required=True),
            Setting(
                "side",
                SettingType.CHOICE,
                "Start",
                default="on",
                choices=(("before", "Before it"), ("on", "On the day"), ("after", "After it")),
            ),
            Setting("offset", SettingType.DURATION, "How long", "Days before or after the date."),
            Setting(
                "time",
                SettingType.TIME,
                "At",
                "In the person's time zone. Empty: the time that the date itself has, else nine o'clock.",
            ),
            Setting(
                "yearly",
                SettingType.FLAG,
                "Every year",
                "A birthday comes back; an appointment does not.",
                default=False,
            ),
        ),
        (ENTERED,),
    ),
    Kind(
        "entry.schedule",
        Category.ENTRY,
        "On a schedule",
        "entry-schedule",
        "Starts at set times for everybody in a segment.",
        (
            Setting(
                "start",
                SettingType.MOMENT,
                "First time",
                "Later times keep this time of day.",
                required=True,
            ),
            Setting("repeat", SettingType.REPEAT, "Then again"),
            Setting("segment", SettingType.SEGMENT, "For"),
        ),
        (ENTERED,),
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

_CHAT_TEXT = Setting("text", SettingType.LIQUID_TEXT, "Text", required=True, max_length=4_096)
_CHATTING = (
    _CHAT_TEXT,
    _reactions(),
    _timeout(),
    *_PURPOSE,
    *_MANNERS,
    *_LATE,
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
            *_MANNERS,
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
            *_MANNERS,
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
        settings=(
            Setting("text", SettingType.LIQUID_TEXT, "Text", required=True, max_length=3_072),
            _reactions(),
            _timeout(),
            _PURPOSE[0],
            Setting(
                "reason",
                SettingType.CHOICE,
                "Reason to write again",
                "Why this serves the person. Without one it is not sent.",
                required=True,
                choices=RCS_REASONS,
                section=_SENDING,
            ),
            *_MANNERS,
            *_LATE,
        ),
        channel="rcs",
        address="phone",
        policy="person",
        needs_consent=True,
        costly=True,
        window="P30D",
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
        settings=(_CHAT_TEXT, _reactions(), _timeout(required=True)),
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
        settings=(_CHAT_TEXT, _reactions(), _timeout(), *_PURPOSE, *_MANNERS, *_LATE),
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
        settings=_CHATTING,
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
        settings=_CHATTING,
        channel="whatsapp",
        address="phone",
        policy="person",
        needs_consent=True,
        costly=True,
        window="PT24H",
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
    Kind(
        "reach",
        Category.MESSAGE,
        "First that works",
        "reach",
        "Tries one way after the other, until one of them works for this person.",
        (
            Setting(
                "rungs",
                SettingType.RUNGS,
                "Try in this order",
                "A way is left when it cannot be used for this person, or when nothing comes back in time.",
                required=True,
            ),
            _reactions(),
            _HUMAN_ONLY,
            *_PURPOSE,
            *_MANNERS,
            *_LATE,
        ),
        policy="person",
        reactions=("delivered", "opened", "clicked", "replied", "submitted"),
    ),
)
