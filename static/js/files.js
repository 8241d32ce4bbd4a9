import { forget } from "./forms.js";

function refuse(input, text) {
  const said = document.createElement("div");
  said.className = "field-errors";
  said.id = `${input.id}_error`;
  said.setAttribute("role", "alert");
  const line = document.createElement("p");
  line.className = "field-error";
  line.textContent = text;
  said.append(line);
  const field = input.closest(".form-field");
  field.classList.add("has-error");
  field.append(said);
  input.setAttribute("aria-invalid", "true");
  input.value = "";
}

// data-most-bytes: a larger file is not sent, for the server would end the connection in the middle of it.
export function watchFiles() {
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (!input.matches("input[type=file][data-most-bytes]")) {
      return;
    }
    forget(input.closest(".form-field"));
    const most = Number(input.dataset.mostBytes);
    if ([...input.files].some((file) => file.size > most)) {
      refuse(input, input.dataset.tooLarge);
    }
  });
}
