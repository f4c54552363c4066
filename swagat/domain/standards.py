"""The standards that offices are certified against, by edition, with the clauses that the evidence is sorted by.

ISO 9001:2015 is as `docs/decisions/0009-certificates.md` says. Of the edition that is to follow it in 2026 the
clauses were not seen: it may stand on a certificate, and no clause is mapped for it. ISO 10002 guides and cannot be
certified against by itself; it stands here because certificates name it beside IS 15700.
"""

from dataclasses import dataclass, field

from swagat.domain.errors import N_


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of a standard; without clauses it was not seen, and findings name their clause freely."""

    code: str
    name: str
    clauses: dict[str, str] = field(default_factory=dict)


ISO_9001_2015 = {
    "4": N_("Context and interested parties"),
    "5": N_("Leadership"),
    "6.1": N_("Risks and opportunities"),
    "6.2": N_("Quality objectives"),
    "7.1": N_("Resources"),
    "7.2": N_("Competence"),
    "7.5": N_("Records"),
    "8.2": N_("What people are told and promised"),
    "8.5": N_("How the work is done"),
    "8.7": N_("Answers that fell"),
    "9.1.2": N_("Satisfaction"),
    "9.1.3": N_("Figures and what is read from them"),
    "9.2": N_("Internal audit"),
    "9.3": N_("Management review"),
    "10.2": N_("Nonconformity and corrective action"),
}

EDITIONS = {
    one.code: one
    for one in (
        Edition("iso9001-2015", "ISO 9001:2015", ISO_9001_2015),
        Edition("iso9001-2026", "ISO 9001:2026"),
        Edition("is15700-2005", "IS 15700:2005"),
        Edition("is15700-2018", "IS 15700:2018"),
        Edition("iso10002-2018", "ISO 10002:2018"),
    )
}


def family_of(code: str) -> str:
    """Return the standard of an edition: a later edition continues the cycles of the one before."""
    return code.partition("-")[0]


def is_clause(edition: str, clause: str) -> bool:
    """Return whether a clause may be named: any below one of the map, or anything where no map is known."""
    known = EDITIONS[edition].clauses
    return not known or any(clause == one or clause.startswith(f"{one}.") for one in known)


def clause_name(edition: str, clause: str) -> str:
    """Return what a clause is about, by the nearest clause of the map; empty where no map is known."""
    known = EDITIONS[edition].clauses if edition in EDITIONS else {}
    near = [one for one in known if clause == one or clause.startswith(f"{one}.")]
    return known[max(near, key=len)] if near else ""
