"""How long a class takes: 100 submissions, 10 of them hostile, and how much memory the grader needs.

`python -m benchmarks.coursework`
"""

import json
import resource
import shutil
import tempfile
import time
from pathlib import Path

from coursework.course import FOLDER, Course, Settings
from coursework.grade import address, grade_all
from coursework.gradebook import Gradebook

ASSIGNMENT = "a3_gradient_descent"
HANG = "while True:\n    pass"
HOSTILE = {
    "hangs when it is run": HANG,
    "hangs when it is called": "def descend(*a):\n    while True: pass\n"
    "descend_until = early_stop = largest_rate = descend",
    "calls back without end": "def descend(gradient, theta0, *a):\n    while True:\n        gradient(theta0)",
    "exits": "import os\nos._exit(0)",
    "forks": "import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass",
    "takes 12 GB": "def descend(*a):\n    return np.ones(12 << 27)",
    "fills the disk": "while True:\n    open('/tmp/x', 'ab').write(bytes(1 << 20))",
    "prints without end": "while True:\n    print('x' * 10_000)",
    "starts threads": "import threading, time\nwhile True:\n"
    "    threading.Thread(target=time.sleep, args=(99,)).start()",
    "sends noise": "import gc, io\nfor each in gc.get_objects():\n"
    "    if isinstance(each, io.BufferedWriter):\n        each.write(b'noise' * 99)",
}


def main():
    with tempfile.TemporaryDirectory() as name:
        course = Course(Path(name), Settings())
        shutil.copytree(FOLDER / "source" / ASSIGNMENT, course.folder / "source" / ASSIGNMENT)
        solution = course.source(ASSIGNMENT).document
        hostile = list(HOSTILE.values())
        for number in range(100):
            document = json.loads(json.dumps(solution))
            if number % 10 == 0:
                document["cells"].append(
                    {"cell_type": "code", "metadata": {}, "source": hostile[number // 10]}
                )
            path = course.folder / "submitted" / f"student{number:02}" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
            path.parent.mkdir(parents=True)
            path.write_text(json.dumps(document), encoding="utf-8")
        start = time.perf_counter()
        grade_all(course)
        seconds = time.perf_counter() - start
        book = Gradebook(address(course))
        points = {each.student: each.report.points for each in book.graded()}
        book.close()
    honest = {points[name] for name in points if int(name[-2:]) % 10}
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"100 submissions in {seconds:.0f} s; the grader's memory at most {memory:.0f} MB")
    print(f"the honest get {honest} of 20; the hostile:")
    for what, name in zip(HOSTILE, (f"student{number:02}" for number in range(0, 100, 10)), strict=True):
        print(f"  {what:<24} {points[name]:4g}")


if __name__ == "__main__":
    main()
