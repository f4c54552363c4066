"""What an auditor's posting lets them read."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from swagat.database import Base


class AuditMandate(Base):
    """The months an auditor may read in one posting; without offices of its own it is for all of the state."""

    __tablename__ = "audit_mandates"
    __table_args__ = (CheckConstraint("last_month >= first_month", name="ends_after_it_begins"),)

    posting_id: Mapped[int] = mapped_column(ForeignKey("postings.id"), primary_key=True)
    first_month: Mapped[date]
    last_month: Mapped[date]


class MandateOffice(Base):
    """One office that an auditor may read of."""

    __tablename__ = "mandate_offices"

    posting_id: Mapped[int] = mapped_column(ForeignKey("audit_mandates.posting_id"), primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), primary_key=True)
