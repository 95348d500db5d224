"""Ways of sharing, and what stands against sharing with a partner."""

from django.db import models


class Way(models.TextChoices):
    """Which way verified customers go; the values also name the sides of a partner token.

    IN: the partner shares with us, by a partner token that we made. OUT: we share with the
    partner, by a partner token that it made and sent to us.
    """

    IN = "in", "They share with us"
    OUT = "out", "We share with them"


class Bar(models.TextChoices):
    """Why nothing is shared with a partner one way; `sharing.bar_words` says it in full."""

    REMOVED = "removed", "Removed"
    PAUSED = "paused", "Paused"
    NO_ROLE = "no_role", "Not registered for it"
    NO_AGREEMENT = "no_agreement", "No agreement"
    NOT_SIGNED = "not_signed", "Not signed"
    ENDED = "ended", "Agreement ended"
    OTHER_WAY = "other_way", "Agreement for the other way"
