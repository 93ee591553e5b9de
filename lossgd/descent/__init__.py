"""One loop for every descent: an objective, a start and an optimizer become a path, and why it stopped."""

from lossgd.descent.loop import Objective, descend, run
from lossgd.descent.path import Path
from lossgd.descent.stop import Stop, sentence, sentence_of_many

__all__ = ["Objective", "Path", "Stop", "descend", "run", "sentence", "sentence_of_many"]
