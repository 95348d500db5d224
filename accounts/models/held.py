"""What a person's roles are called, and which rights they give. Every page asks it."""

from django.contrib.auth.models import Group, Permission

from accounts.compiled import Compiled

ROLE_NAMES = Compiled(
    lambda person: Group.objects.filter(user=person).values_list("name", flat=True), person=int
)
# By codename.
RIGHTS = Compiled(
    lambda person: (
        Permission.objects.filter(group__user=person, content_type__app_label="accounts")
        .order_by()
        .values_list("codename", flat=True)
    ),
    person=int,
)
