// One clip of the list, large: all pictures, all scores, the sound where the page holds it.

// A picture that a class page shows is sharper than its piece of a sheet.
function sharpest(clip, model, piece) {
  const figure = [...document.querySelectorAll(`figure[data-clip="${CSS.escape(clip)}"]`)].find((one) => one.dataset.model === model);
  const image = figure && figure.querySelector("img.picture");
  return image ? image.cloneNode() : piece;
}

class OpenedClip {
  constructor(dialog, clips, neighbour) {
    Object.assign(this, { dialog, clips, neighbour });
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    dialog.addEventListener("close", () => {
      dialog.querySelectorAll("audio").forEach((audio) => audio.pause());
      neighbour(this.clip, 0);
    });
    dialog.addEventListener("keydown", (event) => {
      const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (by && !event.target.closest(".scroll")) this.move(by);
    });
  }

  show(clip) {
    this.clip = clip;
    this.dialog.replaceChildren(this.head(), this.sound(), this.pictures(), this.scores());
    this.dialog.scrollTop = 0;
    if (!this.dialog.open) this.dialog.showModal();
  }

  move(by) {
    const next = this.neighbour(this.clip, by);
    if (next !== this.clip) this.show(next);
    this.dialog.querySelector(by < 0 ? ".before" : ".after").focus();
  }

  head() {
    const { clips, clip } = this;
    const button = (className, text, label, act) => {
      const made = node("button", { type: "button", className, textContent: text, ariaLabel: label });
      made.addEventListener("click", act);
      return made;
    };
    return node("div", { className: "head" },
      node("h3", { id: "opened-title" }, clips.labelOf(clip), " ", node("small", { textContent: clips.ids[clip] })),
      button("before", "‹", "Clip before", () => this.move(-1)),
      button("after", "›", "Clip after", () => this.move(1)),
      button("shut", "×", "Close", () => this.dialog.close()));
  }

  // The player of a class page, a link to the file, or why there is neither.
  sound() {
    const { clips, clip } = this;
    const held = document.querySelector(`.class figure[data-clip="${CSS.escape(clips.ids[clip])}"] .sound`);
    if (held) {
      const made = node("div", { className: "sound" }, held.querySelector("img").cloneNode(), held.querySelector("audio").cloneNode());
      spectrogramPlayer(made);
      return made;
    }
    const file = clips.sounds[clip];
    if (!file) {
      const why = "The sound of this clip is not in this file: it is synthesised when it is needed. Those of the class pages are here.";
      return node("p", { className: "guide", textContent: why });
    }
    const link = node("a", { href: `${clips.sound_folder}/${file}`, textContent: decodeURIComponent(file) });
    return node("p", { className: "guide" }, "The sound of this clip lies in ", link, ", where the data set was when this report was written.");
  }

  pictures() {
    const { clips, clip } = this;
    const made = node("div", { className: "exhibits" });
    if (clips.sheets.real) {
      const real = sharpest(clips.ids[clip], "", realPiece(clips, clip));
      made.append(node("figure", { className: "exhibit truth" }, real, node("figcaption", {}, node("b", { textContent: "real picture" }))));
    }
    clips.systems.forEach((name, system) => {
      const caption = node("figcaption", {}, node("b", { textContent: name }), verdict(clips, system, clip), this.nearest(system));
      made.append(node("figure", { className: "exhibit" }, sharpest(clips.ids[clip], name, drawnPiece(clips, system, clip)), caption));
    });
    return made;
  }

  nearest(system) {
    const { clips, clip } = this;
    const place = clips.neighbour.length ? clips.neighbour[system][clip] : MISSING;
    if (place === MISSING || !clips.sheets.nearest) return "";
    const label = clips.classes[clips.neighbourLabel[place]];
    const score = clips.scores.findIndex((one) => one.name === "nearest_real_similarity");
    const cosine = score < 0 ? "" : clips.text(score, clips.value(score, system, clip));
    return node("span", { className: "nearest" },
      piece(clips.sheets.nearest, `sheet-${clips.systems.length + 1}`, place, `Real picture nearest to it${label ? `, of ${label}` : ""}`),
      node("span", {}, "nearest real", node("br"), label ? `${label}, ` : "", cosine));
  }

  scores() {
    const { clips, clip } = this;
    const heads = clips.systems.map((name) => node("th", { scope: "col", textContent: name }));
    const rows = clips.scores.map((score, place) => node("tr", {},
      node("th", { scope: "row", textContent: `${score.title} ${score.higher_is_better ? "↑" : "↓"}` }),
      ...clips.systems.map((_, system) => node("td", { textContent: clips.text(place, clips.value(place, system, clip)) }))));
    const table = node("table", {}, node("caption", { textContent: "Scores of this clip" }),
      node("thead", {}, node("tr", {}, node("th", { scope: "col", textContent: "Score" }), ...heads)), node("tbody", {}, ...rows));
    const made = node("div", { className: "scroll", role: "region", ariaLabel: "Scores of this clip", tabIndex: 0 });
    made.append(table);
    return made;
  }
}
