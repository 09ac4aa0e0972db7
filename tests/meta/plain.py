"""What of a page needs a script: what can be sent, opened or seen by no browser that runs none?"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.urls import Resolver404, resolve

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
CONTROLS = {"input", "select", "textarea"}
SENT = ("hx-post", "hx-put", "hx-patch", "hx-delete")
# What cannot be without a script, and what stands beside it: a key of the device (a code), a picture of the
# map (typed fields), a copy to the clipboard (the text itself), a position by the device (a typed place), keys of a list.
CANNOT = {"data-needs-keys", "data-place", "data-copy", "data-near", "data-keys"}


@dataclass(eq=False)
class Element:
    """One element: its name, its attributes, what it stands in."""

    name: str
    attributes: dict[str, str]
    within: "Element | None"
    text: list[str] = field(default_factory=list)

    def closest(self, *names: str) -> "Element | None":
        """The nearest element around this one of one of these names."""
        return next((one for one in self.around() if one.name in names), None)

    def around(self) -> Iterator["Element"]:
        """This one, and what it stands in."""
        here: Element | None = self
        while here is not None:
            yield here
            here = here.within

    def __str__(self) -> str:
        shown = {
            name: text[:60] for name, text in self.attributes.items() if name not in ("class", "autocomplete")
        }
        return f"<{self.name} {shown}> {' '.join(self.text)[:40]}"


class Page(HTMLParser):
    """The elements of a page in their order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self._open: Element | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """One more element."""
        element = Element(tag, {name: value or "" for name, value in attrs}, self._open)
        self.elements.append(element)
        if tag not in VOID:
            self._open = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """One more element, with nothing in it."""
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}, self._open))

    def handle_endtag(self, tag: str) -> None:
        """Out of the nearest element of this name."""
        found = self._open.closest(tag) if self._open else None
        if found is not None:
            self._open = found.within

    def handle_data(self, data: str) -> None:
        """The words of the element that is open."""
        if self._open is not None and data.strip():
            self._open.text.append(data.strip())

    def named(self, *names: str) -> list[Element]:
        """The elements of these names."""
        return [element for element in self.elements if element.name in names]


def faults(html: str, address: str) -> list[str]:
    """What of the page at `address` works with a script only, in words."""
    page = Page(html)
    return [
        f"{what}: {element}"
        for look in (_forms, _buttons, _links, _hidden, _parts)
        for what, element in look(page, address)
        if not any(CANNOT & set(one.attributes) for one in element.around())
    ]


def _form_of(element: Element, page: Page) -> Element | None:
    if "form" in element.attributes:
        named = (
            form for form in page.named("form") if form.attributes.get("id") == element.attributes["form"]
        )
        return next(named, None)
    return element.closest("form")


def _sends(element: Element) -> bool:
    kinds = ("submit", "image") if element.name == "input" else ("submit", "")
    return element.attributes.get("type", "") in kinds


def _forms(page: Page, address: str) -> Iterator[tuple[str, Element]]:
    """Each form has somewhere to go by its method, its token, and a button that sends it."""
    inside: dict[Element, list[Element]] = {form: [] for form in page.named("form")}
    for element in page.named("button", *CONTROLS):
        form = _form_of(element, page)
        if form is not None:
            inside[form].append(element)
    # A move that is not possible yet says what stands in its way, where its button would be.
    closed = {one.closest("form") for one in page.elements if one.attributes.get("class") == "closed"}
    for form, controls in inside.items():
        senders = [
            one for one in controls if one.name in ("button", "input") and _sends(one) and not _is_hidden(one)
        ]
        if not senders and any(_is_filled_in(one) for one in controls) and form not in closed:
            yield "a form without a button that sends it", form
        method = form.attributes.get("method", "get").lower()
        for action in {
            one.attributes.get("formaction") or form.attributes.get("action", "") for one in senders
        }:
            if not _answers(urljoin(address, action), method):
                yield f"a form that nothing answers by {method} at {action or address}", form
        names = {one.attributes.get("name") for one in controls}
        if method == "post" and "csrfmiddlewaretoken" not in names:
            yield "a form without its token", form


def _is_filled_in(control: Element) -> bool:
    return control.attributes.get("type") != "hidden" and not _is_hidden(control)


def _answers(address: str, method: str) -> bool:
    parts = urlsplit(address)
    if parts.netloc:
        return False
    try:
        view = resolve(parts.path).func
    except Resolver404:
        return False
    made = getattr(view, "view_class", None)
    return made is None or hasattr(made, method) or "dispatch" in vars(made)


def _buttons(page: Page, address: str) -> Iterator[tuple[str, Element]]:
    """Each button sends a form, opens what its browser opens, or is hidden until a script runs."""
    for button in page.named("button"):
        works = "popovertarget" in button.attributes or button.attributes.get("type") == "reset"
        if _sends(button):
            works = _form_of(button, page) is not None
        if not works and not _is_hidden(button):
            yield "a button that does nothing", button


def _links(page: Page, address: str) -> Iterator[tuple[str, Element]]:
    """Each link leads to an address, or to a place of its page that is there."""
    places = {element.attributes.get("id") for element in page.elements}
    for link in page.named("a"):
        href = link.attributes.get("href", "")
        if not href or href.startswith("javascript:") or href == "#":
            yield "a link to nowhere", link
        elif href.startswith("#") and href[1:] not in places:
            yield "a link to no place of its page", link


def _is_hidden(element: Element) -> bool:
    """Whether only a script shows it: it is hidden, or in a dialog that no browser opens by itself."""
    return any(
        "hidden" in one.attributes or (one.name == "dialog" and "open" not in one.attributes)
        for one in element.around()
    )


def _hidden(page: Page, address: str) -> Iterator[tuple[str, Element]]:
    """What is hidden holds nothing to fill in or follow; a dialog has a link to the page that asks the same."""
    asked = {link.attributes.get("data-dialog") for link in page.named("a") if link.attributes.get("href")}
    for element in page.named("a", *CONTROLS):
        dialog = element.closest("dialog")
        if not _is_hidden(element) or element.attributes.get("type") == "hidden":
            continue
        if dialog is None or dialog.attributes.get("id") not in asked:
            yield "something that only a script shows", element
    for form in page.named("form"):
        dialog = form.closest("dialog")
        if dialog is not None and dialog.attributes.get("id") not in asked:
            yield "a form in a dialog that no link replaces", form


def _parts(page: Page, address: str) -> Iterator[tuple[str, Element]]:
    """What asks for a part of a page stands on a link or in a form that does the same as a whole.

    A live region may ask for itself while somebody types: its page brings it along whenever it is loaded or sent.
    """
    for element in page.elements:
        if "aria-live" in element.attributes and not element.attributes.get("name"):
            continue
        if any(name in element.attributes for name in SENT):
            if element.name != "form" and element.closest("form") is None:
                yield "something sent by a script only", element
        elif "hx-get" in element.attributes:
            links = element.name == "a" and element.attributes.get("href")
            if not links and element.closest("form") is None:
                yield "something fetched by a script only", element
