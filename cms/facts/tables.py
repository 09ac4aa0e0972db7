"""How does a table become CSV, JSON and Parquet, row by row, however long it is?"""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import IO, Any

from defusedcsv import csv

from .datasets import Column
from .freezing import text_of

BATCH = 1000
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
}


class _Text:
    """A text file above one of bytes, which it leaves open."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file

    def write(self, text: str) -> int:
        return self.file.write(text.encode())


def plain(value: Any) -> Any:
    """Numbers with six decimals at most, instants in UTC to the second; everything else as it is."""
    if isinstance(value, Decimal):
        return Decimal(text_of(value) or "0")
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(microsecond=0)
    return value


def words_of(value: Any) -> str:
    """A value as a cell of a CSV: nothing is empty, dates are ISO 8601."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat().replace("+00:00", "Z")
    return str(value)


class CsvTable:
    """RFC 4180 in UTF-8; what a spreadsheet would run as a formula is made inert."""

    def __init__(self, file: IO[bytes], columns: Sequence[Column]) -> None:
        self.writer = csv.writer(_Text(file))
        self.writer.writerow([column.name for column in columns])

    def add(self, rows: Iterable[Sequence[Any]]) -> None:
        """Write some rows."""
        self.writer.writerows([[words_of(value) for value in row] for row in rows])

    def close(self) -> None:
        """Nothing follows the last row."""


class JsonTable:
    """A list of objects. Numbers keep every digit, so they are written out here."""

    def __init__(self, file: IO[bytes], columns: Sequence[Column]) -> None:
        self.file = _Text(file)
        self.keys = [json.dumps(column.name) for column in columns]
        self.before = "["

    def add(self, rows: Iterable[Sequence[Any]]) -> None:
        """Write some rows."""
        for row in rows:
            pairs = (f"{key}:{self._value(value)}" for key, value in zip(self.keys, row, strict=True))
            self.file.write(f"{self.before}\n{{{','.join(pairs)}}}")
            self.before = ","

    def close(self) -> None:
        """End the list."""
        self.file.write("[]\n" if self.before == "[" else "\n]\n")

    @staticmethod
    def _value(value: Any) -> str:
        if isinstance(value, Decimal):
            return format(value, "f")
        if isinstance(value, date):
            return json.dumps(words_of(value))
        return json.dumps(value, ensure_ascii=False)


class ParquetTable:
    """Apache Parquet with typed columns, one row group for each batch."""

    def __init__(self, file: IO[bytes], columns: Sequence[Column]) -> None:
        # Heavy to load and needed by whoever writes files only.
        import pyarrow
        import pyarrow.parquet

        types = {
            "integer": pyarrow.int64(),
            "decimal": pyarrow.decimal128(24, 6),
            "date": pyarrow.date32(),
            "instant": pyarrow.timestamp("s", tz="UTC"),
            "boolean": pyarrow.bool_(),
        }
        self.make = pyarrow.array
        self.batch = pyarrow.record_batch
        self.schema = pyarrow.schema(
            [
                pyarrow.field(
                    column.name,
                    types.get(column.type, pyarrow.string()),
                    metadata={"description": column.meaning.en},
                )
                for column in columns
            ]
        )
        self.writer = pyarrow.parquet.ParquetWriter(file, self.schema, compression="zstd")

    def add(self, rows: Sequence[Sequence[Any]]) -> None:
        """Write some rows."""
        values = zip(*rows, strict=True)
        arrays = [self.make(list(part), field.type) for part, field in zip(values, self.schema, strict=True)]
        self.writer.write_batch(self.batch(arrays, schema=self.schema))

    def close(self) -> None:
        """Write what stands at the end of the file."""
        self.writer.close()


TABLES: dict[str, Any] = {"csv": CsvTable, "json": JsonTable, "parquet": ParquetTable}
