"""The checker's side of a real kernel: what too much output leads to."""

from collections.abc import Iterator

import pytest

from helpers.grading import sandbox
from helpers.grading.limits import Limits
from helpers.grading.student import Interrupted, KernelGone, StudentKernel
from helpers.grading.verdicts import Status
from tests.lacking import lacking

LIMITS = Limits(cell_seconds=20, call_seconds=20, memory_mib=600, flood_mib=2, message_mib=8)
TOO_LARGE = "print('x' * 12_000_000)"  # for one message
DEAF = f"""
import time

while True:
    try:
        {TOO_LARGE}
        time.sleep(0.3)
    except BaseException:
        pass
"""
BROKEN = f"""
import time

get_ipython().events.register("pre_execute", lambda: time.sleep(100))
{TOO_LARGE}
time.sleep(100)
"""


@pytest.fixture
def kernel() -> Iterator[StudentKernel]:
    """Start a student's kernel in the sandbox."""
    if why := sandbox.available():
        lacking(why)
    running = StudentKernel(LIMITS, require_sandbox=True)
    running.start()
    yield running
    running.stop()


def printed(kernel: StudentKernel, code: str) -> str:
    return "".join(output.text for output in kernel.run(code).outputs)


@pytest.mark.parametrize(
    "flood",
    ["for _ in range(5_000):\n    print('x' * 1000)", TOO_LARGE],
    ids=["in many lines", "in one piece"],
)
def test_a_flood_ends_and_leaves_what_was_defined(kernel: StudentKernel, flood: str) -> None:
    for number in range(2):
        with pytest.raises(Interrupted) as stopped:
            kernel.run(f"kept = {number}\n{flood}\nimport time\ntime.sleep(15)\n")
        assert stopped.value.status == Status.FLOODED
        assert printed(kernel, "print(kept)") == f"{number}\n"


@pytest.mark.parametrize("code", [DEAF, BROKEN], ids=["swallows the interrupt", "is broken"])
def test_a_flooding_kernel_that_does_not_answer_is_ended(kernel: StudentKernel, code: str) -> None:
    with pytest.raises(KernelGone) as gone:
        kernel.run(code)
    assert gone.value.status == Status.FLOODED
    assert not kernel.running
    kernel.start()
    assert printed(kernel, "print('here')") == "here\n"


def test_a_kernel_that_ends_has_not_flooded(kernel: StudentKernel) -> None:
    with pytest.raises(KernelGone) as gone:
        kernel.run("import os\nprint('x', flush=True)\nos._exit(0)")
    assert gone.value.status == Status.DIED
