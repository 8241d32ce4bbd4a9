// Masks tidy what was typed when it is complete or left; they never remove a valid character nor move the caret in
// the middle of the text.
const digits = (text) => text.replace(/\D/g, "");
const letters = (text) => text.replace(/[^0-9A-Za-z]/g, "").toUpperCase();

function fill(pattern, characters) {
  let result = "";
  let used = 0;
  for (const place of pattern) {
    if (used >= characters.length) {
      break;
    }
    result += place === "#" ? characters[used++] : place;
  }
  return result;
}

const MASKS = {
  cpf: [digits, () => "###.###.###-##", 11],
  cnpj: [letters, () => "##.###.###/####-##", 14],
  cns: [digits, () => "### #### #### ####", 15],
  cep: [digits, () => "#####-###", 8],
  phone: [digits, (size) => (size > 10 ? "(##) #####-####" : "(##) ####-####"), 11],
  "counter-key": [letters, () => "####-####-####-####-####-####-####-####", 32],
  token: [letters, () => "####-####-####-####-####", 20],
};

function masked(kind, text) {
  const [clean, pattern, size] = MASKS[kind];
  const characters = clean(text);
  const stray = text.replace(/[\s.\-/()]/g, "").length !== characters.length;
  if (stray || characters.length > size) {
    return text;
  }
  return fill(pattern(characters.length), characters);
}

function tidy(field) {
  if (field.dataset.mask in MASKS) {
    field.value = masked(field.dataset.mask, field.value);
  }
}

export function watchMasks() {
  document.addEventListener("input", (event) => {
    const field = event.target;
    const typing = !event.isComposing && !event.inputType?.startsWith("delete");
    if (field.dataset.mask && typing && field.selectionStart === field.value.length) {
      tidy(field);
    }
  });
  document.addEventListener("change", (event) => {
    const field = event.target;
    if (field.dataset.mask) {
      tidy(field);
    }
    if ("uppercase" in field.dataset) {
      field.value = field.value.toUpperCase();
    }
  });
}
