"""Capsules, who takes them, certificates; which session gives which capsule, which event gives certificates."""

import cic.core.choices
import cic.core.models.records
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from cic.core.search import FullTextIndex


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0002_search'),
        ('partners', '0010_centre_contact'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='event',
            name='gives_certificates',
            field=models.BooleanField(default=False, help_text='Whoever was checked in fetches a certificate of having been there.', verbose_name='gives certificates'),
        ),
        migrations.CreateModel(
            name='Capsule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='last changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('source', models.CharField(blank=True, editable=False, max_length=40, verbose_name='source')),
                ('external_id', models.CharField(blank=True, editable=False, max_length=120, verbose_name='identifier in the source')),
                ('reference', models.CharField(editable=False, max_length=20, unique=True, verbose_name='reference')),
                ('search_text', models.TextField(blank=True, editable=False)),
                ('sort_key', cic.core.models.records.SortKeyField(blank=True, editable=False, max_length=100)),
                ('translations', models.JSONField(blank=True, default=dict, editable=False, verbose_name='translations')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('summary', models.TextField(blank=True, verbose_name='in a paragraph')),
                ('goals', models.TextField(blank=True, verbose_name='goals')),
                ('audience', models.CharField(blank=True, max_length=250, verbose_name='for whom')),
                ('text', models.TextField(blank=True, verbose_name='text')),
                ('minutes', models.PositiveSmallIntegerField(default=15, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(600)], verbose_name='minutes')),
                ('level', models.CharField(choices=[('basic', 'Basic'), ('middle', 'Intermediate'), ('advanced', 'Advanced')], default='basic', max_length=8, verbose_name='level')),
                ('language', models.CharField(choices=cic.core.choices.languages, default=cic.core.choices.own_language, max_length=12, verbose_name='language of the text')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('published', 'Published'), ('withdrawn', 'Withdrawn')], db_index=True, default='draft', editable=False, max_length=9, verbose_name='state')),
                ('edition', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='edition')),
                ('published_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='published')),
                ('centre', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='capsules', to='partners.centre', verbose_name='centre')),
            ],
            options={
                'verbose_name': 'capsule',
                'verbose_name_plural': 'capsules',
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='session',
            name='capsule',
            field=models.ForeignKey(blank=True, help_text='The capsule that is given in this session.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='events.capsule', verbose_name='capsule'),
        ),
        migrations.CreateModel(
            name='Taking',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='last changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('source', models.CharField(blank=True, editable=False, max_length=40, verbose_name='source')),
                ('external_id', models.CharField(blank=True, editable=False, max_length=120, verbose_name='identifier in the source')),
                ('edition', models.PositiveSmallIntegerField(editable=False, verbose_name='edition')),
                ('parts_read', models.JSONField(blank=True, default=list, editable=False, verbose_name='parts read')),
                ('goals_reached', models.JSONField(blank=True, default=list, editable=False, verbose_name='goals reached')),
                ('state', models.CharField(choices=[('begun', 'Begun'), ('completed', 'Completed')], default='begun', editable=False, max_length=9, verbose_name='state')),
                ('begun_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='begun')),
                ('completed_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='completed')),
                ('capsule', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='takings', to='events.capsule', verbose_name='capsule')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='takings', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'capsule taken',
                'verbose_name_plural': 'capsules taken',
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Certificate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='last changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('source', models.CharField(blank=True, editable=False, max_length=40, verbose_name='source')),
                ('external_id', models.CharField(blank=True, editable=False, max_length=120, verbose_name='identifier in the source')),
                ('reference', models.CharField(editable=False, max_length=20, unique=True, verbose_name='reference')),
                ('search_text', models.TextField(blank=True, editable=False)),
                ('sort_key', cic.core.models.records.SortKeyField(blank=True, editable=False, max_length=100)),
                ('name', models.CharField(max_length=150, verbose_name='name')),
                ('language', models.CharField(choices=cic.core.choices.languages, default=cic.core.choices.own_language, max_length=12, verbose_name='language')),
                ('titles', models.JSONField(default=dict, editable=False, verbose_name='titles')),
                ('goals', models.JSONField(blank=True, default=dict, editable=False, verbose_name='goals')),
                ('minutes', models.PositiveIntegerField(editable=False, verbose_name='minutes')),
                ('earned_on', models.DateField(editable=False, verbose_name='earned on')),
                ('issuer', models.CharField(editable=False, max_length=250, verbose_name='issued by')),
                ('issued_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='issued')),
                ('code', models.CharField(editable=False, max_length=24, unique=True, verbose_name='verification code')),
                ('state', models.CharField(choices=[('valid', 'Valid'), ('revoked', 'Revoked')], db_index=True, default='valid', editable=False, max_length=7, verbose_name='state')),
                ('revoked_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='revoked')),
                ('centre', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='partners.centre', verbose_name='centre')),
                ('registration', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='certificates', to='events.registration', verbose_name='registration')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='certificates', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('taking', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='certificates', to='events.taking', verbose_name='capsule taken')),
            ],
            options={
                'verbose_name': 'certificate',
                'verbose_name_plural': 'certificates',
                'abstract': False,
            },
        ),
        migrations.AddIndex(
            model_name='capsule',
            index=models.Index(fields=['sort_key', 'id'], name='events_capsule_sort_key'),
        ),
        migrations.AddIndex(
            model_name='capsule',
            index=models.Index(fields=['minutes', 'id'], name='events_capsule_minutes'),
        ),
        migrations.AddIndex(
            model_name='capsule',
            index=models.Index(fields=['created_at', 'id'], name='events_capsule_created_at'),
        ),
        migrations.AddIndex(
            model_name='capsule',
            index=models.Index(fields=['updated_at', 'id'], name='events_capsule_updated_at'),
        ),
        migrations.AddConstraint(
            model_name='capsule',
            constraint=models.UniqueConstraint(condition=models.Q(('external_id', ''), _negated=True), fields=('source', 'external_id'), name='events_capsule_external'),
        ),
        migrations.AddIndex(
            model_name='taking',
            index=models.Index(fields=['begun_at', 'id'], name='events_taking_begun_at'),
        ),
        migrations.AddIndex(
            model_name='taking',
            index=models.Index(fields=['capsule', 'state'], name='events_taking_counts'),
        ),
        migrations.AddConstraint(
            model_name='taking',
            constraint=models.UniqueConstraint(condition=models.Q(('external_id', ''), _negated=True), fields=('source', 'external_id'), name='events_taking_external'),
        ),
        migrations.AddConstraint(
            model_name='taking',
            constraint=models.UniqueConstraint(fields=('user', 'capsule', 'edition'), name='events_taking_once'),
        ),
        migrations.AddIndex(
            model_name='certificate',
            index=models.Index(fields=['sort_key', 'id'], name='events_certificate_sort_key'),
        ),
        migrations.AddIndex(
            model_name='certificate',
            index=models.Index(fields=['earned_on', 'id'], name='events_certificate_earned_on'),
        ),
        migrations.AddIndex(
            model_name='certificate',
            index=models.Index(fields=['issued_at', 'id'], name='events_certificate_issued_at'),
        ),
        migrations.AddConstraint(
            model_name='certificate',
            constraint=models.UniqueConstraint(condition=models.Q(('external_id', ''), _negated=True), fields=('source', 'external_id'), name='events_certificate_external'),
        ),
        migrations.AddConstraint(
            model_name='certificate',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'valid')), fields=('taking',), name='events_certificate_of_taking'),
        ),
        migrations.AddConstraint(
            model_name='certificate',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'valid')), fields=('registration',), name='events_certificate_of_place'),
        ),
        migrations.AddConstraint(
            model_name='certificate',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('registration', None), ('taking__isnull', False)), models.Q(('registration__isnull', False), ('taking', None)), _connector='OR'), name='events_certificate_for_one'),
        ),
        # Last: an altered table loses its triggers on SQLite.
        FullTextIndex('capsule'),
        FullTextIndex('certificate'),
    ]
