"""What is filed and what is acknowledged, as values."""

from dataclasses import dataclass
from datetime import date, datetime

from swagat.domain.places import PlaceKind
from swagat.models import FilingMode


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """What a complainant or a clerk filled in, checked by the form; ids exist."""

    submission_key: str
    state_id: int
    category_id: int
    place_id: int
    text: str
    name: str
    language: str
    none_of: frozenset[PlaceKind] = frozenset()
    place_text: str = ""
    landmark: str = ""
    relief_sought: str = ""
    mobile: str | None = None
    mobile_proved_at: datetime | None = None
    phone_is_shared: bool = False
    address: str = ""
    is_identity_hidden: bool = False
    approached_office: str = ""
    approached_on: date | None = None
    approached_reference: str = ""
    approached_reply: str = ""
    accused_office_id: int | None = None
    accused_person_id: int | None = None
    accused_note: str = ""
    immediate_reason: str = ""
    mode: FilingMode = FilingMode.WEB
    source: str = ""
    source_reference: str = ""
    received_on: date | None = None
    late_reason: str = ""


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What the complainant is told: the number, the code to look it up, and by when an answer is due."""

    grievance_id: int
    number: str
    tracking_code: str
    due_on: date
    is_repeat: bool
