"""What the trace of Python's imports says."""

from benchmarks.speed import import_seconds

TRACE = """\
import time: self [us] | cumulative | imported package
import time:       500 |        500 |   numpy.core
import time:      1500 |       2000 | numpy
something else on stderr
import time:       250 |        250 |     torch._C
"""


def test_the_seconds_of_each_package_are_summed() -> None:
    assert import_seconds(TRACE) == {"numpy": 0.002, "torch": 0.00025}
