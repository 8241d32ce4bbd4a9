import { announce } from "./announce.js";

function focusErrorSummary() {
  document.querySelector("[data-error-summary]")?.focus();
}

function watchSummaryLinks() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".error-summary a");
    const field = link && document.getElementById(link.hash.slice(1));
    if (field) {
      event.preventDefault();
      field.focus();
      field.scrollIntoView({ block: "center" });
    }
  });
}

function watchPasswords() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-reveal]");
    if (!button) {
      return;
    }
    const field = document.getElementById(button.getAttribute("aria-controls"));
    const show = field.type === "password";
    field.type = show ? "text" : "password";
    button.setAttribute("aria-pressed", String(show));
    button.querySelector("i").className = show ? "fas fa-eye-slash" : "fas fa-eye";
  });
}

const ANSWER_MS = 8000;

function release(form) {
  delete form.dataset.sent;
  form.querySelectorAll("[type=submit][aria-disabled]").forEach((button) => button.removeAttribute("aria-disabled"));
}

// A second click while the first answer is on its way does nothing. An answer that is a file does not change the page,
// so the form is released after a while.
function sendOnce() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-once]") || event.defaultPrevented) {
      return;
    }
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    event.submitter?.setAttribute("aria-disabled", "true");
    announce("Enviando.");
    window.setTimeout(() => release(form), ANSWER_MS);
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("[data-once]").forEach(release));
}

// data-enables="id": a checkbox that lets another control be used.
function watchEnablers() {
  document.querySelectorAll("[data-enables]").forEach((box) => {
    const target = document.getElementById(box.dataset.enables);
    const apply = () => {
      target.disabled = !box.checked;
    };
    box.addEventListener("change", apply);
    apply();
  });
}

function recount(summary) {
  const count = summary.querySelectorAll("li").length;
  const title = summary.querySelector(".message-title");
  if (count === 0) {
    summary.remove();
    document.querySelectorAll(".form-notice").forEach((notice) => notice.remove());
  } else if (title.textContent.includes("corrigir")) {
    title.textContent = count === 1 ? "Há 1 campo a corrigir" : `Há ${count} campos a corrigir`;
  }
}

// The error of a field, and its line in the summary.
export function forget(field) {
  const control = field.querySelector("input, select, textarea");
  field.classList.remove("has-error");
  field.querySelector(".field-errors")?.remove();
  control.removeAttribute("aria-invalid");
  document.querySelectorAll(`.error-summary a[href="#${control.id}"]`).forEach((link) => {
    const summary = link.closest(".error-summary");
    link.closest("li").remove();
    recount(summary);
  });
}

// The answer of a look-up is newer than the errors the page came with for the fields that asked.
function watchLookUps() {
  document.addEventListener("htmx:afterSwap", (event) => {
    const asked = event.detail.requestConfig?.elt.closest(".field-action, .form-grid");
    asked?.querySelectorAll(".has-error").forEach(forget);
  });
}

export function watchForms() {
  focusErrorSummary();
  watchSummaryLinks();
  watchPasswords();
  sendOnce();
  watchEnablers();
  watchLookUps();
}
