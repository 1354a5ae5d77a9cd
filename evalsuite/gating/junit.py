"""JUnit XML, which continuous integration shows: one test case per model and metric."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from evalsuite.gating.wording import sentence

if TYPE_CHECKING:
    from evalsuite.gating.judgement import Judgement

SUITE = "evalsuite.gate"
TAGS = {"regressed": "failure", "inconclusive": "skipped"}
"""How the dialect that all readers share tells an outcome; a test case that holds has no such element."""


def junit(judgement: Judgement, *, run: str) -> bytes:
    """Return a judgement as JUnit XML: a regression is a failure, what is inconclusive was skipped."""
    root, suite = _suite(run)
    for finding in judgement.findings:
        told = finding.comparison
        case = SubElement(suite, "testcase", classname=f"{SUITE}.{told.model}", name=told.metric, time="0")
        if tag := TAGS.get(finding.outcome):
            _add(case, tag, sentence(finding))
    return _written(root, suite)


def junit_of_error(message: str, *, run: str) -> bytes:
    """Return JUnit XML for a run that could not be held against its baseline."""
    root, suite = _suite(run)
    _add(SubElement(suite, "testcase", classname=SUITE, name="comparable", time="0"), "error", message)
    return _written(root, suite)


def _suite(run: str) -> tuple[Element, Element]:
    root = Element("testsuites", name=SUITE)
    suite = SubElement(root, "testsuite", name=SUITE, time="0")
    SubElement(SubElement(suite, "properties"), "property", name="run", value=run)
    return root, suite


def _add(case: Element, tag: str, message: str) -> None:
    told = SubElement(case, tag, message=message)
    if tag != "skipped":
        told.set("type", SUITE)
        told.text = message


def _written(root: Element, suite: Element) -> bytes:
    counted = {"tests": "", "failures": "/failure", "errors": "/error", "skipped": "/skipped"}
    for name, path in counted.items():
        count = str(len(suite.findall(f"testcase{path}")))
        suite.set(name, count)
        root.set(name, count)
    indent(root)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written
