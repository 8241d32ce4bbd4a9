"""f3: in a browser, from pasting 200 cells into the grid of the declaration until the totals of the page are shown.

Said beside it, without a goal: until the server has confirmed every cell, with the totals that the page had shown.
"""

from bench import support
from bench.support import late, milliseconds

GOAL, CELLS, TIMES = 0.3, 200, 40 if support.FULL else 20
TOTAL = "XI:dot_inicial"
# Rows × columns that are typed, from the first cell on; the total is of the sources 1 and 2.
PASTE = """async ([text, total]) => {
    const shown = document.getElementById(total);
    const status = document.querySelector("[data-saved-at]");
    const data = new DataTransfer();
    data.setData("text/plain", text);
    const first = document.querySelector(".sheet input:not([type=hidden])");
    const until = (node, isSo) => new Promise(resolve => {
        const watcher = new MutationObserver(() => {
            if (isSo()) {
                watcher.disconnect();
                requestAnimationFrame(() => resolve(performance.now() - start));
            }
        });
        watcher.observe(node, {childList: true, characterData: true, subtree: true});
    });
    first.focus();
    const start = performance.now();
    const totals = until(shown, () => true);
    const saved = until(status, () => status.textContent.startsWith("Salva às"));
    first.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
    const added = await totals.then(time => [time, shown.textContent]);
    return [added[0], await saved, added[1] === shown.textContent && !document.querySelector(".is-waiting")];
}"""


def main() -> int:
    folder = support.start_portal()
    address = _declaration()
    with support.running(folder, "serve") as (_, url, _):
        shown, saved = _pasted(url, address)
    absolute = f"{milliseconds('totais', shown)}; {milliseconds('confirmado', saved)}"
    return support.finish(support.Goal.at_most(f"f3 p95 de {CELLS} células coladas (s)", late(shown), GOAL, absolute))


def _declaration() -> str:
    """One that is begun, with former years, and with as many rows as the paste has."""
    from accounts.models import User
    from common import clock
    from config.seed.everything import seed
    from declarations.engine import records
    from declarations.engine.beginnings import BEGINNINGS
    from declarations.engine.declaration import Table
    from declarations.models import Cell, Declaration, ReportingPeriod
    from declarations.services.beginning import tables_of
    from declarations.services.contents import cells_of
    from siops.models import Technician

    at = clock.now()
    seed(at=at)
    sender = Technician.objects.select_related("person__user").get(entity__municipality="1200401")
    account = User.objects.get(person=sender.person)
    period = ReportingPeriod.objects.filter(closes_on__lt=at.date()).last()
    assert period
    made = Declaration.objects.create(entity=sender.entity, period=period, opened_by=account, opened_at=at)
    tables = tables_of(made, BEGINNINGS["coerente"])
    rows: Table = {("303", "C", "2", "3.V", f"compra {number:02}"): (0,) * 6 for number in range(CELLS // 5 - 14)}
    tables[records.EXPENSES.name] |= rows
    Cell.objects.bulk_create(cells_of(made, tables, by_id=account.pk, at=at))
    return f"/siops/declaracoes/{made.pk}/pasta/despesa/?fonte=2"


def _pasted(url: str, address: str) -> tuple[list[float], list[float]]:
    from playwright.sync_api import sync_playwright

    from config.personas import PERSONAS
    from tests.browser import FLAGS, executable

    sender = next(each for each in PERSONAS if each.ibge == "1200401" and each.key.endswith("-envio"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
        page = browser.new_page(base_url=url, locale="pt-BR")
        page.goto("/siops/entrar/")
        page.get_by_label("Login (Digite seu CPF)").fill(sender.cpf)
        page.get_by_label("Digite sua senha").fill(sender.password)
        page.get_by_role("button", name="Entrar").first.click()
        page.wait_for_load_state()
        page.goto(address)
        inputs = page.locator(".sheet input:not([type=hidden])").count()
        assert inputs >= CELLS, inputs
        taken = [page.evaluate(PASTE, [_block(number), TOTAL]) for number in range(TIMES + 1)]
        browser.close()
    assert all(is_confirmed for _, _, is_confirmed in taken)
    # The first one warms the server.
    return [shown / 1000 for shown, _, _ in taken[1:]], [saved / 1000 for _, saved, _ in taken[1:]]


def _block(number: int) -> str:
    """Another amount each time, so that every cell changes."""
    return "\n".join("\t".join(f"{1000 + number},{column:02}" for column in range(5)) for _ in range(CELLS // 5))


if __name__ == "__main__":
    support.run(main)
