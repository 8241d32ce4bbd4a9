// What follows from the cells of a grid, by formulas that came with the page as data: whole cents, never a float.
// It is shown until the server answers, whose totals are the last word.
const AMOUNT = /^(-)?(\d{1,3}(?:\.\d{3})+|\d+)(?:,(\d{2}))?$/;
const LONGEST = 14;
const COPIED = /[\u00a0 \t]/g;

// Whole part of a quotient, halves away from zero.
function halfUp(numerator, denominator) {
  const size = numerator < 0n ? -numerator : numerator;
  const quotient = (size * 2n + denominator) / (denominator * 2n);
  return numerator < 0n ? -quotient : quotient;
}

const OPERATIONS = {
  "": (sum) => sum,
  positive: (sum) => (sum > 0n ? sum : 0n),
  half_up: (part, whole) => (whole > 0n ? halfUp(part * 10000n, whole) : 0n),
};

// «1.234,56» → 123456n; nothing typed is nothing, and what is no amount is undefined.
export function cents(text) {
  const plain = text.replaceAll("−", "-").replace(COPIED, "").replace(/^R\$/, "");
  if (!plain) {
    return 0n;
  }
  const found = AMOUNT.exec(plain);
  const whole = found?.[2].replaceAll(".", "");
  if (!found || whole.length > LONGEST) {
    return undefined;
  }
  const amount = BigInt(whole + (found[3] ?? "00"));
  return found[1] ? -amount : amount;
}

// 123456n → «1.234,56».
export function written(amount) {
  const digits = String(amount < 0n ? -amount : amount).padStart(3, "0");
  const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ".");
  return `${amount < 0n ? "-" : ""}${whole},${digits.slice(-2)}`;
}

// Each computed cell and its text, from the amounts that are typed, in the order of the page.
export function followed(formulas, typed) {
  const computed = new Map();
  const value = (reference) => (typeof reference === "number" ? typed[reference] : computed.get(reference));
  const sum = ([constant, terms]) =>
    terms.reduce((total, [sign, reference]) => total + BigInt(sign) * value(reference), BigInt(constant));
  formulas.forEach(([name, operation, sums]) => computed.set(name, OPERATIONS[operation](...sums.map(sum))));
  return new Map(
    formulas.map(([name, operation]) => [name, written(computed.get(name)) + (operation === "half_up" ? " %" : "")]),
  );
}
