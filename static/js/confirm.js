// A form with data-confirm="question" asks first; without script it is sent at once.
function ask(form) {
  const dialog = document.getElementById("confirm-template").content.firstElementChild.cloneNode(true);
  const slot = (name) => dialog.querySelector(`[data-confirm-slot="${name}"]`);
  slot("title").textContent = form.dataset.confirmTitle || "Confirmar";
  slot("text").textContent = form.dataset.confirm;
  slot("label").textContent = form.dataset.confirmLabel || "Confirmar";
  document.body.append(dialog);

  return new Promise((resolve) => {
    dialog.addEventListener("click", (event) => {
      if (event.target.matches("button")) {
        dialog.close(event.target.value);
      }
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    dialog.showModal();
  });
}

export function watchConfirmations() {
  document.addEventListener(
    "submit",
    async (event) => {
      const form = event.target;
      if (!form.dataset.confirm || form.dataset.confirmed) {
        return;
      }
      event.preventDefault();
      event.stopImmediatePropagation();
      const submitter = event.submitter;
      if (await ask(form)) {
        form.dataset.confirmed = "yes";
        form.requestSubmit(submitter);
      } else {
        submitter?.focus();
      }
    },
    true,
  );
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    if (opener) {
      document.getElementById(opener.dataset.dialog).showModal();
    }
    const closer = event.target.closest("[data-close-dialog]");
    closer?.closest("dialog").close();
  });
}
