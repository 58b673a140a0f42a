"""The Sphinx extension: stored results and training pages, with nothing from elsewhere.

Add ``"govkit.site"`` to ``extensions`` beside ``"myst_nb"``. The renderers themselves are found by
MyST-NB through the entry points of this package.
"""

from govkit.site.extension import setup
from govkit.site.quiz import Question, Quiz, quiz_catalog, read_quiz, read_quizzes
from govkit.site.training import Module, read_module, read_modules

__all__ = [
    "Module",
    "Question",
    "Quiz",
    "quiz_catalog",
    "read_module",
    "read_modules",
    "read_quiz",
    "read_quizzes",
    "setup",
]
