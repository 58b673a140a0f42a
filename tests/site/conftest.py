"""The site in both languages, built once; and a browser that can reach nothing else."""

from __future__ import annotations

import functools
import shutil
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The folder of the built site: English, and Japanese in ja/."""
    out = tmp_path_factory.mktemp("site") / "under" / "a-path"
    done = subprocess.run(
        [sys.executable, "tools/site.py", str(out)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return out


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def end_headers(self):
        self.send_header("Cache-Control", "max-age=3600")  # what pages share is asked for once
        super().end_headers()


@pytest.fixture(scope="session")
def address(site):
    """Where the site is served: under a path, as on a page of a project."""
    handler = functools.partial(Quiet, directory=site.parents[1])
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/under/a-path/"
    server.shutdown()
    server.server_close()
    thread.join()


@contextmanager
def opened():
    """Debian's own Chromium, for which no host but this one exists."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if not program:
        pytest.skip("browser tests need Chromium, and there is none on this machine")
    api = pytest.importorskip("playwright.sync_api", reason="the extra 'test' is not installed")
    with api.sync_playwright() as playwright:
        rules = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", rules], chromium_sandbox=False
        )
        yield browser
        browser.close()


@contextmanager
def watched(browser, address):
    """A page that fails the test when it asks for anything outside, or for what is not there."""
    context = browser.new_context(
        viewport={"width": 1200, "height": 900}, accept_downloads=True, reduced_motion="reduce"
    )
    shown = context.new_page()
    wrong = []
    shown.on("request", lambda asked: outside(asked.url, address) and wrong.append(asked.url))
    shown.on("response", lambda got: got.status >= 400 and wrong.append(f"{got.status} {got.url}"))
    shown.on("pageerror", lambda error: wrong.append(str(error)))
    yield shown
    context.close()
    assert wrong == []


def outside(url, address):
    return not url.startswith((address, "file:", "data:", "blob:", "about:"))


@pytest.fixture(scope="module")
def chromium():
    """A browser that is closed before other tests open theirs."""
    with opened() as browser:
        yield browser


@pytest.fixture
def page(chromium, request):
    served = "address" in request.fixturenames
    with watched(chromium, request.getfixturevalue("address") if served else "file:") as shown:
        yield shown


@pytest.fixture(scope="module")
def browse(chromium, address):  # noqa: ARG001 - skips where there is no Chromium
    """Let a function look at pages in a browser of its own, so that it may run in a thread."""

    def one(look, names):
        with opened() as browser, watched(browser, address) as shown:
            return look(shown, names)

    return one


@pytest.fixture(scope="session")
def axe():
    """Give what axe-core finds on a page, with the element."""
    module = pytest.importorskip(
        "axe_playwright_python", reason="the extra 'test' is not installed"
    )
    script = Path(module.__file__).parent / "axe.min.js"

    def found_on(page, within, *, without=(), only=None, rules=None):
        if not page.evaluate("'axe' in window"):
            page.evaluate(script.read_text("utf-8"))
        run = {"type": "rule", "values": only} if only else {"type": "tag", "values": RULES}
        options = {"runOnly": run, "resultTypes": ["violations"], "preload": False}
        where = {"include": [[within]], "exclude": [[one] for one in without]}
        given = [where, options | {"rules": rules or {}}]
        found = page.evaluate("([w, o]) => axe.run(w, o)", given)["violations"]
        return [(one["id"], node["html"][:150]) for one in found for node in one["nodes"]]

    found_on.script = script
    return found_on
