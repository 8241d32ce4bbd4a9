// The grid of a folder of the declaration: keys, pasting a block, undo, live totals, and saving cell by cell.
// Without this file the page saves by its form. What the server has not confirmed stays in the page, also when it is
// loaded again, and is sent again.
import { announce } from "./announce.js";
import { cents, followed, written } from "./totals.js";
import { forgetOthers, keep, kept } from "./unsaved.js";

const SEND_AFTER = 400;
const RETRY_AFTER = [2000, 5000, 15000];
const UNDO_MOST = 200;
// As many cells as the server takes at once.
const MOST_AT_ONCE = 2000;

const form = document.querySelector("[data-sheet]");
const status = document.querySelector("[data-saved-at]");
const rows = [...form.querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll("input:not([type=hidden])")]);
const grid = rows.filter((inputs) => inputs.length);
const inputs = grid.flat();
const byName = new Map(inputs.map((input) => [input.name.slice(2), input]));
const formulas = JSON.parse(document.getElementById("sheet-followed").textContent);
const waiting = new Map();
// As each cell last stood, for undoing.
const last = new Map(inputs.map((input) => [input.name.slice(2), input.value]));
const past = [];
let timer = 0;
let failures = 0;
let isSending = false;
let isDue = false;
let isRenewed = false;

// Of this person, this version and this folder.
const drawer = form.dataset.drawer;

const plain = (text) => text.trim().replaceAll(".", "").replace(/,00$/, "");
const nameOf = (input) => input.name.slice(2);
const seenOf = (input) => form.elements[`s:${nameOf(input)}`];
const placeOf = (input) => {
  const row = grid.findIndex((line) => line.includes(input));
  return [row, grid[row].indexOf(input)];
};

function say(text) {
  status.textContent = text;
}

// Why the cell was not saved; or else what is to be looked at in it. A refused cell keeps its words until it is sent again.
function tell(input, why, mark) {
  const cell = input.closest("td");
  cell.classList.toggle("is-wrong", Boolean(why || mark));
  cell.querySelector(".cell-error").textContent = why || mark;
  if (why) {
    input.setAttribute("aria-invalid", "true");
  } else {
    input.removeAttribute("aria-invalid");
  }
}

function go(input, down, right) {
  const [row, column] = placeOf(input);
  const line = grid[row + down];
  const target = line && (line[column + right] ?? (down ? line[line.length - 1] : undefined));
  if (target) {
    target.focus();
    target.select();
  }
  return Boolean(target);
}

// A cell that changed waits until the server has said that it has it.
function changed(input, { remember = true } = {}) {
  const name = nameOf(input);
  const before = last.get(name);
  if (input.value === before) {
    return;
  }
  last.set(name, input.value);
  if (remember) {
    past.push([[input, before]]);
    past.splice(0, past.length - UNDO_MOST);
  }
  hold(input, input.value);
  later(SEND_AFTER);
}

function hold(input, text) {
  waiting.set(nameOf(input), text);
  input.closest("td").classList.add("is-waiting");
  store();
}

// Once, however many cells of a block have changed.
function store() {
  if (isDue) {
    return;
  }
  isDue = true;
  window.queueMicrotask(() => {
    isDue = false;
    keepWaiting();
    if (waiting.size) {
      addUp();
    }
  });
}

// With what each cell was when it was last drawn: what changed elsewhere meanwhile is a conflict, and is shown.
function keepWaiting() {
  keep(drawer, [...waiting].map(([name, text]) => [name, text, seenOf(byName.get(name)).value]));
}

// The totals as they will be: of a cell that cannot be read, what the server has of it counts.
function addUp() {
  const amounts = inputs.map((input) => cents(input.value) ?? cents(seenOf(input).value.split("|")[1]));
  show(followed(formulas, amounts));
  inputs.forEach(markBeyond);
}

// A cell that may not pass another of its row says so while it is typed; which and how, the page was told.
function markBeyond(input) {
  const limit = input.dataset.within && document.getElementById(input.dataset.within);
  const [amount, most] = limit ? [cents(input.value), cents(limit.value)] : [];
  if (amount !== undefined && most !== undefined && input.getAttribute("aria-invalid") !== "true") {
    tell(input, "", amount > most + 1n ? input.dataset.beyond.replace("{}", written(most)) : "");
  }
}

function show(computed) {
  for (const [anchor, text] of computed) {
    const cell = document.getElementById(anchor);
    if (cell && cell.textContent !== text) {
      cell.textContent = text;
    }
  }
}

// What a former page of the same folder could not send: typed again where it was, and sent.
function takeUp() {
  const found = kept(drawer).filter(([name, text]) => byName.has(name) && plain(byName.get(name).value) !== plain(text));
  keep(drawer, found);
  found.forEach(([name, text, seen]) => {
    const input = byName.get(name);
    past.push([[input, input.value]]);
    input.value = text;
    last.set(name, text);
    seenOf(input).value = seen;
    hold(input, text);
  });
  if (found.length) {
    announce(`${found.length} células que não tinham sido salvas voltaram e serão enviadas de novo.`);
    later(SEND_AFTER);
  }
}

function later(milliseconds) {
  window.clearTimeout(timer);
  timer = window.setTimeout(send, milliseconds);
}

async function send() {
  if (isSending || !waiting.size) {
    return;
  }
  isSending = true;
  const sent = new Map([...waiting].slice(0, MOST_AT_ONCE));
  const cells = [...sent].map(([cell, text]) => ({ cell, text, seen: seenOf(byName.get(cell)).value }));
  say("Salvando…");
  try {
    const answer = await fetch(form.dataset.sheet, {
      method: "POST",
      redirect: "manual",
      headers: { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
      body: JSON.stringify({ cells, folder: form.dataset.folder, source: form.dataset.source }),
    });
    if (!answer.ok) {
      const refusal = await renew(answer);
      if (refusal) {
        refuse(refusal);
      } else {
        later(0);
      }
      return;
    }
    const body = await answer.json();
    failures = 0;
    isRenewed = false;
    take(body, sent);
  } catch {
    again("Sem resposta do servidor. O que falta salvar fica nesta página e será enviado de novo.");
  } finally {
    isSending = false;
  }
  if (waiting.size && !failures) {
    later(SEND_AFTER);
  }
}

function again(text) {
  say(text);
  announce(text);
  later(RETRY_AFTER[Math.min(failures, RETRY_AFTER.length - 1)]);
  failures += 1;
}

// Who entered again has another token, which the same page brings where it is the same person's: then nothing is refused.
async function renew(answer) {
  if (answer.status !== 403 || isRenewed) {
    return answer;
  }
  const page = await fetch(window.location.href, { redirect: "manual" });
  if (!page.ok) {
    return page;
  }
  const there = new DOMParser()
    .parseFromString(await page.text(), "text/html")
    .querySelector(`[data-sheet][data-person="${form.dataset.person}"]`);
  isRenewed = true;
  if (there) {
    form.elements.csrfmiddlewaretoken.value = there.elements.csrfmiddlewaretoken.value;
  }
  return there ? null : answer;
}

// A redirect is a session that ended; what the server says no to for good is not sent again.
function refuse(answer) {
  if (answer.type === "opaqueredirect" || answer.status >= 500 || answer.status === 429) {
    again("A sessão terminou ou o servidor não responde. Entre de novo em outra aba: o que falta salvar fica nesta página.");
    return;
  }
  const text = "O servidor recusou: recarregue a página para ver a situação da declaração.";
  say(text);
  announce(text);
}

function take(body, sent) {
  for (const [name, text] of sent) {
    const input = byName.get(name);
    if (waiting.get(name) === text) {
      waiting.delete(name);
      input.closest("td").classList.remove("is-waiting");
    }
    const saved = body.saved[name];
    const conflict = body.conflicts[name];
    if (saved) {
      seenOf(input).value = saved.seen;
      if (!waiting.has(name) && input !== document.activeElement) {
        input.value = saved.text;
        last.set(name, saved.text);
      }
    }
    if (conflict) {
      seenOf(input).value = conflict.seen;
    }
  }
  show(Object.entries(body.computed));
  store();
  for (const input of inputs) {
    const name = nameOf(input);
    const why = body.refused[name] ?? body.conflicts[name]?.why;
    if (why || sent.has(name) || input.getAttribute("aria-invalid") !== "true") {
      tell(input, why ?? "", body.marks[name] ?? "");
    }
  }
  document.querySelectorAll("[data-counter]").forEach((counter, place) => {
    const { value, note, tone, url } = body.counters[place];
    counter.className = tone ? `counter is-${tone}` : "counter";
    counter.querySelector("[data-value]").textContent = value;
    counter.querySelector("[data-note]").replaceChildren(url ? Object.assign(document.createElement("a"), { href: url, textContent: note }) : note);
  });
  const wrong = Object.keys(body.refused).length + Object.keys(body.conflicts).length;
  say(wrong ? `${wrong} não salvas: veja o que está escrito em cada uma` : `Salva às ${new Date().toLocaleTimeString("pt-BR")}`);
}

// As much of a text as a cell takes; what is cut is never read as an amount.
function fitting(text, most) {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

function paste(event) {
  const text = event.clipboardData.getData("text/plain");
  if (!/[\t\n]/.test(text.trim())) {
    return;
  }
  event.preventDefault();
  const [top, left] = placeOf(event.target);
  const undone = [];
  // One more than there is room for tells whether anything was left out.
  const lines = text.replace(/\r/g, "").replace(/\n$/, "").split("\n", grid.length - top + 1);
  let isAllIn = lines.length <= grid.length - top;
  lines.slice(0, grid.length - top).forEach((line, down) => {
    const room = grid[top + down].length - left;
    const values = line.split("\t", room + 1);
    isAllIn &&= values.length <= room;
    values.slice(0, room).forEach((value, right) => {
      const input = grid[top + down][left + right];
      undone.push([input, input.value]);
      input.value = fitting(value.trim(), input.maxLength);
      changed(input, { remember: false });
    });
  });
  past.push(undone);
  announce(`${undone.length} células coladas.${isAllIn ? "" : " O que não coube na grade ficou de fora."}`);
  // The totals of a whole block are waited for; a cell may be one of many that are typed.
  window.clearTimeout(timer);
  send();
}

function undo(event) {
  const step = past.pop();
  if (!step) {
    return;
  }
  event.preventDefault();
  step.forEach(([input, text]) => {
    input.value = text;
    changed(input, { remember: false });
  });
  step[0][0].focus();
}

const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], Enter: [1, 0] };

form.addEventListener("keydown", (event) => {
  const input = event.target;
  if (!byName.has(input.name?.slice(2))) {
    return;
  }
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && input.value === last.get(nameOf(input))) {
    undo(event);
  } else if (event.key in MOVES && !event.ctrlKey && !event.altKey) {
    event.preventDefault();
    const [down, right] = MOVES[event.key];
    go(input, event.shiftKey && event.key === "Enter" ? -1 : down, right);
  } else if (event.key === "ArrowLeft" && input.selectionEnd === 0 && go(input, 0, -1)) {
    event.preventDefault();
  } else if (event.key === "ArrowRight" && input.selectionStart === input.value.length && go(input, 0, 1)) {
    event.preventDefault();
  }
});
form.addEventListener("input", addUp);
form.addEventListener("change", (event) => {
  if (byName.has(event.target.name?.slice(2))) {
    changed(event.target);
  }
});
form.addEventListener("paste", (event) => {
  if (byName.has(event.target.name?.slice(2))) {
    paste(event);
  }
});
form.addEventListener("submit", () => waiting.clear());
window.addEventListener("beforeunload", (event) => {
  if (waiting.size) {
    event.preventDefault();
  }
});
// «Ir à célula»: what is asked for in the address is ready to be typed in.
function goToAsked() {
  const asked = document.getElementById(decodeURIComponent(window.location.hash.slice(1)));
  if (inputs.includes(asked)) {
    asked.focus();
    asked.select();
  }
}

window.addEventListener("hashchange", goToAsked);
// Who comes back to the page, perhaps from entering again, does not wait for the next try.
window.addEventListener("focus", () => {
  if (failures) {
    later(0);
  }
});
forgetOthers(form.dataset.person);
takeUp();
goToAsked();
