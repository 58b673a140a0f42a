"""Run in Presidio's own environment: the label of each column, half of whose values carry it.

A blank language model (no download): Presidio's patterns and check digits alone.
"""

import collections
import importlib.metadata
import json
import sys
import time
from pathlib import Path

import spacy
from presidio_analyzer import AnalyzerEngine
from presidio_analyzer.nlp_engine import SpacyNlpEngine


class Blank(SpacyNlpEngine):
    """An engine without a trained model."""

    def __init__(self) -> None:
        super().__init__(models=[{"lang_code": "en", "model_name": "blank"}])
        self.nlp = {"en": spacy.blank("en")}

    def load(self) -> None:
        """Load nothing."""


columns = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
analyzer = AnalyzerEngine(nlp_engine=Blank(), supported_languages=["en"])
labels, values, start = [], 0, time.perf_counter()
for column in columns:
    counted: collections.Counter[str] = collections.Counter()
    for value in column:
        found = analyzer.analyze(value, language="en")
        counted.update({max(found, key=lambda one: one.score).entity_type} if found else ())
    values += len(column)
    label, hits = counted.most_common(1)[0] if counted else (None, 0)
    labels.append(label if column and hits * 2 >= len(column) else None)
print(
    json.dumps(
        {
            "labels": labels,
            "values": values,
            "seconds": time.perf_counter() - start,
            "version": importlib.metadata.version("presidio-analyzer"),
        }
    )
)
