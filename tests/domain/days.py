"""The day on which the tests of the rules take place."""

from datetime import date

TODAY = date(2026, 7, 15)
