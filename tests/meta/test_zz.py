import pytest

from .test_matrix import *

pytestmark = pytest.mark.django_db


def test_aud(world):
    for role in ("auditor",):
        c = client_of(world.users[role])
        sk = c.session.session_key
        for r in routes():
            if r.method in ("GET",):
                continue
            c.cookies["session"] = sk
            resp = ask(c, r.method, address_of(r, world))
            if word_for(resp) == "yes":
                print(
                    role,
                    r.method,
                    r.shown,
                    resp.status_code,
                    resp.content[:0]
                    if not resp["Content-Type"].startswith("application/problem")
                    else resp.json()["detail"][:80],
                )
