"""Invented requests against the room's OpenAPI schema: every answer is one the schema names,
in the form it names, and none is a breakdown.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

schemathesis = pytest.importorskip("schemathesis")

from hypothesis import HealthCheck, settings  # noqa: E402
from schemathesis.checks import not_a_server_error  # noqa: E402
from schemathesis.specs.openapi.checks import (  # noqa: E402
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from course_utils.classroom.jobs import Workshop  # noqa: E402
from course_utils.classroom.keys import RateLimit, new_room  # noqa: E402
from course_utils.classroom.whole_room import whole_room  # noqa: E402
from course_utils.kinds import in_rooms, kind_named  # noqa: E402
from tests.rooms import Hand  # noqa: E402

ROOM = new_room()
KEYS = {
    role: ROOM.key_for(code)[1]
    for role, code in (("pupil", ROOM.code), ("teacher", ROOM.teacher_code))
}


class Free(Hand):
    """Makes at once whatever is asked for."""

    async def make(self, order):
        self.go(order.count)
        async for news in super().make(order):
            yield news


PLACE = tempfile.TemporaryDirectory()
APP = whole_room(
    ROOM,
    Path(PLACE.name),
    Workshop({kind: Free().make for kind in in_rooms()}),
)
APP.state.limit, APP.state.order_limit, APP.state.guesses = (
    RateLimit(1e9, 10**9) for _ in range(3)
)
schema = schemathesis.openapi.from_asgi("/v1/openapi.json", APP).include(
    path_regex="^/v1/(room|join|me|engines|makings)"
)
WANTED = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@schema.parametrize()
@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[*HealthCheck],
)
def test_the_room_keeps_to_its_schema(case):
    for key in (*KEYS.values(), "made up"):
        case.call_and_validate(headers={"Authorization": f"Bearer {key}"}, checks=WANTED)


def test_the_schema_names_each_settings_range_as_its_kind_declares_it():
    told = APP.openapi()["components"]["schemas"]
    forms = {
        form["properties"]["recipe"]["properties"]["kind"]["const"]: form["properties"]
        for form in told["Order"]["oneOf"]
    }
    assert tuple(forms) == in_rooms() == tuple(told["Made"]["properties"]["kind"]["enum"])
    for kind in map(kind_named, forms):
        settings = forms[kind.name]["recipe"]["properties"]["settings"]["properties"]
        assert settings.keys() == kind.load("settings").model_fields.keys()
        assert forms[kind.name]["ingredients"]["properties"].keys() == kind.begins_from.keys()
    assert forms["image"]["recipe"]["properties"]["settings"]["properties"]["count"]["maximum"] == 9
