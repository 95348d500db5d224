"""The rate budget's memory."""

from django.db import models


class Budget(models.Model):
    """The permits to call Sumsub that all processes of this installation share.

    One line per kind of call (`post`, `get`). `given` are the permits of the last window as pairs
    of moment (epoch seconds) and count; `spent_until` is the moment up to which they are spread
    evenly. `pace` is the part of the limit that was left at `cut_at`, the last 429; it recovers.
    `slack` is how much longer than Sumsub's window ours had become then; it is forgotten slowly.
    """

    kind = models.CharField(max_length=4, primary_key=True)
    given = models.JSONField(default=list)
    spent_until = models.FloatField(default=0.0)
    pace = models.FloatField(default=1.0)
    cut_at = models.FloatField(default=0.0)
    slack = models.FloatField(default=0.0)

    def __str__(self) -> str:
        return f"budget for {self.kind}"
