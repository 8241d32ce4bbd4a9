// Say something to screen readers without moving the focus.
export function announce(text) {
  const region = document.getElementById("avisos");
  region.textContent = "";
  window.setTimeout(() => {
    region.textContent = text;
  }, 50);
}
