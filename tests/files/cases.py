"""A grievance as bare rows, for tests of what only needs one to exist."""

from datetime import UTC, date, datetime

from swagat.database import transaction
from swagat.domain.case import Confirmation
from swagat.domain.policies import Channel
from swagat.domain.workflow import ClockState, Status
from swagat.models import Category, Complainant, Department, FilingMode, Grievance, Office, Place, PlaceKind, State

NOW = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)


def grievance(is_identity_hidden: bool = False) -> int:
    """File a grievance with a place, an office and a state of its own, and return its id."""
    with transaction() as session:
        named = {"name_en": "Test", "name_hi": "Test", "name_gu": "Test"}
        state = session.query(State).filter_by(short="ZZ").first()
        if state is None:
            state = State(
                short="ZZ", lgd_code="9999", **named, letterhead_en="", letterhead_hi="", letterhead_gu="",
                languages=["gu"], local_language="gu", weekly_offs=[], off_saturdays=[], frames=[], helplines=[],
            )  # fmt: skip
            session.add(state)
            session.flush()
        number = session.query(Grievance).count() + 1
        place = Place(state_id=state.id, kind=PlaceKind.TALUKA, source="ours", code=f"zz{number}", name_en="Test")
        department = Department(code=f"ZZ{number}", **named, source="ours")
        complainant = Complainant(name="Savita", mobile=None, language="gu")
        session.add_all([place, department, complainant])
        session.flush()
        category = Category(
            code=f"zz{number}", department_id=department.id, **named, tier="taluka", ladder="revenue",
            channel=Channel.GREEN, sla_days=21, sla_basis="calendar",
        )  # fmt: skip
        office = Office(
            state_id=state.id, code=f"zz{number}", type_code="mamlatdar", place_id=place.id, tier="taluka", **named,
            title_en="Test", title_hi="Test", title_gu="Test",
        )  # fmt: skip
        session.add_all([category, office])
        session.flush()
        one = Grievance(
            state_id=state.id, submission_key=f"zz{number}", tracking_hash="", complainant_id=complainant.id,
            is_identity_hidden=is_identity_hidden, language="gu", mode=FilingMode.WEB, received_on=date(2026, 7, 1),
            filed_at=NOW, category_id=category.id, filed_category_id=category.id, place_id=place.id, text="drain",
            status=Status.REGISTERED, office_id=office.id, answerable_office_id=office.id, ladder="revenue", level=1,
            start_level=1, channel=Channel.GREEN, policy_version=1, clock_state=ClockState.RUNS,
            due_on=date(2026, 7, 22), due_at=NOW, confirmation=Confirmation.PENDING, updated_at=NOW,
            last_digest=bytes(32),
        )  # fmt: skip
        session.add(one)
        session.flush()
        return one.id
