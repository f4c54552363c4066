"""Who acts: the capacity of a posting, and the party an actor is to one grievance."""

from dataclasses import dataclass
from enum import StrEnum

from swagat.domain.mandates import Mandate


class Role(StrEnum):
    """The capacity in which a person is posted; titles such as Mamlatdar belong to the office."""

    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    PRESIDING_OFFICER = "presiding_officer"
    CLERK = "clerk"
    QUALITY_MANAGER = "quality_manager"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    COMPLAINANT = "complainant"
    SYSTEM = "system"


STAFF = frozenset(Role) - {Role.COMPLAINANT, Role.SYSTEM}


class Proof(StrEnum):
    """How the complainant's word was proved when it was given."""

    OWN_CODE = "own_code"
    TRACKING_CODE = "tracking_code"
    ASSISTED = "assisted"


class Party(StrEnum):
    """What an actor is to one grievance; the workflow table names parties, never persons."""

    COMPLAINANT = "complainant"
    CLERK = "clerk"
    OFFICER = "officer"
    OFFICE_STAFF = "office_staff"
    OFFICE_SUPERVISOR = "office_supervisor"
    ANSWERABLE = "answerable"
    OFFICE_ABOVE = "office_above"
    APPELLATE = "appellate"
    COMMON_SUPERIOR = "common_superior"
    DIRECTING = "directing"
    LAPSED = "lapsed"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """The person who acts, in the posting they act in; the complainant and the system have no posting.

    `mandate` says what an auditor may read; without one an auditor reads what everybody may.
    """

    role: Role
    person_id: int | None = None
    posting_id: int | None = None
    office_id: int | None = None
    state_id: int | None = None
    proof: Proof | None = None
    address_hash: str = ""
    device_hash: str = ""
    mandate: Mandate | None = None

    @property
    def is_staff(self) -> bool:
        """Return whether this actor acts in a posting."""
        return self.role in STAFF


SYSTEM = Actor(role=Role.SYSTEM)


def complainant(proof: Proof, address_hash: str = "", device_hash: str = "") -> Actor:
    """Return the actor for a complainant whose word is proved in this way, and where it was given."""
    return Actor(role=Role.COMPLAINANT, proof=proof, address_hash=address_hash, device_hash=device_hash)
