"""Somebody who walks the portal with a telephone, looking well at every page on the way: there, and as at a desk."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser import DESK, HEIGHT, TELEPHONE, WIDTHS, in_width, look
from tests.in_room import inside, let_in
from tests.journeys.doors import SEE_OTHER, pass_through

# The promise of the next answer of htmx: in its place, or refused.
SETTLING = """() => {
    window.settled = new Promise(resolve => {
        for (const end of ["htmx:afterSettle", "htmx:responseError", "htmx:sendError"])
            document.addEventListener(end, resolve, {once: true});
    }).then(() => null);
}"""


class Walker:
    """One person's browser in a room (its path); script errors and refused resources gather in `problems`."""

    def __init__(self, page: Page, room: str | None = None) -> None:
        self.page, self.room = page, inside() if room is None else room
        self.problems: list[str] = []
        # Not where somebody else of the same test looks at the same pages.
        self.looks = True
        self._shots = 0
        # What the present page says at a desk, since it was last looked at.
        self._read = ""
        page.on("framenavigated", lambda frame: self._forget())
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", lambda line: self.problems.append(line.text) if line.type == "error" else None)

    def look(self) -> None:
        """Check the present page in both widths; with ENSAIO_SHOTS=folder also keep a picture of each."""
        if not self.looks:
            return
        self._shots += 1
        for width in WIDTHS:
            with in_width(self.page, width):
                self._take_picture(width)
                words = look(self.page)
                if width == DESK:
                    self._read = _said(words)

    def _take_picture(self, width: int) -> None:
        if folder := os.environ.get("ENSAIO_SHOTS"):
            name = self.page.url.split("/", 3)[-1].strip("/").replace("/", "_").split("?")[0] or "inicio"
            # A link of a mail is longer than the name of a file may be.
            path = Path(folder) / f"{width}_{self._shots:02d}_{name[:80]}.png"
            self.page.screenshot(path=path, full_page=True)

    def _forget(self) -> None:
        self._read = ""

    def go(self, address: str) -> None:
        """To a path of the portal, or to a whole address, as a mail brings it."""
        self.page.goto(address if address.startswith("http") else self.room + address)
        self.look()

    def press(self, name: str) -> None:
        """Press the button or link of that name and look at where it leads."""
        button = self.page.get_by_role("button", name=name)
        target = (button if button.count() else self.page.get_by_role("link", name=name)).first
        if target.get_attribute("hx-post") is None:
            self.follow(target)
            return
        # Only a part of the page changes.
        self.swap(target)
        self.look()

    def follow(self, target: Locator) -> None:
        """Click, wait for the page that comes instead of this one, and look at it."""
        self.turn_page(target)
        self.look()

    def turn_page(self, target: Locator) -> None:
        """Click, and wait for the page that comes instead of this one."""
        with self.page.expect_event("domcontentloaded"):
            target.first.click()
        self.page.wait_for_load_state()

    def swap(self, target: Locator) -> None:
        """Click, and wait until htmx has put the answer in its place."""
        self.page.evaluate(SETTLING)
        target.click()
        self.page.evaluate("() => window.settled")

    def unfold_rail(self) -> None:
        """On a telephone the rail is a line that opens."""
        line = self.page.locator(".rail-bar:not([open]) summary")
        if line.is_visible():
            line.click()

    def fill(self, label: str, value: str) -> None:
        self.page.get_by_label(label).first.fill(value)

    def sees(self, text: str) -> None:
        """Somewhere on the page, in both widths; the same words may also stand in a part that is folded."""
        shown = self.page.get_by_text(text).and_(self.page.locator(":visible")).first
        expect(shown).to_be_visible()
        if self.looks and _said(text) not in self._read:
            with in_width(self.page, DESK):
                expect(shown).to_be_visible()

    def sees_in_the_rail(self, text: str) -> None:
        """In the rail (roteiro), which is always open at a desk and unfolded where it is a bar."""
        shown = self.page.locator(".rail-body").get_by_text(text).first
        with in_width(self.page, DESK):
            expect(shown).to_be_visible()
        self.unfold_rail()
        expect(shown).to_be_visible()

    def sees_refusal(self, text: str) -> None:
        """A page answered with 403, which the browser notes in its console."""
        self.sees(text)
        assert "403" in self.problems.pop()

    def enter_as_fund(self, cnpj: str, password: str, *, to: str = "") -> None:
        """Now in, at the page to which the door leads, or at another."""
        self._enter("/entrar/fundo/", {"cnpj": cnpj, "password": password, "not_a_robot": "on"}, to=to)

    def enter_as_person(self, key: str, *, to: str = "") -> None:
        """One of the demonstration people, through the simulated gov.br."""
        self._enter("/entrar/govbr/", {"persona": key}, to=to)

    def enter_as_staff(self, login: str, password: str, address: str) -> None:
        """Somebody of the ministry or of a certifier, on the way to a page of the portal."""
        self._enter(f"/admin/login/?next={self.room}{address}", {"username": login, "password": password})

    def enter_by_virtual_token(self, cpf: str, pin: str, door: str = "municipio", *, to: str = "") -> None:
        """By the PIN of the medium that the simulator keeps, for a município unless told."""
        self._enter(f"/siops/entrar/token-virtual/?ente={door}", {"cpf": cpf}, {"pin": pin}, to=to)

    def enter_as_technician(self, cpf: str, password: str, *, to: str = "") -> None:
        """Who fills and transmits: CPF and password, at the door of the SIOPS."""
        self._enter("/siops/entrar/tecnico/", {"cpf": cpf, "password": password}, to=to)

    def enter_sgop(self, cpf: str, *, to: str = "") -> None:
        """The SGOP and the CADSUSWEB, by the simulated gov.br of theirs."""
        self._enter("/cadsus/entrar/", {"cpf": cpf}, to=to)

    def enter_sisrede(self, cpf: str, password: str, *, to: str = "") -> None:
        self._enter("/sisrede/entrar/", {"cpf": cpf, "password": password}, to=to)

    def _enter(self, door: str, *answers: dict[str, str], to: str = "") -> None:
        led_to = pass_through(self.page.context.request, self.room + door, *answers)
        self.go(to or led_to)

    def try_virtual_token(self, cpf: str, pin: str) -> None:
        """By hand, for a município: who is not let in sees why."""
        self.go("/siops/entrar/token-virtual/?ente=municipio")
        self.fill("CPF", cpf)
        self.press("Continuar")
        self.page.locator("input[type=password]").fill(pin)
        self.press("Entrar")

    def leave(self) -> None:
        """As by «Sair», and nowhere: who enters next begins at a door."""
        token = self.page.locator(".signed-in input[name=csrfmiddlewaretoken]").get_attribute("value")
        fields: dict[str, str | float | bool] = {"csrfmiddlewaretoken": token or ""}
        answer = self.page.context.request.post(f"{self.room}/sair/", form=fields, max_redirects=0)
        assert answer.status in SEE_OTHER


@contextmanager
def arriving(browser: Browser, url: str) -> Iterator[Callable[[], Walker]]:
    """Each call is one more person with a telephone apart, who met no problem until all go away."""
    walkers: list[Walker] = []

    def arrive() -> Walker:
        context = browser.new_context(
            base_url=url,
            locale="pt-BR",
            viewport={"width": TELEPHONE, "height": HEIGHT},
            permissions=["clipboard-read", "clipboard-write"],
        )
        # Each page comes with axe, which the browser keeps compiled: put in a page afterwards, it is read anew.
        context.add_init_script(AXE_SCRIPT)
        let_in(context, url)
        walkers.append(Walker(context.new_page()))
        return walkers[-1]

    yield arrive
    for walker in walkers:
        assert walker.problems == []
        walker.page.context.close()


def _said(text: str) -> str:
    """As it is compared: whatever the case, the spaces and the lines."""
    return " ".join(text.split()).casefold()
