"""What is wrong with a page? What axe finds in each scheme of colours, the W3C checker, and a few facts of our own."""

import json
import subprocess
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.utils import timezone

from cms.facts.statement import ACTED
from tests.run import CHECKER

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ALL_RULES = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
# What another scheme of colours can change.
COLOUR_RULES = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
    "resultTypes": ["violations"],
}
# What another language can change.
WORD_RULES = {**ALL_RULES, "rules": {"color-contrast": {"enabled": False}}}
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 900}
# A page is measured as it comes to rest, not on its way there.
CALM = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
FACTS = """() => ({
    over: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    headings: document.querySelectorAll("h1").length,
    lang: document.documentElement.lang,
    // Which help is offered around the page, and in which order with what else stands there (3.2.6).
    help: [...document.querySelectorAll("header nav, [rel=help], header [role=search], main, footer, footer [rel=help]")]
        .map(e => e.rel || (e.matches("[role=search]") ? "search" : e.localName)).join(" "),
    frame: document.body.classList.contains("workspace") ? "workspace" : "public",
    // What can be dragged, and holds nothing to press instead (2.5.7).
    dragged: [...document.querySelectorAll("[draggable=true], input[type=range]")]
        .filter(e => !e.querySelector("a[href], button")).map(e => e.outerHTML.slice(0, 120)),
})"""
# What the Tab key should come to: of a group of radio buttons the chosen one, else the first; nothing that is folded away.
TO_REACH = """() => {
    const first = group => group.find(e => e.checked) || group[0];
    const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")];
    window.toReach = all.filter(e => e.tabIndex >= 0 && !e.disabled && e.type !== "hidden"
        && e.checkVisibility({visibilityProperty: true})
        && !(e.type === "radio" && first(all.filter(o => o.type === "radio" && o.name === e.name)) !== e));
    return window.toReach.length;
}"""
# Where the focus is: whether it can be seen to be there (2.4.7), and is not all covered (2.4.11).
FOCUS = """() => {
    const e = document.activeElement, box = e.getBoundingClientRect(), style = getComputedStyle(e);
    const points = [[.5, .5], [.1, .5], [.9, .5], [.5, .2], [.5, .8]].map(([x, y]) => [
        Math.min(Math.max(box.left + box.width * x, 1), innerWidth - 2),
        Math.min(Math.max(box.top + box.height * y, 1), innerHeight - 2)]);
    const seen = points.some(([x, y]) => {
        const top = document.elementFromPoint(x, y);
        return top && (e.contains(top) || top.contains(e) || [...(e.labels || [])].some(l => l.contains(top)));
    });
    return {
        number: e === document.body ? -2 : window.toReach.indexOf(e),
        what: e.outerHTML.slice(0, 120),
        seen,
        marked: (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none",
    };
}"""


class Inspector:
    """Looks at pages in one browser and keeps what is wrong with them; the text of each goes into `folder`."""

    def __init__(self, browser: Any, live_server: Any, folder: Path) -> None:
        self.browser, self.live_server, self.folder = browser, live_server, folder
        self.failures: list[str] = []
        self.looked_at: list[str] = []
        self.help: dict[str, dict[str, str]] = {}

    def look(
        self,
        paths: list[str],
        *,
        language: str,
        cookies: Any = None,
        width: Any = WIDE,
        rules: Any = ALL_RULES,
        schemes: tuple[str, ...] = (),
        keyboard: bool = False,
        valid: bool = True,
        status: int = 200,
    ) -> None:
        """Look at each address: axe at `width`, then for the colours of each of `schemes`; the rest at 320 pixels.

        With `keyboard`, also go through it with the Tab key alone; with `valid`, its text goes to the checker. A page
        that says that there is nothing here answers with another `status`.
        """
        context = self.browser.new_context(
            base_url=self.live_server.url, viewport=WIDE, reduced_motion="reduce"
        )
        cookies = {settings.LANGUAGE_COOKIE_NAME: language, **(cookies or {})}
        context.add_cookies(
            [{"name": name, "value": value, "url": self.live_server.url} for name, value in cookies.items()]
        )
        page = context.new_page()
        here = {"path": ""}
        # The browser calls an answer that is no 200 an error, also where it is the right one.
        page.on(
            "console",
            lambda entry: self.says(here["path"], entry.text, entry.type == "error" and status == 200),
        )
        page.on("pageerror", lambda error: self.says(here["path"], str(error)))
        for path in paths:
            here["path"] = f"{language} {path}"
            response = page.goto(path, wait_until="load")
            self.says(here["path"], f"answers {response.status}", response.status != status)
            self.keep(here["path"], response.text() if valid else "")
            page.set_viewport_size(width)
            page.evaluate(CALM)
            self.axe(page, here["path"], rules)
            for scheme in schemes:
                forced = scheme == "forced"
                # What is not said again is forgotten: without its wish for calm the page scrolls slowly.
                page.emulate_media(
                    color_scheme="light" if forced else scheme,
                    forced_colors="active" if forced else "none",
                    reduced_motion="reduce",
                )
                page.evaluate(CALM)
                self.axe(page, f"{here['path']} in {scheme} colours", COLOUR_RULES)
            if schemes:
                page.emulate_media(color_scheme="light", forced_colors="none", reduced_motion="reduce")
            if keyboard:
                self.walk(page, here["path"])
            page.set_viewport_size(NARROW)
            page.evaluate(CALM)
            facts = page.evaluate(FACTS)
            self.says(here["path"], f"scrolls {facts['over']} px sideways at 320", facts["over"] > 0)
            self.says(here["path"], f"has {facts['headings']} h1", facts["headings"] != 1)
            # The preview of a case is in the language of the case, whoever looks.
            other = facts["lang"] != language and not path.endswith("/preview/")
            self.says(here["path"], f"says lang={facts['lang']!r}", other)
            self.says(here["path"], f"only by dragging: {facts['dragged']}", bool(facts["dragged"]))
            if not path.startswith("/embed/"):  # a card within the page of somebody else
                self.help.setdefault(facts["frame"], {}).setdefault(facts["help"], here["path"])
            page.set_viewport_size(WIDE)
        context.close()

    def axe(self, page: Any, where: str, rules: Any) -> None:
        """Run axe-core and keep what it finds."""
        results = Axe().run(page, options=rules).response
        self.axe_version = results["testEngine"]["version"]
        for violation in results["violations"]:
            nodes = [f"{node['target'][0]} {node['html'][:160]}" for node in violation["nodes"][:3]]
            self.says(where, f"{violation['id']} ×{len(violation['nodes'])}: {' | '.join(nodes)}")

    def walk(self, page: Any, where: str) -> None:
        """Press Tab until it has been everywhere; keep what it did not come to, or where it could not be seen."""
        count = page.evaluate(TO_REACH)
        reached = set()
        for _press in range(count + 5):
            page.keyboard.press("Tab")
            focus = page.evaluate(FOCUS)
            if focus["number"] in reached or focus["number"] == -2:
                break
            reached.add(focus["number"])
            self.says(where, f"focus is covered: {focus['what']}", not focus["seen"])
            self.says(where, f"focus is not marked: {focus['what']}", not focus["marked"])
        missed = set(range(count)) - reached
        self.says(where, f"Tab came to {len(reached)} of {count}, not to {sorted(missed)[:5]}", bool(missed))

    def keep(self, where: str, text: str) -> None:
        """Count a page; keep its text, where there is one, for the checker."""
        if text:
            (self.folder / f"{len(self.looked_at)}.html").write_text(text)
        self.looked_at.append(where)

    def check(self) -> None:
        """Have all pages that were looked at read by the W3C checker, at once; keep all it says."""
        found = subprocess.run(
            ["java", "-jar", CHECKER, "--format", "json", "--exit-zero-always", self.folder],
            capture_output=True,
            check=True,
            text=True,
        )
        for message in json.loads(found.stderr)["messages"]:
            number = int(Path(message["url"]).stem)
            place = f"line {message.get('lastLine')}: {message.get('extract', '').strip()[:160]}"
            self.says(self.looked_at[number], f"{message['type']}: {message['message']} {place}")

    def compare_help(self) -> None:
        """Help stands at the same place of every page of a kind, whatever else a page leaves out (3.2.6)."""
        for frame, orders in self.help.items():
            fullest = max(orders, key=len)
            for order, where in orders.items():
                left = iter(fullest.split())
                in_order = all(part in left for part in order.split())
                same = in_order and order.count("help") == fullest.count("help") > 0
                self.says(
                    where, f"help stands elsewhere in the {frame} frame: {order}, not {fullest}", not same
                )

    def report(self) -> dict[str, Any]:
        """What was looked at, with what, and what was found: the facts of the statement of accessibility."""
        return {
            "checked_on": timezone.localdate().isoformat(),
            "axe": self.axe_version,
            "w3c": json.loads(CHECKER.parents[2].joinpath("package.json").read_text())["version"],
            "pages": len(list(self.folder.glob("*.html"))),  # those of the public site
            "languages": [code for code, _name in settings.LANGUAGES],
            "schemes": ["light", "dark", "forced"],
            "acted": list(ACTED),
            "found": self.failures,
        }

    def says(self, where: str, what: str, wrong: bool = True) -> None:
        """Keep a failure."""
        if wrong:
            self.failures.append(f"{where}: {what}")
