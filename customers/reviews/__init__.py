"""Sumsub's review of an applicant, as it changes after the import.

The one place that decides what an application shows of it; `applying.standing` decides what
follows for the customer, and whose turn it is.
A reading (GET) is the truth. A webhook is evidence: it is shown at once where that is harmless, an
approval never before a reading shows it, and each makes a reading due that confirms it. A webhook's
moments are Sumsub's clock and only move forward, so clocks that differ cost a reading and no truth.
"""

from customers.reviews.readings import Readings, step_summary

__all__ = ["Readings", "step_summary"]
