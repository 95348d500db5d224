"""The five roles as groups, with the rights they were born with."""

from django.db import migrations

ROLES = {
    "viewer": ["view_imports", "view_customers", "view_partners"],
    "compliance operator": [
        "view_imports",
        "view_customers",
        "view_personal_data",
        "manage_compliance_applications",
        "decide_applications",
        "export_results",
        "view_partners",
        "view_own_audit",
    ],
    "donor operator": [
        "view_applicants",
        "mint_share_tokens",
        "view_partners",
        "view_own_audit",
    ],
    "admin": [
        "view_imports",
        "view_partners",
        "manage_partners",
        "manage_connection",
        "manage_people",
        "view_audit",
    ],
    "auditor": ["view_imports", "view_partners", "view_audit"],
}


def forwards(apps, schema_editor):
    # Django makes permissions only after all migrations have run, so the ones needed are made here.
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="accounts", model="user"
    )
    permission_model = apps.get_model("auth", "Permission")
    for role, rights in ROLES.items():
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=role)
        for codename in rights:
            permission, _ = permission_model.objects.get_or_create(
                content_type=content_type,
                codename=codename,
                defaults={"name": codename.replace("_", " ")},
            )
            group.permissions.add(permission)


def backwards(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name__in=ROLES).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_audit_is_append_only"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(forwards, backwards)]
