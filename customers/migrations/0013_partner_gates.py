"""Gates that the partner register closes."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0012_search_by_index'),
    ]

    operations = [
        migrations.AlterField(
            model_name='gate',
            name='reason',
            field=models.CharField(choices=[('credentials', 'Sumsub rejects our credentials'), ('clock', "Our clock differs from Sumsub's"), ('permission', 'Our app token lacks a permission'), ('address', "The address is not Sumsub's API"), ('not_partners', 'Not partners at Sumsub'), ('disabled', 'Switched off at Sumsub'), ('parameters', 'Level or parameters are wrong'), ('keys', 'A key that opens our share tokens is missing'), ('register', 'The register stops this donor')], max_length=16),
        ),
    ]
