import { announce } from "./announce.js";

const FEEDBACK_MS = 2500;

async function write(field) {
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    field.select ? field.select() : getSelection().selectAllChildren(field);
    document.execCommand("copy");
  }
}

export function watchCopyButtons() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) {
      return;
    }
    await write(document.getElementById(button.dataset.copy));
    announce("Copiado.");
    const icon = button.querySelector("i");
    icon?.classList.replace("fa-copy", "fa-check");
    window.setTimeout(() => icon?.classList.replace("fa-check", "fa-copy"), FEEDBACK_MS);
  });
}
