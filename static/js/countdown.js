import { announce } from "./announce.js";

const WARN_AT_MINUTES = [30, 5];
const SHORT_MINUTES = 30;

function inWords(seconds) {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  if (hours > 0) {
    return `faltam ${hours} h ${String(minutes).padStart(2, "0")} min`;
  }
  return minutes > 0 ? `faltam ${minutes} min` : `faltam ${seconds} s`;
}

function start(box) {
  // Seconds left by the server's clock; only the elapsed time is measured here.
  const total = Number(box.dataset.countdown);
  const started = performance.now();
  const text = box.querySelector("[data-countdown-text]");
  const pending = WARN_AT_MINUTES.filter((minutes) => total > minutes * 60);

  const tick = () => {
    const left = Math.max(0, Math.ceil(total - (performance.now() - started) / 1000));
    text.textContent = left > 0 ? `(${inWords(left)})` : "(prazo encerrado)";
    box.classList.toggle("is-short", left <= SHORT_MINUTES * 60);
    if (pending.length > 0 && left <= pending[0] * 60) {
      announce(`Faltam ${pending.shift()} minutos para o fim do prazo.`);
    }
    if (left === 0) {
      window.clearInterval(timer);
    }
  };
  const timer = window.setInterval(tick, 1000);
  tick();
}

export function startCountdowns() {
  document.querySelectorAll("[data-countdown]").forEach(start);
}
