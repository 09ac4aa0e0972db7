"""What does a list of 100,000 rows cost to write out in the background? `python -m bench.exporting PATH`.

Asked for by the first person there is, a coordinator. Prints a line when it begins with the whole list and a line with JSON when it has ended; its memory is read from outside.
"""

import json
import sys
import time


def main() -> None:
    """One page of the list first, so that everything is loaded; then all of it, by the task that the worker runs."""
    import django

    django.setup()
    from django.contrib.auth import get_user_model

    from cic.core.exports import ask_export, write_export
    from cic.core.models import Export, ExportFormat

    path, user = sys.argv[1], get_user_model().objects.earliest("pk")
    for query in ("starts_on_after=2020-01-01&starts_on_before=2020-01-03", ""):
        if not query:
            print("begin", flush=True)
        export = ask_export(path, query, ExportFormat.CSV, actor=user)
        start = time.perf_counter()
        write_export(export_id=str(export.pk))
        seconds = time.perf_counter() - start
    told = {"seconds": seconds, "rows": Export.objects.get(pk=export.pk).total}
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
