"""What does this site do otherwise than Django's own engine for PostgreSQL? It asks and converts less."""

import select
from datetime import UTC, datetime
from typing import Any

from django.db.backends.postgresql import base
from psycopg.adapt import AdaptersMap
from psycopg.pq import TransactionStatus
from psycopg.types.datetime import TimestamptzLoader


class UtcLoader(TimestamptzLoader):
    """An instant as a session in UTC writes it. A list of 1,000 rows has thousands of them."""

    timezone = UTC  # Django compares it with the connection's own

    def load(self, data: Any) -> datetime:
        """The instant; psycopg's own reading for what ISO 8601 does not cover, with its errors."""
        try:
            instant = datetime.fromisoformat(bytes(data).decode())
        except ValueError:
            return super().load(data).astimezone(UTC)
        return instant if instant.tzinfo is UTC else instant.astimezone(UTC)


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's connection, quick to say that it is well."""

    def get_connection_params(self) -> dict[str, Any]:
        """Django's, with our reading of instants."""
        params: dict[str, Any] = super().get_connection_params()
        if self.timezone is UTC:
            params["context"] = AdaptersMap(params["context"])
            params["context"].register_loader("timestamptz", UtcLoader)
        return params

    def is_usable(self) -> bool:
        """Whether the server is still there.

        A server that ends says so, and then there is something to read: only then is it asked, which
        would otherwise be one more question before each request.
        """
        if self.errors_occurred or self.connection is None or self.connection.closed:
            return bool(super().is_usable())
        idle = self.connection.info.transaction_status == TransactionStatus.IDLE
        poll = select.poll()
        poll.register(self.connection.fileno(), select.POLLIN)
        return (idle and not poll.poll(0)) or bool(super().is_usable())
