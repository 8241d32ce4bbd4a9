import { announce } from "./announce.js";

const FIVE_MINUTES = 5 * 60 * 1000;
// Where the menu is one line, its groups open over the page.
const IN_LINE = window.matchMedia("(min-width: 992px)");

export function watchMenu() {
  const button = document.querySelector("[data-menu-button]");
  const menu = document.getElementById("menu");
  if (!button || !menu) {
    return;
  }
  const show = (open) => {
    menu.classList.toggle("is-open", open);
    button.setAttribute("aria-expanded", String(open));
  };
  button.addEventListener("click", () => show(!menu.classList.contains("is-open")));
  const groups = [...menu.querySelectorAll("details")];
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") {
      return;
    }
    const open = groups.find((group) => group.open);
    if (open) {
      open.open = false;
      open.querySelector("summary").focus();
    } else if (menu.classList.contains("is-open")) {
      show(false);
      button.focus();
    }
  });
  const closeBehind = ({ target }) => {
    if (IN_LINE.matches) {
      groups.filter((group) => !group.contains(target)).forEach((group) => (group.open = false));
    }
  };
  document.addEventListener("click", closeBehind);
  document.addEventListener("focusin", closeBehind);
}

export function watchMessages() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-close-message]");
    if (button) {
      button.closest(".br-message").remove();
      document.getElementById("conteudo").focus();
    }
  });
}

// data-print: a button that prints; data-print="now": the page was asked for to be printed, so it asks at once.
export function watchPrint() {
  document.querySelectorAll("[data-print]").forEach((button) => {
    button.addEventListener("click", () => window.print());
    if (button.dataset.print === "now") {
      window.addEventListener("load", () => window.print());
    }
  });
}

export function warnOfSessionEnd() {
  const hint = document.querySelector("[data-session-end]");
  if (!hint) {
    return;
  }
  const left = new Date(hint.dataset.sessionEnd) - Date.now() - FIVE_MINUTES;
  if (left > 0) {
    window.setTimeout(() => announce("Sua sessão termina em 5 minutos. Salve o que estiver preenchendo."), left);
  }
}
