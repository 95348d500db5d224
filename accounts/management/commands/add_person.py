"""`manage.py add_person EMAIL --name NAME --role ROLE`: somebody who may sign in."""

import getpass
import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from accounts import audit
from accounts.models import User
from accounts.rights import Role
from accounts.roles import give_roles

PASSWORD_VARIABLE = "RELAY_PASSWORD"


class Command(BaseCommand):
    """Adds a person with roles. The password is never an argument: other users could see it."""

    help = (
        "Add a person who may sign in. The password comes from the variable RELAY_PASSWORD, "
        "from standard input when that is no terminal, or from a prompt."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare EMAIL, --name and --role."""
        parser.add_argument("email")
        parser.add_argument("--name", required=True)
        parser.add_argument(
            "--role", action="append", required=True, choices=[role.value for role in Role]
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Check everything, then store the person and the audit event together."""
        email, name = options["email"].strip().lower(), options["name"].strip()
        roles = [Role(role) for role in options["role"]]
        password = _password()
        _check(email, name, password)
        with transaction.atomic():
            person = User.objects.create_user(email, password, name=name)
            give_roles(person, roles)
            audit.record(
                "person.added",
                actor=None,
                subject=f"person:{person.pk}",
                source="command line",
                roles=", ".join(roles),
            )
        self.stdout.write(f"{name} may sign in as {email} ({', '.join(roles)}).")


def _password() -> str:
    given = os.environ.get(PASSWORD_VARIABLE)
    if given:
        return given
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    return getpass.getpass("Password: ")


def _check(email: str, name: str, password: str) -> None:
    """Raise CommandError, naming what is wrong but never the password."""
    try:
        validate_email(email)
        validate_password(password, User(email=email, name=name))
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from error
    if User.objects.filter(email=email).exists():
        raise CommandError(f"Somebody already signs in as {email}.")
