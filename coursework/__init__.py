"""Coursework: student versions of the assignments, and grades that a submission cannot forge.

`make assign` is `python -m coursework assign`, `make grade` is `python -m coursework grade`. What a student
writes runs in a process of its own, in a sandbox (`sandbox`, `worker`, `seccomp`). Inputs go in and answers
come out as plain data (`wire`); they are compared out here (`checks`, `grading`).
"""
