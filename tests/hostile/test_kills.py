"""What was said to be kept is there, whenever the plug was pulled."""

from __future__ import annotations

import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs fork and SIGKILL")


def test_nothing_is_lost_when_programs_are_killed(tmp_path):
    from tests.hostile.kills import kill

    killed, said, gone, left = kill(12, tmp_path)
    assert killed == 12 and said > 12 and gone == [] and left == 0


@pytest.mark.slow
def test_nothing_is_lost_in_200_kills(tmp_path):
    from tests.hostile.kills import kill

    killed, said, gone, left = kill(200, tmp_path)
    assert killed == 200 and said > 200 and gone == [] and left == 0
