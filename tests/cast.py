"""One cast for every test: the same people, in the same offices, in the same quarrel."""

from swagat.domain.roles import SYSTEM, Actor, Proof, Role, complainant

GUJARAT = 1
MAMLATDAR_DHOLKA, COLLECTOR_AHMEDABAD, SECRETARY_REVENUE, TDO_DHOLKA = 10, 20, 30, 11

# Kanta of Dholka asks why her 7/12 extract is wrong; Jivan hides who he is; Bharat works, Meena decides.
KANTA = complainant(Proof.TRACKING_CODE)
KANTA_BY_CODE = complainant(Proof.OWN_CODE)
CLERK_RAMILA = Actor(Role.CLERK, person_id=1, posting_id=1, office_id=MAMLATDAR_DHOLKA, state_id=GUJARAT)
OFFICER_BHARAT = Actor(Role.OFFICER, person_id=2, posting_id=2, office_id=MAMLATDAR_DHOLKA, state_id=GUJARAT)
OFFICER_HANSA = Actor(Role.OFFICER, person_id=3, posting_id=3, office_id=MAMLATDAR_DHOLKA, state_id=GUJARAT)
HEAD_MEENA = Actor(Role.SUPERVISOR, person_id=4, posting_id=4, office_id=MAMLATDAR_DHOLKA, state_id=GUJARAT)
COLLECTOR_RAVI = Actor(Role.SUPERVISOR, person_id=5, posting_id=5, office_id=COLLECTOR_AHMEDABAD, state_id=GUJARAT)
SECRETARY_ASHA = Actor(Role.SUPERVISOR, person_id=6, posting_id=6, office_id=SECRETARY_REVENUE, state_id=GUJARAT)
STRANGER_TDO = Actor(Role.SUPERVISOR, person_id=7, posting_id=7, office_id=TDO_DHOLKA, state_id=GUJARAT)
AUDITOR_FALGUNI = Actor(Role.AUDITOR, person_id=8, posting_id=8, office_id=SECRETARY_REVENUE, state_id=GUJARAT)

EVERYBODY = {
    "Kanta": KANTA,
    "Kanta with her own code": KANTA_BY_CODE,
    "clerk Ramila": CLERK_RAMILA,
    "officer Bharat": OFFICER_BHARAT,
    "officer Hansa": OFFICER_HANSA,
    "head Meena": HEAD_MEENA,
    "collector Ravi": COLLECTOR_RAVI,
    "secretary Asha": SECRETARY_ASHA,
    "the head of another office": STRANGER_TDO,
    "auditor Falguni": AUDITOR_FALGUNI,
    "the system": SYSTEM,
}
