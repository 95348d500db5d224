"""Roles: five groups, the rights of security's table, nothing inherited, several add up."""

import importlib

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command

from accounts.models import User
from accounts.rights import ROLES, Right, Role
from accounts.roles import give_roles
from tests.parts.people import make_person

pytestmark = pytest.mark.django_db

FORBIDDEN = [
    (Role.VIEWER, Right.VIEW_PERSONAL_DATA),
    (Role.VIEWER, Right.MANAGE_COMPLIANCE_APPLICATIONS),
    (Role.VIEWER, Right.EXPORT_RESULTS),
    (Role.COMPLIANCE_OPERATOR, Right.MINT_SHARE_TOKENS),
    (Role.COMPLIANCE_OPERATOR, Right.MANAGE_PARTNERS),
    (Role.COMPLIANCE_OPERATOR, Right.VIEW_AUDIT),
    (Role.DONOR_OPERATOR, Right.VIEW_IMPORTS),
    (Role.DONOR_OPERATOR, Right.VIEW_PERSONAL_DATA),
    (Role.DONOR_OPERATOR, Right.EXPORT_RESULTS),
    (Role.ADMIN, Right.MANAGE_COMPLIANCE_APPLICATIONS),
    (Role.ADMIN, Right.MINT_SHARE_TOKENS),
    (Role.ADMIN, Right.VIEW_PERSONAL_DATA),
    (Role.ADMIN, Right.EXPORT_RESULTS),
    (Role.ADMIN, Right.VIEW_APPLICANTS),
    (Role.ADMIN, Right.EXPORT_SHARE_TOKENS),
    (Role.AUDITOR, Right.VIEW_APPLICANTS),
    (Role.AUDITOR, Right.EXPORT_SHARE_TOKENS),
    (Role.AUDITOR, Right.VIEW_PERSONAL_DATA),
    (Role.AUDITOR, Right.MANAGE_PARTNERS),
]


@pytest.mark.parametrize("role", list(Role))
def test_group_in_the_database_has_exactly_the_rights_of_the_table(role: Role) -> None:
    held = Group.objects.get(name=role).permissions.values_list("codename", flat=True)
    assert set(held) == set(ROLES[role])


def test_migration_made_the_roles_that_the_table_names() -> None:
    born = importlib.import_module("accounts.migrations.0003_roles").ROLES
    later = importlib.import_module("accounts.migrations.0005_saved_filters").RIGHTS
    assert {role: {*rights, *later.get(role, ())} for role, rights in born.items()} == {
        role: set(rights) for role, rights in ROLES.items()
    }


def test_every_right_is_a_permission_and_belongs_to_somebody() -> None:
    codenames = Permission.objects.filter(content_type__app_label="accounts")
    assert set(codenames.values_list("codename", flat=True)) == set(Right)
    assert set().union(*ROLES.values()) == set(Right)


@pytest.mark.parametrize(("role", "right"), FORBIDDEN)
def test_role_does_not_hold_what_the_table_denies_it(role: Role, right: Right) -> None:
    assert not make_person("Nora Nobody", role).holds(right)


def test_importing_is_the_compliance_operators_alone() -> None:
    holders = [r for r, held in ROLES.items() if Right.MANAGE_COMPLIANCE_APPLICATIONS in held]
    assert holders == [Role.COMPLIANCE_OPERATOR]


def test_person_without_a_role_holds_nothing(outsider: User) -> None:
    assert not outsider.holds(*Right)


def test_two_roles_add_up() -> None:
    person = make_person("Yara Twofold", Role.COMPLIANCE_OPERATOR, Role.DONOR_OPERATOR)
    held = {right for right in Right if person.holds(right)}
    assert held == ROLES[Role.COMPLIANCE_OPERATOR] | ROLES[Role.DONOR_OPERATOR]


def test_giving_roles_takes_the_former_ones_away(viewer: User) -> None:
    give_roles(viewer, [Role.AUDITOR])
    assert viewer.role_names == [Role.AUDITOR]


def test_migrate_makes_a_lost_role_again_and_leaves_a_changed_one_alone() -> None:
    Group.objects.get(name=Role.AUDITOR).delete()
    Group.objects.get(name=Role.VIEWER).permissions.clear()
    call_command("migrate", verbosity=0)
    again = Group.objects.get(name=Role.AUDITOR).permissions.values_list("codename", flat=True)
    assert set(again) == set(ROLES[Role.AUDITOR])
    assert Group.objects.get(name=Role.VIEWER).permissions.count() == 0
