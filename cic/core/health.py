"""Does this process live, and can it serve? For load balancers, supervisors and administrators."""

from typing import Any

from django.core.checks import WARNING, run_checks
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from .models import Job

# Reading the migrations takes a while, and what is migrated stays so while this process lives.
_migrated = False


@require_safe
@never_cache
def livez(request: HttpRequest) -> HttpResponse:
    """200 while the process answers at all: asks nothing of anybody."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when database and migrations are ready, else 503; counts what waits and was given up, and warns."""
    report: dict[str, Any] = {"status": "ready", "database": "ok", "migrations": "ok"}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        if not _is_migrated():
            report |= {"status": "not ready", "migrations": "pending"}
        else:
            report["jobs"] = _jobs()
            report["warnings"] = _warnings()
    except Error:
        report |= {"status": "not ready", "database": "unreachable", "migrations": "unknown"}
        connection.close()
    if report["status"] == "ready":
        return JsonResponse(report)
    return JsonResponse(report, status=503, headers={"Retry-After": "5"})


def _is_migrated() -> bool:
    global _migrated
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated


def _warnings() -> list[str]:
    """What somebody should see to in time; the checks that ran at the start say it, and the days go on."""
    return [str(row.msg) for row in run_checks(tags=["cic"]) if row.level == WARNING]


def _jobs() -> dict[str, Any]:
    """How many jobs are due and parked, and for how long the first has been waiting."""
    first = Job.objects.due().values_list("run_at", flat=True).first()
    return {
        "due": Job.objects.due().count(),
        "oldest_due_seconds": round((timezone.now() - first).total_seconds()) if first else 0,
        "parked": Job.objects.parked().count(),
    }
