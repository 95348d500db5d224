"""The five roles as Django groups."""

from collections.abc import Iterable
from typing import Any

from django.apps import AppConfig
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db.models.signals import post_migrate
from django.dispatch import receiver

from accounts.models import User
from accounts.rights import ROLES, Role


@receiver(post_migrate)
def restore_missing_roles(sender: AppConfig, **kwargs: Any) -> None:
    """Make every role that has no group, after `migrate` or `flush`; never change one that has.

    The first migration makes them; a flushed database would otherwise be without.
    """
    if sender.label != "accounts":
        return
    missing = set(ROLES) - set(Group.objects.values_list("name", flat=True))
    if missing:
        create_permissions(sender, verbosity=0)
    for role in missing:
        group = Group.objects.create(name=role)
        group.permissions.set(
            Permission.objects.filter(content_type__app_label="accounts", codename__in=ROLES[role])
        )


def give_roles(person: User, roles: Iterable[Role]) -> None:
    """Make `roles` the person's only ones. Raises Group.DoesNotExist when one was never made."""
    person.groups.set([Group.objects.get(name=role) for role in roles])
