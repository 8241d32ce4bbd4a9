import { announce } from "./announce.js";

const KEPT = "ensaio-teclas";

function areOn() {
  try {
    return window.localStorage.getItem(KEPT) !== "desligadas";
  } catch {
    return true;
  }
}

function keep(on) {
  try {
    window.localStorage.setItem(KEPT, on ? "ligadas" : "desligadas");
  } catch {
    // Without storage the choice is of this page alone.
  }
}

function isTyped(target) {
  return target.isContentEditable || target.matches("select, textarea, input:not([type=radio], [type=checkbox])");
}

// data-row: J and K go down and up the rows of a list, by their first link. data-row-key="a": the key presses that
// button of the row in which one is.
function rowOf(key) {
  const rows = [...document.querySelectorAll("[data-row]")];
  const here = rows.findIndex((row) => row.contains(document.activeElement));
  if (key === "j" || key === "k") {
    const next = key === "j" ? here + 1 : Math.max(here, 1) - 1;
    return rows[Math.min(next, rows.length - 1)]?.querySelector("a");
  }
  return null;
}

function pressedIn(key) {
  return document.activeElement?.closest("[data-row]")?.querySelector(`[data-row-key="${CSS.escape(key)}"]`);
}

// data-key="c": the key presses that button, follows that link or marks that choice. Never inside a field where one
// types, never with Ctrl, Alt or Meta, and not at all once «Desligar teclas» was pressed (WCAG 2.1.4).
export function watchKeys() {
  if (!document.querySelector("[data-key], [data-row]")) {
    return;
  }
  const button = document.querySelector("[data-keys-switch]");
  let on = areOn();
  const show = () => {
    document.documentElement.classList.toggle("keys-off", !on);
    if (button) {
      button.textContent = on ? "Desligar teclas" : "Ligar teclas";
    }
  };
  show();
  button?.addEventListener("click", () => {
    on = !on;
    keep(on);
    show();
    announce(on ? "Teclas ligadas." : "Teclas desligadas.");
  });
  document.addEventListener("keydown", (event) => {
    if (!on || event.ctrlKey || event.altKey || event.metaKey || event.repeat || isTyped(event.target)) {
      return;
    }
    if (document.querySelector("dialog[open]")) {
      return;
    }
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const link = rowOf(key);
    if (link) {
      event.preventDefault();
      link.focus();
      return;
    }
    const target = pressedIn(key) ?? document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (target) {
      event.preventDefault();
      target.focus();
      target.click();
    }
  });
}
