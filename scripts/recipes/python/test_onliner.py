import errno

import pytest

from onliner import online


def test_busy_twice_then_online(machine):
    (machine / "hotplugfs/faults").write_text("memory43 online EBUSY times=2")
    assert online(43, machine / "sys") == 3


def test_refused_by_the_zone_rule(machine):
    with pytest.raises(OSError) as refused:
        online(40, machine / "sys")
    assert refused.value.errno == errno.EINVAL
    assert "[not-at-boundary]" in (machine / "hotplugfs/log").read_text()
