"""A search server on this machine that speaks the part of OpenSearch's documented API that the product uses."""

import json
import re
import threading
import unicodedata
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


class Engine:
    """`with Engine() as engine`: its `url` for SEARCH_URL, its `indices` and `aliases`, and what was `asked`."""

    def __init__(self) -> None:
        self.indices: dict[str, dict[str, Any]] = {}
        self.aliases: dict[str, str] = {}
        self.asked: list[str] = []
        self.answer: tuple[int, Any] | None = None  # instead of what is right
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def serve(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                outer.asked.append(f"{self.command} {self.path}")
                status, said = outer.answer or outer.reply(self.command, self.path, body)
                data = json.dumps(said).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = do_PUT = serve

            def log_message(self, *args: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"opensearch://reader:secret@127.0.0.1:{self.server.server_port}/words"

    def __enter__(self) -> "Engine":
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Answer nobody any more."""
        self.server.shutdown()
        self.server.server_close()

    @property
    def documents(self) -> dict[str, Any]:
        """What the index behind the alias holds: id → (noun, words)."""
        held = self.indices[self.aliases["words"]]["documents"]
        return {name: (row["noun"], row["words"]) for name, (_version, row) in held.items()}

    def reply(self, method: str, path: str, body: str) -> tuple[int, Any]:
        """The answer to one request."""
        parts = urlsplit(path)
        name, _slash, verb = parts.path.strip("/").partition("/")
        if method == "PUT" and not verb:
            self.indices[name] = {**json.loads(body), "documents": {}}
            return 200, {"acknowledged": True}
        if verb == "_alias":
            fits = [index for index in self.indices if re.fullmatch(name.replace("*", ".*"), index)]
            return 200, {index: {"aliases": {}} for index in fits}
        if name == "_aliases":
            for (kind, at), *_rest in (list(action.items()) for action in json.loads(body)["actions"]):
                if kind == "add":
                    self.aliases[at["alias"]] = at["index"]
                else:
                    del self.indices[at["index"]]
            return 200, {"acknowledged": True}
        index = self.aliases.get(name, "" if "require_alias" in parse_qs(parts.query) else name)
        if verb == "_bulk":
            return 200, self.bulk(index, [json.loads(line) for line in body.splitlines()])
        if index not in self.indices:
            return 404, {"error": {"type": "index_not_found_exception"}, "status": 404}
        return 200, self.search(self.indices[index], json.loads(body))

    def bulk(self, index: str, lines: list[Any]) -> dict[str, Any]:
        """One result for each action; a document older than the one held is a conflict."""
        results, rest = [], iter(lines)
        for action in rest:
            [(kind, at)] = action.items()
            row = next(rest) if kind == "index" else None
            held = self.indices.get(index, {}).get("documents")
            if held is None:
                status = 404
            elif kind == "delete":
                status = 200 if held.pop(at["_id"], None) else 404
            elif at["_id"] in held and held[at["_id"]][0] > at["version"]:
                status = 409
            else:
                status, held[at["_id"]] = 200, (at["version"], row)
            results.append({kind: {"_id": at["_id"], "status": status}})
        return {"errors": any(r["status"] >= 400 for i in results for r in i.values()), "items": results}

    def search(self, index: dict[str, Any], question: dict[str, Any]) -> dict[str, Any]:
        """Documents of the nouns asked for that hold every word, the last one as a beginning where that is asked."""
        nouns, wanted = question["query"]["bool"]["filter"]
        [(kind, by_field)] = wanted.items()
        assert by_field["words"]["operator"] == "and"
        words = self.taken_apart(index, by_field["words"]["query"])
        found = []
        for name, (_version, row) in index["documents"].items():
            held = self.taken_apart(index, row["words"])
            whole = words[:-1] if kind == "match_bool_prefix" else words
            begun = kind == "match" or any(word.startswith(words[-1]) for word in held)
            if row["noun"] in nouns["terms"]["noun"] and set(whole) <= set(held) and begun:
                found.append({"_id": name})
        total = {"value": min(len(found), question["track_total_hits"]), "relation": "eq"}
        return {
            "timed_out": False,
            "_shards": {"failed": 0},
            "hits": {"total": total, "hits": found[: question["size"]]},
        }

    @staticmethod
    def taken_apart(index: dict[str, Any], text: str) -> list[str]:
        """The tokens of a text by the analyzer of the index: its char filter, lower case, no accents."""
        for mapping in index["settings"]["analysis"]["char_filter"]["geminate"]["mappings"]:
            text = text.replace(*mapping.split(" => "))
        bare = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
        return re.findall(r"\w+", bare)
