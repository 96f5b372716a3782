import subprocess

import pytest


@pytest.fixture
def machine(tmp_path):
    """A machine of its own for each test: a directory with its /sys and its control files."""
    subprocess.run(["hotplugfs", "mount", tmp_path], check=True, stdout=subprocess.DEVNULL)
    yield tmp_path
    subprocess.run(["hotplugfs", "unmount", "--lazy", tmp_path], check=True)
