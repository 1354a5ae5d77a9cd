"use strict";
// The report can be read without any of this: it orders and filters the classes, and plays sounds on a click.

const form = document.querySelector(".tools");

function arrange() {
  const list = document.querySelector(".classes");
  const classes = [...list.children];
  const [low, high] = form.band.value.split("-").map(Number);
  const wanted = form.find.value.trim().toLowerCase();
  const accuracy = (one) => Number(one.dataset.accuracy);
  const byName = (a, b) => a.dataset.name.localeCompare(b.dataset.name);
  const orders = {
    falling: (a, b) => accuracy(b) - accuracy(a) || byName(a, b),
    rising: (a, b) => accuracy(a) - accuracy(b) || byName(a, b),
    name: byName,
  };
  for (const one of classes) {
    const named = one.dataset.name.toLowerCase().includes(wanted);
    one.hidden = !(named && accuracy(one) >= low && accuracy(one) <= high);
  }
  list.append(...classes.sort(orders[form.order.value]));
  form.count.value = `${classes.filter((one) => !one.hidden).length} of ${classes.length} classes`;
}

function fold() {
  const open = form.fold.dataset.folded === "yes";
  document.querySelectorAll(".class").forEach((one) => (one.open = open));
  form.fold.dataset.folded = open ? "no" : "yes";
  form.fold.textContent = open ? "Fold all" : "Unfold all";
}

// The spectrogram becomes the player: a button with a moving line in place of the browser's own controls.
function spectrogramPlayer(sound) {
  const audio = sound.querySelector("audio");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "player";
  button.setAttribute("aria-label", audio.getAttribute("aria-label"));
  button.setAttribute("aria-pressed", "false");
  const line = document.createElement("span");
  line.className = "line";
  button.append(sound.querySelector(".spectrogram"), line);
  sound.prepend(button);
  audio.controls = false;

  const follow = () => {
    line.style.left = `${(100 * audio.currentTime) / (audio.duration || 1)}%`;
    if (!audio.paused) requestAnimationFrame(follow);
  };
  button.addEventListener("click", () => (audio.paused ? audio.play() : audio.pause()));
  audio.addEventListener("play", () => {
    document.querySelectorAll("audio").forEach((other) => other !== audio && other.pause());
    button.setAttribute("aria-pressed", "true");
    follow();
  });
  for (const end of ["pause", "ended"]) {
    audio.addEventListener(end, () => button.setAttribute("aria-pressed", "false"));
  }
}

if (form) {
  form.hidden = false;
  form.addEventListener("input", arrange);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.fold.addEventListener("click", fold);
  arrange();
}
document.querySelectorAll(".sound").forEach(spectrogramPlayer);

// On paper everything is open.
addEventListener("beforeprint", () => document.querySelectorAll("details.class").forEach((one) => (one.open = true)));
