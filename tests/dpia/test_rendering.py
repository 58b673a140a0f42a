"""One source, seven forms: every answer is found in each, nothing hostile runs, CNIL reads back."""

import dataclasses
import html
import json
import re
import unicodedata
from itertools import count

import pytest

from govkit.dpia import DPIA_FORMATS, assess_impact, export_dpia, load_dpia, read_cnil, render
from govkit.dpia.entries import Answers, Decision, Judgment, Risk, Risks
from govkit.dpia.rendering import document
from govkit.dpia.risks import rate
from govkit.dpia.screening import screen
from govkit.dpia.wording import words
from govkit.errors import InputError, SourceError
from tests.dpia.conftest import TODAY

HOSTILE = (
    "<script>alert('x')</script> | **b** [l](javascript:1) {{ 7*7 }} `c` =cmd() \"q\" & <img src=x>"
)


def leaves(part):
    if isinstance(part, dict):
        part = list(part.values())
    if isinstance(part, list):
        for one in part:
            yield from leaves(one)
    else:
        yield str(part)


def read(made):
    """Give the text of a rendering as its reader sees it, blanks made one."""
    text = "\n".join(leaves(made)) if isinstance(made, dict) else made
    for _ in range(2):
        text = html.unescape(re.sub(r"<br>", "\n", text))
    return " ".join(text.split())


@pytest.fixture(scope="module")
def hostile(register, policy, tmp_path_factory):
    """An assessment in which every text is an attack, and no two texts are the same."""
    folder, numbers = tmp_path_factory.mktemp("hostile"), count(100)

    def text():
        return f"text {next(numbers)} {HOSTILE}"

    def risk():
        return (
            {part: [text(), text()] for part in ("impacts", "threats", "sources")}
            | {
                part: {"level": "2", "reason": text()}
                for part in ("severity", "likelihood", "severity_after", "likelihood_after")
            }
            | {"controls": ["access-log"]}
        )

    content = {
        "key": "site", "title": text(), "activity": "site-statistics", "owner": text(),
        "notebook": text(), "need": {"needed": True, "reason": text()}, "review_by": "2031-01-01",
        "screening": [{"criterion": "scoring", "met": True, "reason": text()}],
        "answers": {name: text() for name in Answers.model_fields},
        "in_place": [{"title": text(), "note": text()},
                     {"measure": "access-log", "note": text()}],
        "scenarios": [{"key": "s", "title": text(), "dataset": "web-visits", "k": 7, "l": 3,
                       "quasi_identifiers": ["device"], "sensitive": ["page"],
                       "person": "cookie_id", "sampling_fraction": 0.5}],
        "risks": {name: risk() for name in Risks.model_fields},
        "opinions": [{"role": "dpo", "name": text(), "opinion": text(), "heard_on": "2031-01-02"},
                     {"role": "dpo", "name": text(), "opinion": text()},
                     {"role": "security", "name": text(), "opinion": text()}],
        "plan": [{"key": "A1", "action": text(), "owner": text(), "due": "2031-01-03"},
                 {"key": "A2", "action": text(), "owner": text(), "risk": "disappearance",
                  "measure": "daily-backup", "start": "2031-01-04", "due": "2031-01-05",
                  "after": ["A1"]}],
        "decision": {"outcome": "stop", "reason": text(), "by": text()},
    }  # fmt: skip
    path = folder / "site.yaml"
    path.write_text(json.dumps(content, ensure_ascii=False), "utf-8")  # JSON is YAML
    return assess_impact(load_dpia(path, register), register, policy, today=TODAY)


def texts(part):
    """Give the number of every text that a person wrote."""
    return set(re.findall(r"text (\d+)", part if isinstance(part, str) else json.dumps(part)))


@pytest.mark.parametrize("kind", DPIA_FORMATS)
def test_no_text_is_lost(hostile, kind):
    written = texts(hostile.dpia.model_dump(mode="json"))
    assert len(written) > 70
    assert written - texts(read(render(hostile, kind))) == set()


def test_what_cnils_software_has_a_place_for_is_there(hostile):
    """Not only in the comment in which govkit carries everything along."""
    made, dpia = render(hostile, "cnil"), hostile.dpia
    made["comments"] = [one for one in made["comments"] if "govkit" not in one["description"]]
    homeless = [dpia.notebook, dpia.need.reason, dpia.screening[0].reason, dpia.scenarios[0].title,
                *(one.name + one.opinion for one in dpia.opinions[1:]), dpia.plan[0].action,
                dpia.plan[0].owner]  # fmt: skip
    written = texts(dpia.model_dump(mode="json"))
    assert written - texts(read(made)) == texts(" ".join(homeless))


def nodes(part, way=()):
    """Give place and value of every key that is no free text."""
    if isinstance(part, dict | list):
        pairs = part.items() if isinstance(part, dict) else enumerate(part)
        for name, one in pairs:
            yield from nodes(one, (*way, name))
    elif part is not None and "text" not in str(part) and way[-1] not in {"key", "activity"}:
        yield way, part


OTHER = {
    "level": "3", "outcome": "go_ahead", "role": "other", "status": "done", "audience": "public",
    "risk": "reidentification", "criterion": "prevents_right", "measure": "locked-room",
    "controls": "disk-encryption", "sensitive": "referrer", "quasi_identifiers": "language",
    "person": "ip", "sampling_fraction": 0.25, "dataset": "customers", "after": "A2",
}  # fmt: skip


def other(way, value):
    """Give something else that could stand in a place."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    name = next(one for one in reversed(way) if isinstance(one, str))
    return OTHER.get(name) or str(value).replace("2031", "2032")


def changed_at(impact, *way):
    """Give the assessment with another value in one place, if any, and what follows from it."""
    content = impact.dpia.model_dump(mode="json")
    part = content
    for name in way[:-1]:
        part = part[name]
    if way:
        part[way[-1]] = other(way, part[way[-1]])
    dpia = type(impact.dpia).model_validate(content)
    measured = tuple(
        dataclasses.replace(
            m,
            scenario=s,
            known=s.quasi_identifiers,
            hidden=s.sensitive,
            before=dataclasses.replace(m.before, k=s.k),
        )
        for m, s in zip(impact.measured, dpia.scenarios, strict=True)
    )
    return dataclasses.replace(
        impact, dpia=dpia, measured=measured, risks=rate(dpia.risks, measured, special=False),
        screening=screen(impact.subject, dpia),
    )  # fmt: skip


@pytest.mark.parametrize("language", ["en", "ja"])
def test_no_level_date_or_choice_is_lost(hostile, language):
    """Every page is made from the document: it changes with each of them."""
    places = [way for way, _ in nodes(hostile.dpia.model_dump(mode="json"))]
    assert len(places) > 45
    first = document(changed_at(hostile), language)
    same = [way for way in places if document(changed_at(hostile, *way), language) == first]
    assert [way for way in same if way[-1] != "dataset"] == []  # its columns are shown


@pytest.mark.parametrize("kind", ["json", "html", "markdown", "ico", "ppc"])
def test_every_number_is_there(release, kind):
    shown = read(render(release, kind))
    for one in (release.measured[0].before, release.measured[0].after):
        assert str(one.people) in shown
    for digest in release.digests.values():
        assert digest in shown


@pytest.mark.parametrize("kind", DPIA_FORMATS)
def test_scripts_in_answers_are_shown_as_text(hostile, kind, tmp_path):
    suffix = {"markdown": ".md", "html": ".html", "ico": ".html", "ppc": ".html"}.get(kind, ".json")
    text = export_dpia(hostile, tmp_path / f"x{suffix}", format=kind).read_text("utf-8")
    if kind in {"dpv", "json"}:  # nobody shows these as HTML
        assert any(one.endswith(HOSTILE) for one in leaves(json.loads(text)))
        return
    assert "<script>alert" not in text
    assert "<img src=x" not in text
    assert kind != "markdown" or not re.search(r"\*\*b|\]\(javascript|\| \*", text)
    assert " ".join(HOSTILE.split()) in read(json.loads(text) if kind == "cnil" else text)


def letters(text):
    """Give letters and digits alone, also those that a printed page draws as one sign."""
    return re.sub(r"\W", "", unicodedata.normalize("NFKC", text))


TITLES = "[...document.querySelectorAll('h2, h3, caption, dt')].map(one => one.innerText.trim())"
TABLES = """[...document.querySelectorAll('table.whole:has(caption)')].map(one => [
  one.caption.innerText.slice(0, 40),
  [...one.querySelectorAll('td')].at(-1).innerText.slice(-40)])"""


def test_pages_run_nothing_and_print_on_a4(hostile, release, tmp_path):
    playwright = pytest.importorskip("playwright.sync_api")
    made = [export_dpia(one, tmp_path / f"{one.dpia.key}.html", format="html", links=links)
            for one, links in ((hostile, {"Before": "before.html"}), (release, None))]  # fmt: skip
    with playwright.sync_playwright() as driver:
        try:
            browser = driver.chromium.launch(
                executable_path="/usr/bin/chromium", args=["--no-sandbox"]
            )
        except playwright.Error:
            pytest.skip("Chromium is not on this machine")
        tab, dialogs, requests, wrong = browser.new_page(), [], [], []
        tab.on("dialog", lambda one: (dialogs.append(one.message), one.dismiss()))
        tab.on("request", lambda one: requests.append(one.url))
        tab.on("pageerror", lambda one: wrong.append(str(one)))
        for page in made:
            tab.goto(page.as_uri())
            tab.wait_for_function("document.querySelectorAll('.plot svg').length >= 4")
            tab.pdf(path=page.with_suffix(".pdf"), prefer_css_page_size=True)
        titles, tables = tab.evaluate(TITLES), tab.evaluate(TABLES)
        tab.set_viewport_size({"width": 390, "height": 800})  # a phone
        assert tab.evaluate("document.documentElement.scrollWidth") <= 390
        browser.close()
    assert (dialogs, wrong, [url for url in requests if not url.startswith("file:")]) == (
        [],
        [],
        [],
    )
    pypdf = pytest.importorskip("pypdf")
    for page in made:
        pages = pypdf.PdfReader(page.with_suffix(".pdf")).pages
        boxes = [one.mediabox for one in pages]
        assert {(round(float(b.width) / 5), round(float(b.height) / 5)) for b in boxes} == {
            (119, 168)  # A4 in points
        }
        assert 5 < len(pages) < 40
    shown = [letters(one.extract_text()) for one in pages]
    cut = [one for one in tables if not any(all(letters(x) in page for x in one) for page in shown)]
    assert (len(tables) > 6, cut) == (True, [])  # a table that fits a page is on one page
    ends = [one.extract_text().strip().splitlines()[-1].strip() for one in pages]
    assert set(ends) & set(titles) == set()  # no heading stands alone at the foot of a page


# CNIL


def test_the_references_of_cnil(release):
    made = render(release, "cnil")
    assert set(made) == {"pia", "answers", "measures", "evaluations", "comments"}
    references = [one["reference_to"] for one in made["answers"]]
    assert references == [
        111, 112, 113, 121, 122, 123, 211, 212, 213, 214, 215, 221, 222, 223, 224, 225, 226, 227,
        321, 322, 323, 324, 325, 326, 331, 332, 333, 334, 335, 336, 341, 342, 343, 344, 345, 346,
    ]  # fmt: skip
    given = {one["reference_to"]: one["data"] for one in made["answers"]}
    assert (given[325]["gauge"], given[326]["gauge"], given[346]["gauge"]) == (4, 2, 1)
    assert given[345]["text"].startswith("The floor for such data")
    assert given[321]["list"] == ["A diagnosis becomes known to an employer or an insurer.",
                                  "Shame and distress."]  # fmt: skip
    assert "Encrypted disks and connections" in given[324]["list"]
    assert [one["reference_to"] for one in made["evaluations"]] == ["3.2", "3.3", "3.4"]
    assert made["evaluations"][0]["gauges"] == {"x": 4, "y": 1}
    assert (made["pia"]["numberOfQuestions"], made["pia"]["dpo_status"]) == (36, 1)
    assert (made["pia"]["status"], made["pia"]["rejected_reason"]) == (2, "")


def test_cnils_software_finds_a_day_in_every_entry(release):
    """It makes a date of each when it imports, and shows no page with one that is none."""
    made = render(release, "cnil")
    parts = [made["pia"], *(one for name in made if name != "pia" for one in made[name])]
    assert {one["created_at"] for one in parts} == {"2026-11-25T00:00:00.000Z"}


def test_what_nobody_said_is_no_opinion_against(release, hostile):
    """In CNIL's software 0 is a refusal, and an evaluation of 3 finds a risk acceptable.

    What is to be fixed (1) is an evaluation that goes on (1), not one that is done (2).
    """
    dpia = release.dpia.model_copy(update={"opinions": (), "decision": Decision()})
    risks = rate(Risks(**{name: Risk() for name in Risks.model_fields}), (), special=True)
    made = render(dataclasses.replace(release, dpia=dpia, risks=risks), "cnil")
    assert {made["pia"][name] for name in (
        "dpo_status", "concerned_people_status", "concerned_people_searched_opinion"
    )} == {None}  # fmt: skip
    assert made["pia"]["status"] == 0
    assert {(one["status"], one["global_status"]) for one in made["evaluations"]} == {(0, 0)}
    worst = Judgment(level="4", reason="A test.")
    risk = Risk(severity=worst, likelihood=worst)
    risks = rate(Risks(**dict.fromkeys(Risks.model_fields, risk)), (), special=True)
    made = render(dataclasses.replace(release, risks=risks), "cnil")
    assert {(one["status"], one["global_status"]) for one in made["evaluations"]} == {(1, 1)}
    refused = render(hostile, "cnil")["pia"]
    assert (refused["status"], refused["dpo_status"]) == (1, 0)
    assert texts(refused["rejected_reason"]) == texts(hostile.dpia.decision.reason)


@pytest.mark.parametrize("which", ["release", "website", "hostile"])
def test_there_and_back(request, register, tmp_path, which):
    impact = request.getfixturevalue(which)
    path = export_dpia(impact, tmp_path / "pia.json", format="cnil")
    (tmp_path / "back.yaml").write_text(read_cnil(path, register), "utf-8")
    back = load_dpia(tmp_path / "back.yaml", register)
    if which != "hostile":  # a title of HTML alone is text that CNIL's editor would have made
        assert back.model_dump() == impact.dpia.model_dump()
    assert back.answers == impact.dpia.answers
    assert back.risks == impact.dpia.risks


def test_what_was_changed_in_cnils_software_comes_back(release, register, tmp_path):
    made = render(release, "cnil")
    for one in made["answers"]:
        if one["reference_to"] == 215:
            one["data"]["text"] = "<p>Three <b>months</b>.</p>"
        if one["reference_to"] == 326:
            one["data"] |= {"gauge": 4, "text": "Seen twice."}
        if one["reference_to"] == 332:
            one["data"]["list"] = []
    made["pia"] |= {"dpo_opinion": "No longer.", "dpo_status": 0}
    (tmp_path / "pia.json").write_text(json.dumps(made), "utf-8")
    (tmp_path / "back.yaml").write_text(read_cnil(tmp_path / "pia.json", register), "utf-8")
    back = load_dpia(tmp_path / "back.yaml", register)
    assert back.answers.retention == "Three months."
    assert back.risks.illegitimate_access.likelihood.level == "4"
    assert back.risks.unwanted_modification.threats == ()
    dpo, *others = back.opinions
    assert (dpo.opinion, dpo.favorable, dpo.heard_on) == (
        "No longer.", False, release.dpia.opinions[0].heard_on,
    )  # fmt: skip
    assert tuple(others) == release.dpia.opinions[1:]
    assert back.risks.reidentification == release.dpia.risks.reidentification


THEIRS = {
    "pia": {"name": "Captoo", "author_name": "Elisabeth York", "validator_name": "",
            "dpos_names": "DPO",
            "dpo_opinion": "Fine.", "dpo_status": 1},
    "answers": [
        {"reference_to": 111, "data": {
            "text": "<div>A <strong>monitor</strong></div>", "gauge": 0, "list": []}},
        {"reference_to": 321, "data": {"text": "", "gauge": 0, "list": ["Burglary"]}},
        {"reference_to": "325", "data": {"text": "", "gauge": 3, "list": []}},
    ],
    "measures": [{"title": "Encrypted disks and connections", "content": "AES", "placeholder": ""},
                 {"title": "Charter", "content": None}],
    "evaluations": [{"reference_to": "3.2", "status": 2, "action_plan_comment": "Encrypt.",
                     "evaluation_comment": "Not enough.", "person_in_charge": "IT",
                     "estimated_implementation_date": "2027-01-31T00:00:00.000Z"},
                    {"reference_to": "2.1.211", "status": 2, "action_plan_comment": "Say more."}],
    "comments": [{"description": "Only for the service.", "reference_to": 212}],
}  # fmt: skip


def test_an_export_of_somebody_else(register, tmp_path):
    (tmp_path / "pia.json").write_text(json.dumps(THEIRS), "utf-8")
    (tmp_path / "x.yaml").write_text(read_cnil(tmp_path / "pia.json", register, "orders"), "utf-8")
    found = load_dpia(tmp_path / "x.yaml", register)
    assert (found.key, found.title, found.answers.scope) == ("orders", "Captoo", "A monitor")
    assert found.risks.illegitimate_access.impacts == ("Burglary",)
    assert found.risks.illegitimate_access.severity.level == "3"
    assert [(one.measure, one.title, one.note) for one in found.in_place] == [
        ("disk-encryption", None, "AES"), (None, "Charter", None)]  # fmt: skip
    assert [(one.key, one.action, one.risk, one.owner) for one in found.plan] == [
        ("A1", "Encrypt.", "illegitimate_access", "IT"),
        ("A2", "Say more.", None, None)]  # fmt: skip
    assert [one.opinion for one in found.opinions] == [
        "Fine.",
        "Not enough.",
        "Only for the service.",
    ]
    assert ("in_place", 1, "measure") in [inside for inside, _ in found.questions(measured=True)]


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"pia": 1}', "[" * 100_000, json.dumps(THEIRS | {"answers": [1]}), "\0"],
)
def test_something_else_is_refused_in_one_sentence(register, tmp_path, text):
    (tmp_path / "pia.json").write_text(text)
    with pytest.raises(InputError, match="is no export of CNIL's PIA software"):
        read_cnil(tmp_path / "pia.json", register, "orders")


def test_what_an_import_needs(register, tmp_path):
    with pytest.raises(SourceError):
        read_cnil(tmp_path / "nothing.json", register, "orders")
    (tmp_path / "pia.json").write_text(json.dumps(THEIRS), "utf-8")
    with pytest.raises(InputError, match="--activity"):
        read_cnil(tmp_path / "pia.json", register)


# Orders


def headings(text, sign):
    return [line.removeprefix(sign) for line in text.splitlines() if line.startswith(sign)]


def test_the_seven_steps_of_the_ico(release):
    text = render(release, "ico")
    steps = headings(text, "## ")
    assert [step[:6] for step in steps] == [f"Step {n}" for n in range(1, 8)]
    sections = [int(one.split()[0]) for one in headings(text, "### ")]
    assert sorted(sections) == list(range(10))
    assert sections.index(8) < sections.index(2)  # consultation before necessity
    assert "severe × probable → significant × remote" in html.unescape(text)


def test_the_japanese_order(release):
    text = render(release, "ppc")
    parts = headings(text, "## ")
    assert [part[:2] for part in parts] == ["第1", "第2", "第3", "第4", "第5"]
    assert "個人情報保護評価（PIA）報告書" in text
    assert "要配慮個人情報" in text
    assert "お客様企業との契約に基づくサービスのご提供のため" in text
    page = render(release, "ppc", html=True)
    assert '<html lang="ja">' in page
    questions = [said["ja"] for said in Answers.keys.values()]
    assert [text for text in questions if text not in page] == []
    english = [said["what"] for said in Answers.keys.values()]
    assert [text for text in english if text in page] == []


def test_no_order_loses_a_section():
    for parts in words()["orders"].values():
        assert sorted(n for part in parts for n in part["sections"]) == list(range(10))


def test_every_word_is_said_in_both_languages():
    def lacking(part, way):
        if isinstance(part, dict):
            if "en" in part and "short" not in part and not part.get("ja"):
                yield way
            for name, one in part.items():
                yield from lacking(one, f"{way}.{name}")

    assert list(lacking(words(), "words")) == []
    assert list(lacking(words("screening")["criteria"], "screening")) == []
    for model in (Answers, Risk, Risks):
        assert [key for key, said in model.keys.items() if not said["ja"]] == []


#: As the files of DPV 2.3 (28 February 2026) have them: dpv, risk, risk levels, legal/eu/gdpr.
DPV = {
    "dpv:DPIA", "dpv:Impact", "dpv:Process", "dpv:ResidualRisk", "dpv:Risk",
    "dpv:RiskMitigationMeasure", "dpv:TechnicalOrganisationalMeasure", "dpv:hasImpact",
    "dpv:hasLikelihood", "dpv:hasResidualRisk", "dpv:hasRisk", "dpv:hasSeverity", "dpv:hasStatus",
    "dpv:hasTechnicalOrganisationalMeasure", "dpv:isMitigatedByMeasure",
    "eu-gdpr:DPIARequired", "eu-gdpr:DPIANotRequired", "eu-gdpr:DPIAIndicatesHighRisk",
    "eu-gdpr:DPIAIndicatesLowRisk", "eu-gdpr:DPIAOutcomeDPAConsultation",
    "eu-gdpr:DPIAOutcomeHighResidualRisk", "eu-gdpr:DPIAOutcomeRisksAcceptable",
    "eu-gdpr:DPIAOutcomeRisksMitigated", "risk:DataLoss", "risk:UnauthorisedReidentification",
    "risk:UnauthorisedDataAccess", "risk:UnauthorisedDataModification",
    *(f"risk:{level}{kind}" for level in ("VeryLow", "Low", "High", "VeryHigh")
      for kind in ("Severity", "Likelihood")),
}  # fmt: skip


def test_only_terms_that_the_vocabulary_defines(release, website, hostile):
    for impact in (release, website, hostile):
        made = render(impact, "dpv")
        used = set(re.findall(r'"((?:dpv|risk|eu-gdpr):\w+)"', json.dumps(made)))
        assert used - DPV == set()
        assert {"dpv:DPIA", "eu-gdpr:DPIARequired", "risk:UnauthorisedReidentification"} <= used
    assert {f"eu-gdpr:{one['dpv']}" for one in words()["outcomes"].values()} <= DPV
    assert made["@context"] == {
        "dpv": "https://w3id.org/dpv#", "risk": "https://w3id.org/dpv/risk#",
        "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#", "dct": "http://purl.org/dc/terms/",
    }  # fmt: skip


# Figures


def alt(figure):
    return figure.layout.meta["alt"]


def test_each_figure_says_itself_in_text(release, website):
    figures = release.figures()
    assert list(figures) == ["flows", "group sizes research-file", "risk map", "plan"]
    assert "Hazuki" in alt(figures["flows"])
    sizes = figures["group sizes research-file"]
    assert sizes.layout.title.text.startswith("research-file: 3,200 of 3,200 people")
    assert alt(sizes).startswith("Before: 3,021 in groups of 1, ")
    assert "re-identification: severity 4, likelihood 4; after the measures 3, 2" in alt(
        figures["risk map"]
    )
    assert alt(figures["plan"]).startswith("A1 done: 2026-11-01 to 2026-11-15")
    page = render(release, "html")
    for one in figures.values():
        assert html.escape(alt(one), quote=False).replace("'", "&#39;") in page
    assert "Nordlicht" in alt(website.figures()["flows"])


def test_the_map_points_from_before_to_after(release):
    chart = release.plot()
    arrows = [one for one in chart.layout.annotations if one.showarrow]
    assert len(arrows) == 2  # access and re-identification change, the others stay
    moved = arrows[-1]
    assert (round(moved.ax), round(moved.ay), round(moved.x), round(moved.y)) == (4, 4, 2, 3)


@pytest.mark.parametrize("which", ["release", "website"])
def test_group_sizes_count_everybody_once(request, which):
    """A visitor with thirty visits is one person, in the smallest of his or her groups."""
    impact = request.getfixturevalue(which)
    (one,) = impact.measured
    before, after = impact.figures()[f"group sizes {one.scenario.key}"].data
    assert (sum(before.y), sum(after.y)) == (one.before.people, one.after.people)


def test_there_is_no_such_format_or_section(release):
    with pytest.raises(InputError, match="no format 'docx': known are"):
        render(release, "docx")
    with pytest.raises(InputError, match="There is no section 10"):
        release.section(10)
    assert "<table" in release.section(5).html


def test_a_section_keeps_the_lines_of_its_answers(release):
    """In a notebook, too: seven settings stood as one sentence."""
    shown = release.section(5)._repr_html_()
    assert re.search(r"<dd[^>]*>[^<]+\n[^<]+</dd>", shown)
    assert "dd, td) { white-space: pre-line }" in shown
    plan = release.section(9)._repr_html_()  # two days, one below the other
    assert '<td class="short">2026-11-01\n2026-11-15</td>' in plan
    assert ".short { white-space: pre }" in plan


@pytest.mark.parametrize("name", ["checkup-release", "site-statistics"])
def test_the_japanese_sample_is_the_english_one_in_japanese(
    request, register, policy, samples, tmp_path, name
):
    english = request.getfixturevalue({"checkup-release": "release"}.get(name, "website"))
    judged = load_dpia(samples / "dpia" / f"{name}.ja.yaml", register)
    impact = assess_impact(judged, register, policy, today=english.today)
    levels, same = (
        [(one.severity.value, one.likelihood.value, one.severity_after.value,
          one.likelihood_after.value) for one in found.risks]
        for found in (impact, english)
    )  # fmt: skip
    assert levels == same
    assert (impact.verdict.value, impact.open_questions) == ("safe", 0)
    page = render(impact, "ppc", html=True)
    assert all(text in page for text in judged.answers.model_dump().values())
    touched = [one for one in impact.subject.touched() if one.called("ja") != one.called("en")]
    assert len(touched) > 7
    assert [one.key for one in touched if html.escape(one.called("en"), quote=False) in page] == []
    assert [one.key for one in touched if one.called("ja") not in page] == []
    (tmp_path / "pia.json").write_text(json.dumps(render(impact, "cnil")), "utf-8")
    (tmp_path / "back.yaml").write_text(read_cnil(tmp_path / "pia.json", register), "utf-8")
    assert load_dpia(tmp_path / "back.yaml", register).in_place == judged.in_place


def test_without_a_japanese_title_the_register_says_what_it_has(register):
    """Registers from before there were such titles are as they were."""
    plain = register.by_key["datasets"]["client-checkups"].model_copy(update={"title_ja": None})
    assert plain.called("ja") == plain.title == "Health checkups that clients gave us"
    assert register.by_key["contracts"]["HC-2025-01"].called("ja") == "HC-2025-01"


def test_nothing_in_the_plan_is_cut_off(release):
    labels = [one.replace("<br>", " ") for one in release.figures()["plan"].layout.yaxis.ticktext]
    assert labels == [f"{one.key}: {one.action}" for one in release.dpia.plan]


@pytest.mark.parametrize(("language", "eleven"), [("en", "2: up to 9% (1 of 11)"),
                                                  ("ja", "2：9%以下（1/11）")])  # fmt: skip
def test_the_bounds_stand_beside_the_numbers(release, language, eleven):
    """Eleven people are 9.09 %, which is the 9 % that authorities mean: the page says so."""
    assert eleven in read(document(release, language)["sections"]["5"])
