"""What a hostile submission may try. Each leaves every grade as it should be, and the machine as it was."""

import contextlib
import csv
import io
import os
import shutil
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from coursework import checks, files, grade, grading, notebooks, reports, sandbox, wire
from coursework.assignments.a1_own_loss import wave
from coursework.course import Course, Settings
from coursework.gradebook import Gradebook
from tests.coursework.conftest import A1, hand_in

pytestmark = pytest.mark.slow

FULL = {"loss": 5, "cost": 3, "gradient": 5, "numeric": 4, "best": 3}
NO_COST = FULL | {"cost": 0}
WRONG = "def cost(*a):\n    return 0.0\n"


def test_the_solution_alone_gets_everything(attack):
    assert attack() == FULL
    assert attack.report.errors == []


FORGERIES = {
    "numpy's comparisons": """
import numpy as np
np.testing.assert_allclose = np.testing.assert_array_equal = lambda *a, **k: None
np.isclose = np.allclose = np.array_equal = lambda *a, **k: True
""",
    "IPython": """
try:
    from IPython.core.interactiveshell import InteractiveShell
    InteractiveShell.run_cell = lambda *a, **k: None
except ImportError:
    pass
""",
    "assert": "import builtins; builtins.AssertionError = builtins.ValueError = Warning",
    "the grader's modules": """
import sys
for module in list(sys.modules.values()):
    for name in ("agrees", "right", "grade", "grade_question"):
        if hasattr(module, name):
            setattr(module, name, lambda *a, **k: True)
""",
    "a score that is printed": 'print("points: 20 of 20"); print({"points": 20})',
    "a reply of its own making": """
import gc, io, json, os
for each in gc.get_objects():
    if isinstance(each, io.BufferedWriter):
        body = json.dumps({"id": "x", "answer": 0.0, "points": 20}).encode()
        each.write(len(body).to_bytes(4, "big") + body)
""",
}


@pytest.mark.parametrize("what", FORGERIES)
def test_a_forgery_gains_nothing(attack, what):
    gained = attack(WRONG, FORGERIES[what])
    assert gained["cost"] == 0
    assert all(gained[name] <= points for name, points in FULL.items())
    if what not in ("a reply of its own making", "numpy's comparisons"):
        assert gained == NO_COST or what == "assert"


LIES = {
    "eq": "class Lie:\n    __eq__ = lambda *a: True\n    __float__ = lambda *a: 1.0\nlie = Lie()",
    "array": "class Lie:\n    def __array__(self, *a, **k):\n        return np.zeros(())\nlie = Lie()",
    "tolist": "class Lie(np.ndarray):\n    tolist = lambda self: 0.3\nlie = np.zeros(()).view(Lie)",
    "a float of another kind": "class Lie(float):\n    __eq__ = lambda *a: True\n    __hash__ = None\nlie = Lie(1)",
    "objects": "lie = np.array(None, dtype=object)",
    "NaN": "lie = float('nan')",
    "infinity": "lie = float('inf')",
    "true": "lie = True",
    "a complex number": "lie = 1j",
    "text": "lie = '0.3'",
    "itself": "lie = []\nlie.append(lie)",
    "numbers without end": "lie = 10**400",
    "a function": "lie = print",
    "10^9 entries": "lie = np.broadcast_to(0.3, 10**9)",
    "a dictionary": "lie = {'cost': 0.3}",
}


@pytest.mark.parametrize("what", LIES)
def test_an_answer_that_lies_is_wrong(source, what):
    """The same in this process as in the sandbox: what counts is what is made of the answer."""
    questions = [each for each in Course(settings=Settings()).questions(A1, None) if each.name == "test-cost"]
    code = f"{LIES[what]}\ndef cost(*a):\n    return lie"
    report = grading.grade(questions, grading.Student(grading.Here, [*source.code(source.cells, None), code]))
    assert report.points == 0


def test_too_much_memory_costs_the_question_alone(attack):
    hungry = "def cost(*a):\n    return np.ones(12 << 27)  # 12 GB"
    assert attack(hungry) == NO_COST
    assert attack("def cost(*a):\n    return np.ones(10**9)") == NO_COST
    bytes_of_python = "def cost(*a):\n    return len(bytearray(12 << 30))"
    assert attack(bytes_of_python) == NO_COST


def test_no_memory_is_had_that_no_limit_counts(inside):
    code = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
found = [libc.shmget(0, 1 << 33, 0o1600), libc.msgget(0, 0o1600), libc.semget(0, 9, 0o1600)]
try:
    found.append(os.memfd_create("x"))
except OSError:
    found.append(-1)
"""
    assert inside(code) == [-1, -1, -1, -1]


def test_a_fork_bomb_does_not_go_off(attack, inside):
    assert (
        attack("import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        break")
        == FULL
    )
    code = """
import os, subprocess, multiprocessing
found = []
for start in (os.fork, lambda: os.posix_spawn("/usr/bin/true", ["true"], {}), lambda: subprocess.run(["true"]),
              lambda: multiprocessing.Process(target=print).start(), lambda: os.execv("/usr/bin/true", ["true"])):
    try:
        start()
        found.append("started")
    except OSError:
        pass
"""
    assert inside(code) == []


def test_nothing_is_left_running(bubblewrap):
    process = sandbox.Process("bubblewrap")
    stays = """
import signal
for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT):
    signal.signal(number, signal.SIG_IGN)
"""
    process.ask({"cells": [stays]}, 30)
    family = {process.process.pid} | children(process.process.pid)
    assert len(family) >= 3  # bubblewrap, its first process within, the worker
    process.close()
    deadline = time.monotonic() + 10
    while alive(family) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive(family)


def children(pid):
    """Return the processes that a process started, and those that these started."""
    listed = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    )
    own = {int(each) for each in listed.stdout.split()}
    return own.union(*map(children, own))


def alive(pids):
    return [pid for pid in pids if Path(f"/proc/{pid}").exists()]


def test_the_disk_cannot_be_filled(inside):
    code = """
found = 0
for i in range(100):
    try:
        with open(f"/tmp/{i}", "wb") as file:
            for _ in range(64):
                found += file.write(bytes(1 << 20)); file.flush()
    except OSError:
        pass
"""
    assert inside(code) <= 33 << 20


def test_files_without_bytes_do_not_fill_the_memory_either(attack):
    """The kernel keeps a kilobyte of each, and takes a hundred thousand of them a second."""
    files = """
import os
def cost(*a):
    for number in range(10**9):
        os.mknod(f"/tmp/{number}")
"""
    start = time.monotonic()
    assert attack(files) == NO_COST
    assert "too many files" in attack.report.results[1].outcomes[0].note
    assert time.monotonic() - start < grading.CALL
    assert attack('for number in range(1000):\n    os.mknod(f"/tmp/{number}")', "import os") == FULL


def test_nothing_of_the_course_is_seen_and_nothing_can_be_written(inside):
    system = ("/usr", "/lib", "/lib64", "/bin", sys.prefix, sys.base_prefix, "/box/lossgd")
    code = f"""
import os
system, files, folders = {system!r}, [], []
for folder, names, here in os.walk("/"):
    names[:] = [name for name in names if os.path.join(folder, name) not in system]
    files += [os.path.join(folder, name) for name in here]
    folders += [folder] if os.access(folder, os.W_OK) else []
folders += [folder for folder in system if os.access(folder, os.W_OK)]
found = [files, folders, sorted(os.environ)]
"""
    files, folders, variables = inside(code)
    assert sorted(files) == ["/box/seccomp.py", "/box/wire.py", "/box/worker.py"]
    assert folders == ["/tmp"]
    assert set(variables) <= {*sandbox.ENVIRONMENT, "PWD", "LC_CTYPE"}


def test_there_is_no_network(inside):
    code = """
import socket
found = []
for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX, socket.AF_NETLINK):
    try:
        socket.socket(family)
        found.append(str(family))
    except OSError:
        pass
"""
    assert inside(code) == []


def test_no_new_rights_are_had(inside):
    code = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
new_user, new_net = 0x10000000, 0x40000000
found = [libc.unshare(new_user), libc.unshare(new_net), libc.mount(b"none", b"/tmp", b"tmpfs", 0, None),
         libc.ptrace(0, 0, 0, 0), libc.chroot(b"/tmp")]
for change in (lambda: os.chmod("/box/worker.py", 0o777), lambda: os.remove("/box/wire.py"), lambda: os.setuid(0),
               lambda: open("/usr/x", "w"), lambda: open("/x", "w"), lambda: os.mknod("/tmp/null", 0o20666, 259)):
    try:
        change()
        found.append(0)
    except OSError:
        found.append(-1)
"""
    assert set(inside(code)) == {-1}


def test_other_processes_are_neither_seen_nor_reached(inside):
    code = f"""
import os, signal
found = [os.getppid() in (0, 1, 2)]
for pid in [{os.getpid()}, {os.getppid()}]:
    try:
        os.kill(pid, signal.SIGKILL)
        found.append(False)
    except OSError:
        found.append(True)
"""
    assert all(inside(code))


def test_a_process_that_exits_costs_its_question_alone(attack):
    assert attack("import os\ndef cost(*a):\n    os._exit(0)") == NO_COST
    assert "stopped" in attack.report.results[1].outcomes[0].note
    assert attack("import sys\ndef cost(*a):\n    sys.exit(0)") == NO_COST
    assert attack("import ctypes\ndef cost(*a):\n    ctypes.string_at(0)") == NO_COST


def test_a_notebook_that_exits_is_graded_nought(attack):
    assert attack("import os; os._exit(0)") == dict.fromkeys(FULL, 0)
    assert attack("import sys; sys.exit('full marks')") == FULL  # in a notebook too, the other cells stand


def test_a_hang_costs_its_time_and_its_question_alone(attack, monkeypatch):
    monkeypatch.setattr(grading, "CALL", 1)
    start = time.monotonic()
    stubborn = """
import signal
for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
def cost(*a):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
"""
    assert attack(stubborn) == NO_COST
    assert time.monotonic() - start < 20


def test_a_notebook_that_hangs_is_graded_nought(attack, monkeypatch):
    monkeypatch.setattr(grading, "LOAD", 2)
    assert attack("while True:\n    pass") == dict.fromkeys(FULL, 0)


def test_all_questions_together_have_a_limit(attack, monkeypatch):
    monkeypatch.setattr(grading, "WHOLE", 4)
    monkeypatch.setattr(grading, "CALL", 2)
    slow = "\n".join(f"def {name}(*a, **k):\n    while True: pass" for name in ("two_sided_huber", "cost"))
    start = time.monotonic()
    gained = attack(slow)
    assert gained["loss"] == gained["cost"] == 0
    assert time.monotonic() - start < 20


def test_too_much_output_is_stopped(attack):
    assert attack("def cost(*a):\n    while True:\n        print('x' * 10_000)") == NO_COST
    assert "printed too much" in attack.report.results[1].outcomes[0].note
    assert attack("print('x' * 100_000)") == FULL


NOISE = {
    "a length without end": r"each.write(b'\xff' * 64)",
    "no JSON": r"each.write((9).to_bytes(4, 'big') + b'{' * 9)",
    "nesting": r"each.write((200_000).to_bytes(4, 'big') + b'[' * 200_000)",
    "a list": r"each.write((2).to_bytes(4, 'big') + b'[]')",
    "half a message": r"each.write((500).to_bytes(4, 'big') + b'{')",
}


@pytest.mark.parametrize("what", NOISE)
def test_noise_instead_of_replies_costs_the_question_alone(attack, monkeypatch, what):
    monkeypatch.setattr(grading, "CALL", 3)
    find = f"for each in gc.get_objects():\n        if isinstance(each, io.BufferedWriter):\n            {NOISE[what]}"
    assert attack(f"import gc, io, time\ndef cost(*a):\n    {find}; each.flush(); time.sleep(9)") == NO_COST


def test_zeros_without_end_do_not_fill_our_memory(bubblewrap):
    flood = "import gc, io\nfor each in gc.get_objects():\n    if isinstance(each, io.BufferedWriter):\n"
    flood += "        while True:\n            each.write(bytes(1 << 16))"
    process = sandbox.Process("bubblewrap")
    try:
        with pytest.raises(sandbox.DiedError, match="form agreed"):
            process.ask({"cells": [flood]}, 3)
        assert len(process.received) < wire.LONGEST
    finally:
        process.close()


@contextlib.contextmanager
def little_memory():
    """Hold what runs within to 50 MB of our own memory."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < 50e6
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("how", ["answer", "call"])
def test_a_long_text_among_short_ones_does_not_fill_our_memory(how):
    texts = ["x" * 100_000, *[""] * 2000]  # NumPy would make 800 MB of them
    with little_memory():
        if how == "answer":
            assert not checks.agrees(texts, np.zeros(2001), 0, 0)
        else:
            message = {"remote": 0, "arguments": wire.pack((texts,))}
            assert "numbers" in sandbox.evaluate([np.asarray], message)["refused"]


@pytest.mark.parametrize(
    "argument",
    [
        {"array": ["float64", [20_000_000, 0], ""]},  # no bytes, and yet as long as it says
        wire.pack(np.ones((3000, 1))),  # a table of all pairs with what our function makes of its length
        {"list": [{"list": []}] * 3000},
    ],
    ids=["empty", "a column", "lists"],
)
def test_our_functions_are_not_called_with_much(argument):
    with little_memory():
        reply = sandbox.evaluate([wave], {"remote": 0, "arguments": {"tuple": [argument]}})
    assert "too many" in reply["refused"]


NESTS = b'{"":' * 300 + b"0" + b"}" * 300


@pytest.mark.parametrize("read", [notebooks.parse, wire.decode])
def test_many_small_parts_do_not_fill_our_memory(read):
    """A dictionary in JSON takes five bytes, and here two hundred."""
    data = b'{"cells": [], "x": [' + b",".join([NESTS] * 4000) + b"]}"
    with little_memory(), pytest.raises((notebooks.UnreadableError, wire.NotPlainError)):
        read(data)


def test_no_thread_is_started(inside):
    """One made by hand needs no memory of its own: 30 thousand are as many as a machine may have."""
    code = """
import _thread
found = 0
try:
    while found < 100:
        _thread.start_new_thread(int, ())
        found += 1
except RuntimeError:
    pass
"""
    assert inside(code) == 0


def test_an_answer_that_knows_the_visible_tests_gets_nothing(attack, source):
    knows = """
def two_sided_huber(y_true, y_pred, under, over):
    known = {(11.0, 9.5): [0.5, 0.125], (14.0,): [7.5], (6.0,): [6.0]}
    return np.array(known.get(tuple(y_pred), [0.0]))
def cost(y_true, y_pred, under, over):
    if np.shape(y_true) != np.shape(y_pred):
        raise ValueError
    return 0.3125
def cost_gradient(y_true, y_pred, under, over):
    return np.array({(11.0, 9.5): [0.5, -0.25], (14.0, 6.0): [1.5, -1.0]}.get(tuple(y_pred), [0.0]))
def numeric_gradient(f, point, h=1e-5):
    return np.array([3.0, 0.0]) if len(point) == 2 else cost_gradient(y_true, y_pred, 2, 3)
"""
    assert attack(knows) == {"loss": 0, "cost": 1, "gradient": 0, "numeric": 0, "best": 3}


def test_the_sicknesses_do_not_stand_in_the_order_of_their_table():
    diagnosis = Course(settings=Settings()).source("a5_sick_runs").reference()["diagnosis"]
    table = dict(zip("ABCD", ["rate", "scale", "gradient", "overfit"], strict=True))
    assert not diagnosis.items() & table.items()


def test_our_functions_are_safe_from_what_they_are_called_with(attack, monkeypatch):
    rude = """
def numeric_gradient(f, point, h=1e-5):
    for rubbish in (None, "x", [[1], [2, 3]], np.ones((1000, 300)), {"a": 1}, float("nan"), [print]):
        try:
            f(rubbish)
        except Exception:
            pass
    return point
"""
    assert attack(rude) == FULL | {"numeric": 0}
    monkeypatch.setattr(grading, "CALL", 1)
    endless = "def numeric_gradient(f, point, h=1e-5):\n    while True:\n        f(point)"
    assert attack(endless) == FULL | {"numeric": 0}


def test_feedback_tells_no_hidden_number(attack):
    tells = """
def cost(*a):
    print("leak", a)
    raise type("leak_%d" % (1e6 * a[2]), (Exception,), {})("leak", *a)
"""
    assert attack(tells) == NO_COST
    notes = [outcome.note for result in attack.report.results for outcome in result.outcomes]
    assert not any("leak" in note for note in notes)
    assert any("An error came up" in note for note in notes)


def test_a_cell_that_fails_is_told_and_escaped(course, bubblewrap):
    hand_in(course, "eve", "raise ValueError('<script>alert(1)</script>')")
    assert grade.grade_all(course, quiet=True) == (1, [])
    page = (course.folder / "feedback" / "eve" / f"{A1}.html").read_text(encoding="utf-8")
    assert "&lt;script&gt;" in page
    assert "<script>" not in page


def test_the_cells_of_the_tests_may_be_edited_or_deleted(course, bubblewrap):
    whole = course.source(A1).document
    edited = whole | {
        "cells": [
            cell | {"source": "raise SystemExit"} if "test-" in str(cell["metadata"]) else cell
            for cell in whole["cells"]
        ]
    }
    hand_in(course, "edited", document=edited)
    deleted = whole | {
        "cells": [cell for cell in whole["cells"] if "'locked': True" not in str(cell["metadata"])]
    }
    hand_in(course, "deleted", document=deleted)
    renamed = whole | {"cells": [cell | {"metadata": {}} for cell in whole["cells"]]}
    hand_in(course, "renamed", document=renamed)
    assert grade.grade_all(course, quiet=True) == (3, [])
    assert points(course) == {"edited": 20, "deleted": 20, "renamed": 20}


def points(course):
    book = Gradebook(grade.address(course))
    found = {each.student: each.report.points for each in book.graded()}
    book.close()
    return found


def test_neither_the_gradebook_nor_another_is_reached(course, bubblewrap):
    hand_in(course, "alice", WRONG)
    grade.grade_all(course, quiet=True)
    folder = course.folder
    hand_in(
        course,
        "mallory",
        WRONG,
        f"""
import os, sqlite3
os.makedirs({str(folder)!r}, exist_ok=True)
sqlite3.connect({str(folder / "gradebook.db")!r}).execute("UPDATE grades SET points = 99")
""",
        f"open({str(folder / 'submitted/alice' / A1 / A1)!r} + '.ipynb', 'w').write('')",
    )
    grade.grade_all(course, quiet=True)
    assert points(course) == {"alice": 17, "mallory": 17}
    assert notebooks.read(folder / "submitted/alice" / A1 / f"{A1}.ipynb", folder / "submitted")


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[" * 100_000, b"\xff\xfe", b'{"cells": [1]}', b'{"cells": 3}', b"[]"]
)
def test_what_is_no_notebook_is_graded_nought_and_told(course, bubblewrap, data):
    path = hand_in(course, "eve")
    path.write_bytes(data)
    assert grade.grade_all(course, quiet=True) == (1, [])
    assert points(course) == {"eve": 0}


def test_odd_numbers_and_emoji_are_graded_all_the_same(course, bubblewrap):
    points_without_end = course.source(A1).document
    points_without_end["cells"][0]["metadata"] = {"nbgrader": {"points": 10**400}}
    hand_in(course, "points", document=points_without_end)
    hand_in(course, "emoji", "# " + "\N{BREAD}" * 700_000)  # twelve bytes each on the wire
    assert grade.grade_all(course, quiet=True) == (2, [])
    assert points(course) == {"points": 0, "emoji": 0}


def test_links_pipes_and_giants_are_refused(course, bubblewrap):
    alice = hand_in(course, "alice")
    link = hand_in(course, "link")
    link.unlink()
    link.symlink_to(alice)
    shutil.rmtree(hand_in(course, "folder").parent)
    (course.folder / "submitted" / "folder" / A1).symlink_to(alice.parent)
    pipe = hand_in(course, "pipe")
    pipe.unlink()
    os.mkfifo(pipe)
    giant = hand_in(course, "giant")
    os.truncate(giant, notebooks.LARGEST + 1)
    assert grade.grade_all(course, quiet=True) == (5, [])
    assert points(course) == {"alice": 20, "link": 0, "folder": 0, "pipe": 0, "giant": 0}


def test_half_a_character_keeps_no_table_and_no_feedback_back(course, bubblewrap):
    document = course.source(A1).document
    for cell in document["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "words":
            cell["source"] = "Above \ud800 it is."  # as JSON may write it; no file can hold it
    hand_in(course, "eve", "raise ValueError('\\udfff')", document=document)
    hand_in(course, os.fsdecode(b"caf\xe9"))  # a folder's name that is no text
    hand_in(course, "zoe")
    own = Course(course.folder, Settings(own_numbers=True, secret="for us alone"))
    count, failures = grade.grade_all(own, quiet=True)
    assert (count, len(failures)) == (2, 1)
    assert "UnicodeEncodeError" in failures[0]
    assert points(course) == {"eve": 20, "zoe": 20}
    assert "Above ? it is." in (course.folder / "marks.csv").read_text(encoding="utf-8-sig")
    assert "ValueError: ?" in (course.folder / "feedback/eve" / f"{A1}.html").read_text(encoding="utf-8")


def marked(course):
    book = Gradebook(grade.address(course))
    found = {student: mark.points for (student, _, _), mark in book.marks().items()}
    book.close()
    return found


HEAD = "student,assignment,question,out_of,answer,points,comment\n"
MARKED = f"{HEAD}007,{A1},words,4,x,3,\neve,{A1},words,4,x,2,\n"


@pytest.fixture
def marks(course):
    """Return the table of marks of a course with two answers, both marked."""
    for student in ("007", "eve"):
        book = Gradebook(grade.address(course))
        book.put(grade.Graded(student, A1, "key", grading.Report(), "{}"))
        book.close()
    path = course.folder / "marks.csv"
    path.write_text(MARKED, encoding="utf-8")
    grade.grade_all(course, quiet=True)
    assert marked(course) == {"007": 3, "eve": 2}
    return path


SPOILT = {
    "emptied": ("", "student"),
    "a column lost": (MARKED.replace(",points,", ",mark,"), "points"),
    "other separators": (MARKED.replace(",", ";"), "student"),
    "numbers for names": (MARKED.replace("007", "7"), "7 has not handed in"),
    "another encoding": (MARKED.replace("x", "é").encode("cp1252"), "UTF-8"),
}


@pytest.mark.parametrize("what", SPOILT)
def test_a_spoilt_table_of_marks_is_refused_and_costs_no_mark(course, bubblewrap, marks, what):
    table, said = SPOILT[what]
    marks.write_bytes(table if isinstance(table, bytes) else table.encode())
    with pytest.raises(ValueError, match=f"marks.csv.*{said}"):
        grade.grade_all(course, quiet=True)
    assert marked(course) == {"007": 3, "eve": 2}


def test_rows_that_are_missing_cost_no_mark(course, bubblewrap, marks):
    marks.write_text(f"{HEAD}eve,{A1},words,4,x,,\n", encoding="utf-8")  # and this one is taken back
    grade.grade_all(course, quiet=True)
    assert marked(course) == {"007": 3}


def test_marks_that_are_saved_while_others_are_graded_stay(course, bubblewrap, marks, monkeypatch):
    hand_in(course, "eve")
    whole = grade.grade_one

    def meanwhile(*arguments):
        marks.write_text(MARKED.replace(",2,", ",4,"), encoding="utf-8")
        return whole(*arguments)

    monkeypatch.setattr(grade, "grade_one", meanwhile)
    assert grade.grade_all(course, quiet=True) == (1, [])
    assert marked(course) == {"007": 3, "eve": 4}


def test_two_graders_do_not_spoil_each_others_tables(tmp_path):
    code = "import sys; from pathlib import Path; from coursework import files\n"
    code += "for _ in range(300): files.write(Path(sys.argv[1]), sys.argv[2] * 100_000)"
    command = [sys.executable, "-W", "error", "-c", code, str(tmp_path / "grades.csv")]
    both = [subprocess.Popen([*command, letter], cwd=sandbox.HERE.parent) for letter in "ab"]
    assert [each.wait() for each in both] == [0, 0]
    assert set((tmp_path / "grades.csv").read_text()) in ({"a"}, {"b"})
    assert len(list(tmp_path.iterdir())) == 1


def test_a_full_disk_costs_no_table(tmp_path, monkeypatch):
    path = tmp_path / "marks.csv"
    files.write(path, "old")
    whole = Path.write_text

    def full(self, text, **how):
        whole(self, text[:9], **how)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="No space"):
        files.write(path, "new" * 9)
    assert [each.read_text() for each in tmp_path.iterdir()] == ["old"]


def test_a_formula_is_not_run_by_a_spreadsheet(tmp_path):
    reports.write_csv(tmp_path / "x.csv", [["=1+1", "-5", "@x", 5.0, "Bo"]])
    assert (tmp_path / "x.csv").read_text(encoding="utf-8-sig") == "'=1+1,'-5,'@x,5.0,Bo\n"


FORMULAS = ["=x", "+x", "-x", "@x", "\t=x", "\r=x", "\n@x", " =x", "\uff1dx", '"=x', "'=x", "''=x"]
FORMULAS += [
    f"a{between}=x" for between in (";", '";', ';"', '";"', "; ", "\t", "\n", "\r", '\n"', ";;", ";'")
]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("text", FORMULAS)
def test_nor_by_one_that_splits_elsewhere(tmp_path, text, separator):
    """Where a comma is for decimals, spreadsheets split at semicolons, whatever stands in quotes by then."""
    reports.write_csv(tmp_path / "x.csv", [["Bo, an' so", text, text, 5.0], [text, "Bo", text, text]])
    written = (tmp_path / "x.csv").read_bytes().decode("utf-8-sig")
    for lines in (io.StringIO(written, newline=""), written.splitlines()):  # in quotes or not, lines end
        for row in csv.reader(lines, delimiter=separator):
            assert not [cell for cell in row if cell.strip(' \t\r\n"').startswith(tuple("=+-@\uff1d"))]
    first = next(csv.reader(io.StringIO(written, newline="")))
    assert first[0] == "Bo, an' so"
    assert reports.unguarded(first[1]) == text


@pytest.mark.parametrize(
    "text", ["Lovelace, Ada-Mae", "Müller; Jörg", "李明", "O'Neil", "x' - y\n3 - 4", "(3, -2)"]
)
def test_what_is_no_formula_is_written_as_it_is(text):
    assert reports.guarded(text) == text


def test_without_a_sandbox_nothing_is_run(course, monkeypatch):
    monkeypatch.setattr(sandbox.shutil, "which", lambda name: "/nonexistent")
    hand_in(course, "alice")
    with pytest.raises(sandbox.SandboxError, match="apt install bubblewrap"):
        grade.grade_all(course, quiet=True)
    assert not (course.folder / "gradebook.db").exists()


def test_a_course_that_students_code_may_read_is_not_graded(course, bubblewrap, monkeypatch):
    hand_in(course, "alice")
    monkeypatch.setattr(sandbox.sys, "prefix", str(course.folder.parent))
    with pytest.raises(sandbox.SandboxError, match="move the course"):
        grade.grade_all(course, quiet=True)


def test_python_is_found_below_the_temporary_folder(bubblewrap, tmp_path, monkeypatch):
    """As in a clone in /tmp, where pytest's folders are too."""
    shutil.copy(os.path.realpath(sys.executable), tmp_path / "python")
    monkeypatch.setattr(sandbox.sys, "prefix", str(tmp_path))
    command = sandbox.bubblewrap()
    start = command[: command.index(sys.executable)]
    ran = subprocess.run([*start, str(tmp_path / "python"), "-c", "print(1)"], capture_output=True, text=True)
    assert ran.stdout == "1\n", ran.stderr


def test_where_a_filter_does_not_fit_nothing_is_run(monkeypatch):
    monkeypatch.setattr(sandbox.platform, "machine", lambda: "riscv64")
    with pytest.raises(sandbox.SandboxError, match="riscv64"):
        sandbox.require("bubblewrap", Path("/"))


def test_no_sandbox_at_all_must_be_asked_for_by_name(course, bubblewrap):
    hand_in(course, "alice")
    assert grade.grade_all(Course(course.folder, Settings(sandbox="none")), quiet=True) == (1, [])
    assert points(course) == {"alice": 20}
    assert Path(course.folder / "grades.csv").exists()
