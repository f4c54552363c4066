"""Two people who keep the same certificate at the same moment: one of them does it, the other is told."""

from collections.abc import Iterator

import pytest
from flask import Flask

from swagat.domain.certification import StepKind
from swagat.domain.errors import AlreadyDone, Stale
from swagat.domain.external_findings import FindingStep
from swagat.domain.roles import Actor
from swagat.models import Certificate, CertificateStep, ExternalFindingStep
from swagat.services import certificates
from swagat.services.certificates import Step
from swagat.services.external_findings import Next, take
from tests.builders import Cast, day, post_cast
from tests.services.given_certificates import ANSWER, TODAY, VISIT, count, entered, found, surveyed
from tests.services.planned_audits import post_manager
from tests.services.test_two_at_once import at_once

ANSWERED = Next(FindingStep.ANSWERED, 0, answer=ANSWER)


pytestmark = pytest.mark.concurrency


@pytest.fixture
def cast(own_app: Flask) -> Iterator[Cast]:
    with own_app.app_context():
        yield post_cast()


@pytest.fixture
def manager(cast: Cast) -> Actor:
    return post_manager()


def test_two_who_enter_the_same_certificate_at_once_make_one(own_app: Flask, cast: Cast, manager: Actor) -> None:
    answers = at_once(own_app, lambda: entered(manager), lambda: entered(cast.administrator))
    assert count(Certificate) == 1
    assert sum(isinstance(one, AlreadyDone) for one in answers) == 1


def test_two_steps_from_two_pages_at_once_are_one(own_app: Flask, cast: Cast, manager: Actor) -> None:
    certificate_id = entered(manager)

    def step(actor: Actor, kind: StepKind) -> None:
        certificates.record_step(actor, certificate_id, Step(kind, TODAY, "The body wrote so.", 0), day(VISIT))

    answers = at_once(
        own_app, lambda: step(manager, StepKind.SUSPENDED), lambda: step(cast.administrator, StepKind.WITHDRAWN)
    )
    assert count(CertificateStep) == 1
    assert sum(isinstance(one, Stale) for one in answers) == 1


def test_two_answers_at_once_are_one(own_app: Flask, cast: Cast, manager: Actor) -> None:
    certificate_id = surveyed(manager)
    number = found(manager, certificate_id)
    answers = at_once(
        own_app,
        lambda: take(manager, certificate_id, number, ANSWERED, day(VISIT)),
        lambda: take(cast.meena, certificate_id, number, ANSWERED, day(VISIT)),
    )
    assert count(ExternalFindingStep) == 1
    assert sum(isinstance(one, Stale) for one in answers) == 1
