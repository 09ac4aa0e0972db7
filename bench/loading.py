"""How do a million rows get into a table within a minute, as the operations would have stored them?"""

from collections.abc import Iterable
from typing import Any

from django.db import connection, models, transaction

from cic.core.models import Searchable
from cic.core.search import sort_key, statements_to_create, statements_to_drop


class Loader:
    """Rows of one model: what a row does not name has the value that a new record would have."""

    def __init__(self, model: type[models.Model]) -> None:
        self.model = model
        self.fields = list(model._meta.local_concrete_fields)
        self.places = {field.attname: place for place, field in enumerate(self.fields)}
        example = model()
        self.template = [
            field.get_db_prep_save(field.pre_save(example, True), connection) for field in self.fields
        ]

    def row(self, values: dict[str, Any]) -> list[Any]:
        """`values` by attribute name, in the order of the columns, as the database takes them."""
        row = self.template.copy()
        if issubclass(self.model, Searchable):
            values = {**values, "sort_key": sort_key(values[self.model.SORTED_BY])}
        for name, value in values.items():
            place = self.places[name]
            row[place] = self.fields[place].get_db_prep_save(value, connection)
        return row

    def load(self, records: Iterable[dict[str, Any]]) -> None:
        """Store all records; the word index is made at the end, which is much faster than row by row."""
        table, key = self.model._meta.db_table, self.model._meta.pk.column
        searched = issubclass(self.model, Searchable)
        if searched:
            _execute(statements_to_drop(connection.vendor, table))
        rows = (self.row(values) for values in records)
        columns = ", ".join(f'"{field.column}"' for field in self.fields)
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.cursor.copy(f'COPY "{table}" ({columns}) FROM STDIN') as copy:
                    for row in rows:
                        copy.write_row(row)
            else:
                marks = ", ".join("?" * len(self.fields))
                # Past Django's cursor, which would rewrite the statement for each row.
                connection.connection.executemany(f'INSERT INTO "{table}" ({columns}) VALUES ({marks})', rows)
        if searched:
            _execute(statements_to_create(connection.vendor, table, key))


def _execute(statements: Iterable[str]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def settle(loaded: Iterable[type[models.Model]]) -> None:
    """Bring the database into the state of one that has been in use: sequences, statistics, visibility."""
    from django.core.management.color import no_style

    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(loaded)):
            cursor.execute(statement)
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
