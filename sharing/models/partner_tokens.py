"""Partner tokens: how Sumsub's dashboard makes two workspaces sharing partners.

The recipient makes one under Donors, *Add donor*; the donor enters it under Recipients. It dies
30 days after it was made and may serve several donors ("Sumsub: sharing partners").
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import models
from django.utils import timezone

from sharing.models.bars import Way

if TYPE_CHECKING:
    from sharing.models.partners import Partner

LIFE: Final = timedelta(days=30)
"""How long a partner token lives after it was made."""
FIRST_REMINDER: Final = timedelta(days=7)
LAST_REMINDER: Final = timedelta(days=1)


class Erasure(models.TextChoices):
    """Why the text of a partner token is kept no more."""

    DIED = "died", "it died"
    PROVEN = "proven", "it did its work"
    REPLACED = "replaced", "another one took its place"
    ASKED = "asked", "an admin erased it"


class PartnerTokenQuerySet(models.QuerySet["PartnerToken"]):
    """Questions about many partner tokens."""

    def made_here(self) -> "PartnerTokenQuerySet":
        """Those that we made, for donors to enter; the newest first."""
        return self.filter(way=Way.IN).order_by("-made_at", "-pk")

    def alive(self, at: datetime) -> "PartnerTokenQuerySet":
        """Those that can still be entered."""
        return self.filter(dies_at__gt=at)

    def not_used_for(self, partner: "Partner") -> "PartnerTokenQuerySet":
        """Those that are not recorded for this partner yet."""
        return self.exclude(uses__partner=partner)

    def kept(self) -> "PartnerTokenQuerySet":
        """Those whose text is still here, sealed."""
        return self.filter(sealed__isnull=False)


class PartnerToken(models.Model):
    """One partner token. Its text is sealed and kept only as long as it is of use.

    `sealed` is None when the text was never recorded, or was erased (`erased_at`).
    """

    way = models.CharField(max_length=3, choices=Way.choices)
    label = models.CharField(max_length=80, blank=True)
    made_at = models.DateTimeField()
    dies_at = models.DateTimeField(db_index=True)
    sealed = models.BinaryField(null=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    recorded_at = models.DateTimeField(default=timezone.now)
    erased_at = models.DateTimeField(null=True)
    erased_why = models.CharField(max_length=8, choices=Erasure.choices, blank=True)

    objects = PartnerTokenQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"Partner token {self.pk}"

    @property
    def context(self) -> str:
        """The place that the sealed text is bound to."""
        return f"sharing.partner_token:{self.pk}"

    @property
    def title(self) -> str:
        """What people call it."""
        return self.label or str(self)

    @property
    def is_dead(self) -> bool:
        """True when nobody can enter it any more."""
        return self.dies_at <= timezone.now()

    @property
    def can_be_shown(self) -> bool:
        """True while its text is here and of use."""
        return self.sealed is not None and not self.is_dead


class PartnerStep(models.TextChoices):
    """What a person ticks off about a partner token; the rest Sumsub's answers show."""

    SENT = "sent", "Sent"
    ENTERED = "entered", "Entered"
    LISTED = "listed", "Both see each other"
    WORKED = "worked", "The first share token worked"


STEPS_OF: Final = {
    Way.IN: (PartnerStep.SENT, PartnerStep.ENTERED, PartnerStep.LISTED),
    Way.OUT: (PartnerStep.ENTERED, PartnerStep.LISTED, PartnerStep.WORKED),
}


class TokenUseQuerySet(models.QuerySet["TokenUse"]):
    """Questions about what partner tokens were used for."""

    def of_way(self, way: Way) -> "TokenUseQuerySet":
        """The uses one way, the one that counts now first."""
        return self.filter(token__way=way).order_by("-pk")

    def in_full(self) -> "TokenUseQuerySet":
        """With token, partner and ticks."""
        found = self.select_related("token", "token__recorded_by", "partner")
        return found.prefetch_related("ticks__by")

    def current(self) -> "TokenUseQuerySet":
        """Those that no later use of the same partner and way replaced."""
        later = TokenUse.objects.filter(
            partner=models.OuterRef("partner"),
            token__way=models.OuterRef("token__way"),
            pk__gt=models.OuterRef("pk"),
        )
        return self.filter(~models.Exists(later))

    def dying_by(self, moment: datetime) -> "TokenUseQuerySet":
        """Current uses of listed partners whose token dies before then and proved nothing yet.

        One that was entered while it lived is in no hurry: death harms it no more.
        """
        entered = Tick.objects.filter(use=models.OuterRef("pk"), step=PartnerStep.ENTERED)
        return self.unproven().filter(token__dies_at__lte=moment).filter(~models.Exists(entered))

    def dead_unproven(self, now: datetime) -> "TokenUseQuerySet":
        """Current uses of listed partners whose token died before anything proved it."""
        return self.unproven().filter(token__dies_at__lte=now)

    def for_any(self, partners: "Iterable[Partner]") -> "TokenUseQuerySet":
        """The uses for any of these partners."""
        return self.filter(partner__in=[partner.pk for partner in partners])

    def died_after(self, moment: datetime) -> "TokenUseQuerySet":
        """Those whose token died since then."""
        return self.filter(token__dies_at__gte=moment)

    def unproven(self) -> "TokenUseQuerySet":
        """Current uses of listed partners that neither Sumsub nor a person confirmed."""
        ticks = Tick.objects.filter(use=models.OuterRef("pk"))
        worked = ticks.filter(step__in=(PartnerStep.WORKED, PartnerStep.LISTED))
        proven_in = models.Q(
            token__way=Way.IN, partner__confirmed_at__gte=models.F("linked_at")
        ) & models.Q(partner__confirmed_at__isnull=False)
        found = self.current().exclude(partner__state="removed")
        return found.filter(~models.Exists(worked)).exclude(proven_in)


class TokenUse(models.Model):
    """A partner token that is to make one partner ours; the newest of a way counts."""

    token = models.ForeignKey(PartnerToken, models.CASCADE, related_name="uses")
    partner = models.ForeignKey("sharing.Partner", models.CASCADE, related_name="token_uses")
    linked_at = models.DateTimeField(default=timezone.now)

    objects = TokenUseQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["token", "partner"], name="token_used_once_per_partner")
        ]

    def __str__(self) -> str:
        return f"use {self.pk} of a partner token"

    @property
    def ticked(self) -> "dict[PartnerStep, Tick]":
        """The ticks by step."""
        return {PartnerStep(tick.step): tick for tick in self.ticks.all()}

    @property
    def is_proven(self) -> bool:
        """True when a success, or somebody who saw it, says that the two are partners."""
        if self.ticked.keys() & {PartnerStep.LISTED, PartnerStep.WORKED}:
            return True
        confirmed = self.partner.confirmed_at
        return self.token.way == Way.IN and confirmed is not None and confirmed >= self.linked_at


class Tick(models.Model):
    """That a step was done: when it was ticked, by whom. Undoing deletes it; the trail stays."""

    use = models.ForeignKey(TokenUse, models.CASCADE, related_name="ticks")
    step = models.CharField(max_length=8, choices=PartnerStep.choices)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["use", "step"], name="step_ticked_once")]

    def __str__(self) -> str:
        return f"{self.step} of use {self.use_id}"
