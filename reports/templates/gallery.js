// The list of every clip: what is in it, which of it is asked for, in which order, a page of it at a time.

const PER_PAGE = 20;
const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const MISSING = -1;

// Numbers of one or two digits; the highest says that there is none.
function unpacked(text, digits = 2) {
  const numbers = new Int16Array(text.length / digits);
  for (let i = 0; i < numbers.length; i++) {
    for (const digit of text.substr(digits * i, digits)) numbers[i] = 64 * numbers[i] + DIGITS.indexOf(digit);
    if (numbers[i] === 64 ** digits - 1) numbers[i] = MISSING;
  }
  return numbers;
}

function node(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

// What the index says, in words and numbers. Clips and systems are told by their places.
class Clips {
  constructor(index) {
    Object.assign(this, index);
    this.n = index.ids.length;
    this.label = unpacked(index.labels);
    this.saw = index.seen.map((text) => unpacked(text));
    this.neighbour = index.nearest.map((text) => unpacked(text));
    this.neighbourLabel = unpacked(index.nearest_labels);
    this.packed = index.scores.map((score) => score.values.map((text) => unpacked(text, text.length / this.n)));
  }

  labelOf(clip) {
    return this.classes[this.label[clip]];
  }

  // The class that the judge saw; undefined where it was not asked.
  seenBy(system, clip) {
    return this.classes[this.saw[system][clip]];
  }

  right(system, clip) {
    return this.saw[system][clip] === this.label[clip];
  }

  value(score, system, clip) {
    const found = this.packed[score][system][clip];
    const { low, step } = this.scores[score].scale;
    return found === MISSING ? NaN : low + step * found;
  }

  text(score, value) {
    const { proportion, yes_no, scale } = this.scores[score];
    if (Number.isNaN(value)) return "–";
    if (yes_no) return value > 0.5 ? "yes" : "no";
    const shown = proportion ? `${(100 * value).toFixed(Math.max(scale.places - 2, 1))}\u202f%` : value.toFixed(scale.places);
    return shown.replace("-", "−");
  }

  matches(clip, { find, label, judged }) {
    if (label && this.labelOf(clip) !== label) return false;
    if (find && !`${this.ids[clip]} ${this.labelOf(clip)}`.toLowerCase().includes(find)) return false;
    if (!judged) return true;
    const right = this.systems.filter((_, system) => this.right(system, clip)).length;
    const [kind, system] = judged.split(" ");
    if (kind === "all") return right === this.systems.length;
    if (kind === "none") return right === 0;
    if (kind === "some") return right > 0 && right < this.systems.length;
    return this.right(Number(system), clip) === (kind === "right");
  }

  // What a clip is ordered by: a system's score, or the mean or the largest difference of all that are defined.
  rank(clip, { score, of }) {
    if (of !== "mean" && of !== "spread") return this.value(score, Number(of), clip);
    const known = this.systems.map((_, system) => this.value(score, system, clip)).filter((value) => !Number.isNaN(value));
    if (!known.length) return NaN;
    return of === "mean" ? known.reduce((a, b) => a + b) / known.length : Math.max(...known) - Math.min(...known);
  }

  // Clips that match, in order; those without a value stand last, whatever the direction.
  chosen(wish) {
    const some = [...Array(this.n).keys()].filter((clip) => this.matches(clip, wish));
    const sign = wish.direction === "rising" ? 1 : -1;
    if (wish.score === "") return sign === 1 ? some.reverse() : some;
    const ranks = new Map(some.map((clip) => [clip, this.rank(clip, wish)]));
    const last = (clip) => Number(Number.isNaN(ranks.get(clip)));
    return some.sort((a, b) => last(a) - last(b) || sign * (ranks.get(a) - ranks.get(b)) || a - b);
  }
}

// The sheets become backgrounds; a piece of one is an element that shows a window on it.
function hangSheets(sheets) {
  const rules = [...sheets.drawn, sheets.real, sheets.nearest].map((sheet, place) =>
    sheet ? `.sheet-${place}{background-image:url(${sheet.uri});--columns:${sheet.columns}}` : "");
  document.head.append(node("style", { textContent: rules.join("") }));
}

function piece(sheet, className, place, text) {
  if (!sheet || place === MISSING || sheet.gaps.includes(place)) {
    return node("span", { className: "piece none", textContent: "no picture" });
  }
  const made = node("span", { className: `piece ${className}`, role: "img", ariaLabel: text });
  made.style.setProperty("--column", place % sheet.columns);
  made.style.setProperty("--row", Math.floor(place / sheet.columns));
  return made;
}

function drawnPiece(clips, system, clip) {
  const text = `Drawn by ${clips.systems[system]} for a sound of ${clips.labelOf(clip)}`;
  return piece(clips.sheets.drawn[system], `sheet-${system}`, clip, text);
}

function realPiece(clips, clip) {
  return piece(clips.sheets.real, `sheet-${clips.systems.length}`, clip, `Real picture of ${clips.labelOf(clip)}`);
}

function verdict(clips, system, clip) {
  const seen = clips.seenBy(system, clip);
  if (!seen) return "";
  const right = clips.right(system, clip);
  return node("span", { className: `seen ${right ? "right" : "wrong"}` },
    node("span", { className: "unseen", textContent: right ? "right: " : "wrong: " }), seen);
}

function row(clips, clip, score) {
  const name = node("button", { type: "button", textContent: clips.labelOf(clip) });
  name.setAttribute("aria-haspopup", "dialog");
  const made = node("tr", {}, node("th", { scope: "row" }, name, node("small", { textContent: clips.ids[clip] })));
  if (clips.sheets.real) made.append(node("td", {}, realPiece(clips, clip)));
  clips.systems.forEach((_, system) => {
    const value = score === "" ? "" : clips.text(score, clips.value(score, system, clip));
    made.append(node("td", {}, drawnPiece(clips, system, clip),
      node("span", { className: "score", textContent: value }), verdict(clips, system, clip)));
  });
  made.dataset.clip = clip;
  return made;
}

// The list on the page: it keeps the order, the page that is shown and the clip that is open.
class Shelf {
  constructor(section, clips) {
    this.clips = clips;
    this.form = section.querySelector(".finder");
    this.shelf = section.querySelector(".shelf");
    this.body = section.querySelector("tbody");
    this.pager = section.querySelector(".pager");
    this.opened = new OpenedClip(section.querySelector("dialog"), clips, (clip, by) => this.neighbour(clip, by));
    const labels = [...new Set([...clips.label].map((place) => clips.classes[place]))].sort((a, b) => a.localeCompare(b));
    this.form.label.append(...labels.map((label) => node("option", { textContent: label, value: label })));
    this.listen();
    for (const part of [this.form, this.shelf, section.querySelector(".scripted")]) part.hidden = false;
    this.arrange();
  }

  listen() {
    const [back, on] = this.pager.querySelectorAll("button");
    this.form.addEventListener("input", () => this.arrange());
    this.form.addEventListener("submit", (event) => event.preventDefault());
    back.addEventListener("click", () => this.turn(this.page - 1));
    on.addEventListener("click", () => this.turn(this.page + 1));
    this.pager.querySelector("select").addEventListener("input", (event) => this.turn(Number(event.target.value)));
    this.shelf.querySelector("thead").addEventListener("click", (event) => this.orderBy(event.target.closest("th[data-system]")));
    this.body.addEventListener("click", (event) => this.open(event.target.closest("tr")));
    this.body.addEventListener("keydown", (event) => this.step(event));
  }

  arrange() {
    const { find, label, judged, score, of, direction } = this.form;
    this.wish = {
      find: find.value.trim().toLowerCase(),
      label: label.value,
      judged: judged ? judged.value : "",
      score: score.value === "" ? "" : Number(score.value),
      of: of ? of.value : "0",
      direction: direction.value,
    };
    this.order = this.clips.chosen(this.wish);
    const told = `${this.order.length} of ${this.clips.n} clips`;
    this.shelf.querySelector(".count").textContent = told;
    this.turn(0);
    for (const head of this.shelf.querySelectorAll("th[data-system]")) {
      const sorted = this.wish.score !== "" && head.dataset.system === this.wish.of;
      head.ariaSort = sorted ? (this.wish.direction === "falling" ? "descending" : "ascending") : "none";
    }
  }

  turn(page) {
    const pages = Math.max(Math.ceil(this.order.length / PER_PAGE), 1);
    this.page = Math.min(Math.max(page, 0), pages - 1);
    const shown = this.order.slice(this.page * PER_PAGE, (this.page + 1) * PER_PAGE);
    this.body.replaceChildren(...shown.map((clip) => row(this.clips, clip, this.wish.score)));
    const select = this.pager.querySelector("select");
    if (select.length !== pages) {
      select.replaceChildren(...Array.from({ length: pages }, (_, at) => node("option", { value: at, textContent: `${at + 1} of ${pages}` })));
    }
    select.value = this.page;
    const [back, on] = this.pager.querySelectorAll("button");
    back.disabled = this.page === 0;
    on.disabled = this.page === pages - 1;
  }

  // A system's name orders by it; once more, the other way round.
  orderBy(head) {
    if (!head) return;
    const { score, of, direction } = this.form;
    const again = head.ariaSort !== "none";
    if (again) direction.value = direction.value === "falling" ? "rising" : "falling";
    if (of) of.value = head.dataset.system;
    if (score.value === "" && score.length > 1) score.value = "0";
    this.arrange();
  }

  open(row) {
    if (row) this.opened.show(Number(row.dataset.clip));
  }

  // The clip before or after another in the present order; the list turns to its page and its row has the focus.
  neighbour(clip, by) {
    const at = this.order.indexOf(clip) + by;
    if (at < 0 || at >= this.order.length) return clip;
    const page = Math.floor(at / PER_PAGE);
    if (page !== this.page) this.turn(page);
    this.body.querySelector(`tr[data-clip="${this.order[at]}"] button`).focus();
    return this.order[at];
  }

  step(event) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const row = event.target.closest("tr");
    if (!by || !row) return;
    event.preventDefault();
    this.neighbour(Number(row.dataset.clip), by);
  }
}

const clipIndex = document.querySelector("#clip-index");
if (clipIndex) {
  const clips = new Clips(JSON.parse(clipIndex.textContent));
  hangSheets(clips.sheets);
  new Shelf(document.querySelector("#clips"), clips);
}
