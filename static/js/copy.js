import { announce } from "./announce.js";

const FEEDBACK_MS = 2500;

async function write(source) {
  try {
    await navigator.clipboard.writeText(source.value ?? source.textContent.trim());
  } catch {
    window.getSelection().selectAllChildren(source);
    source.select?.();
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
