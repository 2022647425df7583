"""The words that headers and answers of contact files are made of: English, German, Russian, French and more.

All are in the folded form of ``app.sources.headers.words_of``: lower case, ``ё`` as ``е``, no signs.
"""

from __future__ import annotations

from typing import Final


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


EMAIL: Final = _set("""
    email mail emails emailaddress mailaddress emailadresse mailadresse emailaddresse courriel mel correo
    почта почты email емейл емайл имейл мейл электронка
""")
PHONE: Final = _set("""
    phone phones telephone tel telefon mobile mobil mobiltelefon handy handynummer telefonnummer telefonnr
    mobilnummer mobilfunknummer mobilfunk rufnummer cell cellphone mobilephone phonenumber sms telefono
    movil portable телефон телефона мобильный сотовый тел моб
""")
MOBILE: Final = _set("""
    mobile mobil mobiltelefon handy handynummer mobilnummer mobilfunknummer mobilfunk cell cellphone
    mobilephone sms movil portable мобильный сотовый моб
""")
ADDRESS_FILLERS: Final = _set("""
    address addresses adresse number nummer no nr num value primary main default contact customer user
    person personal work home business private privat dienstlich geschaftlich geschaftlich office billing
    shipping company secondary other alternate alternative kontakt kunde kunden kundin subscriber member
    адрес электронная электронной эл номер клиента контакта рабочий домашний личный основной контактный
    рабочая личная numero de du electronique electronico
""")
OTHER_LINE: Final = _set("""
    secondary other alternate alternative work home business office billing shipping default company
    dienstlich geschaftlich рабочий домашний
""")
"""An address that stands behind the person's main one."""

EXTERNAL: Final = _set("""
    customerid customernumber customerno customernr externalid externalcustomerid userid clientid
    clientnumber kundennummer kundennr kundenid kundeid идклиента номерклиента клиентид клиентномер
    idклиента кодклиента shopifycustomerid customerexternalid
""")
FIRST_NAME: Final = _set("""
    firstname first fname givenname forename vorname rufname имя prenom nombre nome contactfirstname
    customerfirstname billingfirstname
""")
LAST_NAME: Final = _set("""
    lastname last lname surname familyname nachname familienname zuname фамилия nomdefamille apellido
    apellidos cognome contactlastname customerlastname billinglastname
""")
FULL_NAME: Final = _set("""
    name fullname displayname contactname customername clientname nom nomcomplet nombrecompleto
    vorundnachname vornameundnachname vornamenachname kundenname ansprechpartner контакт имяфамилия
    имяифамилия
""")
LAST_NAME_FIRST: Final = _set(
    "фио fio фамилияимя фамилияимяотчество фамилияиимя nachnamevorname nameundvorname"
)
TAGS: Final = _set("""
    tags tag labels label groupmembership groups group gruppen gruppe categories kategorien segments
    segmente schlagworte schlagworter stichworte теги тег метки группы customertags contacttags etiquettes
""")
ZONE: Final = _set("timezone tz zeitzone часовойпояс таймзона fuseauhoraire ianatimezone iananame")
LANGUAGE: Final = _set("""
    language lang locale sprache язык langue idioma preferredlanguage languagecode customerlocale
    spracheinstellung bevorzugtesprache contactlanguage localecode
""")
LABEL_WORDS: Final = _set("label type typ")
"""Beside an address: what Google calls the address, not the address."""

PROPERTY_NAMES: Final = {
    folded: name
    for name, all_folded in {
        "middle_name": "middlename additionalname отчество zweitervorname",
        "city": "city town ort stadt wohnort город ville ciudad defaultaddresscity billingcity",
        "country": "country land страна pays pais defaultaddresscountry",
        "country_code": "cc countrycode landercode landcode defaultaddresscountrycode",
        "postal_code": "zip zipcode postalcode postcode plz postleitzahl индекс codepostal defaultaddresszip",
        "street": "street strasse улица rue streetaddress",
        "company": "company organization organisation organizationname organization1name companyname firma "
        "firmenname unternehmen компания организация societe defaultaddresscompany",
        "birthday": "birthday birthdate dateofbirth dob geburtstag geburtsdatum датарождения деньрождения "
        "datedenaissance fechadenacimiento",
        "note": "note notes notiz notizen bemerkung bemerkungen kommentar заметки заметка "
        "примечание комментарий",
        "gender": "gender sex geschlecht пол",
        "salutation": "salutation anrede обращение nameprefix",
    }.items()
    for folded in all_folded.split()
}
DATE: Final = _set("""
    date birthday birthdate dob anniversary geburtstag geburtsdatum datum jahrestag дата датарождения
    деньрождения рождения birth naissance fecha timestamp datetime am zeitpunkt
""")
NOT_A_DATE: Final = _set("zone zonetime lead delivery zeit hours hour minutes days count number total")

# --- consent -------------------------------------------------------------------------------------------

CHANNELS: Final = {
    "email": "email", "emails": "email", "mail": "email", "mails": "email", "newsletter": "email",
    "newsletters": "email", "почта": "email", "почту": "email", "письма": "email", "писем": "email",
    "sms": "sms", "смс": "sms", "whatsapp": "whatsapp", "rcs": "rcs",
}  # fmt: skip
OTHER_CHANNELS: Final = _set("web mobile push directmail post")
"""Channels that other programs have and this one has not."""
AGREES: Final = _set("""
    consent consents consented optin optins optedin accepts accept accepted agrees agreed subscribed
    subscribe subscription permission einwilligung eingewilligt zustimmung zugestimmt abonniert angemeldet
    согласие согласия согласен согласна подписка подписки подписан подписана consentement accord
    consentimiento consenso acepta
""")
WEAK: Final = _set(
    "accepts accept accepted agrees agreed subscription permission angemeldet подписка accord acepta"
)
"""These say what is agreed to only beside a channel, a topic or the word “marketing”."""
CONFIRMS: Final = _set("confirm confirmed confirmation")
"""An address that was confirmed is no consent, but the moment of it is when one became valid."""
TOPICS: Final = _set("newsletter newsletters рассылка рассылки рассылку mailing")
"""Alone they ask for the same: a column “Newsletter” says who wants it."""
REFUSES: Final = _set("""
    optout optouts optedout unsubscribed unsubscribe unsub donot abgemeldet abbestellt widerruf widerrufen
    widerspruch widersprochen отписан отписана отписался отписка отказ отказался
""")
SUPPRESSES: Final = _set("""
    suppressed suppression suppressions blacklisted blacklist cleaned clean blocklisted gesperrt
    hardbounced hardbounce hardbounces
""")
CONSENT_FILLERS: Final = _set("""
    marketing to for of the from us by via per all any is has i want wants receive receives receiving get
    status state offers messages message letters communications communication promotional promotions
    updates news given granted customer contact user global erteilt zu zur zum fur in der den des die
    erhalten werbung werbe infos на для по в и о получение получать рекламу рекламы рекламную рекламные
    рекламных сообщений сообщения материалов pour les par recevoir la le des aux nachrichten
""")
TIMES: Final = _set("timestamp time date at datum zeitpunkt am seit since дата время datetime")
STATUS_WORDS: Final = _set(
    "status state subscriber member contact email sms marketing kontakt статус подписчика"
)

YES: Final = _set("""
    yes y true t 1 x on ✓ ✔ ☑ ja j wahr да д истина oui o vrai si sí s verdadero sim tak prawda subscribed
    subscribe optin optedin accepted accepts agreed granted consented confirmed подписан подписана
    согласен согласна abonniert angemeldet eingewilligt zugestimmt
""")
NO: Final = _set("""
    no n false f 0 off ✗ ✘ ☐ nein falsch нет н ложь non faux não nao nie falso unsubscribed unsubscribe
    optout optedout declined refused rejected denied withdrawn revoked отписан отписана отписался отказ
    отказался abgemeldet abbestellt widerrufen abgelehnt
""")
NEVER_ASKED: Final = _set("""
    neversubscribed notsubscribed nonsubscribed pending unconfirmed unknown na none null nan nil unbekannt
    неизвестно notset notasked never invalid redacted
""")
"""The file says that it does not know, or that nobody ever agreed or refused: nothing is noted."""
SUPPRESSED: Final = _set("""
    cleaned suppressed bounced hardbounced hardbounce bouncedhard complained complaint spam markedasspam
    spamcomplaint blacklisted blocklisted blocked usersuppressed
""")
STATUS_YES: Final = _set("subscribed optedin подписан подписана abonniert")
STATUS_NO: Final = _set("unsubscribed optedout отписан отписана отписался abgemeldet")

RESERVED: Final = _set("""
    email phone external_id language zone time_zone tags contact event entry shop workspace site message
    postal_address unsubscribe_url
""")
"""Names that texts use for something else."""

LANGUAGES: Final = {
    "english": "en", "englisch": "en", "английский": "en", "german": "de", "deutsch": "de", "немецкий": "de",
    "russian": "ru", "russisch": "ru", "русский": "ru", "french": "fr", "français": "fr", "französisch": "fr",
    "spanish": "es", "español": "es", "spanisch": "es", "italian": "it", "italiano": "it",
    "italienisch": "it",
    "dutch": "nl", "polish": "pl", "polski": "pl", "ukrainian": "uk", "українська": "uk", "turkish": "tr",
}  # fmt: skip
