// A lab without a kernel. Where its sliders stand, or where a point is dragged to, chooses one of the frames that
// were drawn when the site was built, or, if the lab says that this is true to it, what lies between two of them.
const NEAR = "1000px"; // so far from the screen a lab's frames are fetched
const WHOLE = 9000; // milliseconds that a lab plays, from end to end
const REST = 400; // milliseconds without a move until the address is changed
const GRIP = 22; // radius around a point, in units of the panel, in which it is taken hold of
const SVG = "http://www.w3.org/2000/svg";

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

// Follow a pointer (a mouse, a finger or a pen) from where it goes down on an element. With `patient`, a finger
// takes hold only when it moves sideways or is lifted, as it may be about to scroll.
function follow(element, patient, { begin, move, end }) {
  element.addEventListener("pointerdown", (down) => {
    if (down.button !== 0 || !down.isPrimary) return;
    let held = false;
    const hold = (event) => {
      held = true;
      begin(event);
      move(event);
    };
    const moved = (event) => {
      if (held) move(event);
      else if (Math.abs(event.clientX - down.clientX) > 4) hold(event);
    };
    const stop = (event) => {
      for (const [type, listener] of listeners) element.removeEventListener(type, listener);
      if (event.type === "pointerup") (held ? move : hold)(event);
      if (held) end();
    };
    const listeners = [["pointermove", moved], ["pointerup", stop], ["pointercancel", stop]];
    for (const [type, listener] of listeners) element.addEventListener(type, listener);
    element.setPointerCapture(down.pointerId);
    if (!patient || down.pointerType === "mouse") hold(down);
  });
}

// Take the lanes of a layer apart: for each frame, which head and tail each element has, and its numbers.
function unpack(lanes, heads) {
  return lanes.map(([head, tail, changes]) => {
    let at = 0;
    let numbers = [];
    const places = head.map((which) => {
      const before = numbers;
      numbers = Array.from({ length: heads[which].length - 1 }, (_, k) => changes[at + k] + (before[k] ?? 0));
      at += numbers.length;
      return numbers;
    });
    return { head, tail, places };
  });
}

// The numbers of an element between frames, each with its share, if it is alike in all of them, or else as in the first.
function blend(lane, frames) {
  const [[first]] = frames;
  if (frames.length === 1 || frames.some(([frame]) => lane.head[frame] !== lane.head[first])) return lane.places[first];
  return lane.places[first].map((_, k) =>
    Math.round(frames.reduce((sum, [frame, share]) => sum + share * lane.places[frame][k], 0)),
  );
}

class Lab {
  constructor(figure, python) { // of which a page that runs has one, see book/live/browser/lab.js
    Object.assign(this, { figure, python });
    this.name = figure.dataset.lab;
    this.sliders = [...figure.querySelectorAll("input")];
    this.values = figure.querySelectorAll(".lab-value");
    this.caption = figure.querySelector("figcaption span");
    this.panels = [...figure.querySelectorAll(".lossgd-panels > svg")];
    this.button = figure.querySelector(".lab-play");
    this.at = this.sliders.map((slider) => Number(slider.value)); // positions; between two of them, not whole
    this.sliders.forEach((slider, i) => this.listen(slider, i));
    this.button?.addEventListener("click", () => (this.playing ? this.rest() : this.play()));
    figure.querySelector(".lab-swap")?.addEventListener("click", () => (figure.dataset.panel = 1 - figure.dataset.panel));
    new IntersectionObserver((entries, observer) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      this.load();
    }, { rootMargin: NEAR }).observe(figure);
    if (location.hash === `#${figure.closest("section section")?.id}`) this.load(); // soon it is in sight
  }

  // What is moved before the frames are there is shown as soon as they are.
  load() {
    return (this.loading ??= this.fetch());
  }

  fetch() {
    return new Promise((resolve) => {
      const script = document.createElement("script");
      script.src = this.figure.dataset.frames;
      script.onload = () => {
        this.start(window.lossgdLabs[this.name]);
        resolve();
      };
      script.onerror = () => (this.caption.textContent = "This lab could not be loaded: reload the page to try again.");
      document.head.append(script);
    });
  }

  start(data) {
    this.data = data;
    this.heads = data.heads.map((head) => head.split("~"));
    this.layers = data.layers.map((layer) => unpack(layer, this.heads));
    this.spots = unpack(data.handles, this.heads);
    this.makeRoom();
    this.handles = data.drags.map((drag) => this.handle(...drag));
    this.show();
    this.speak();
    this.figure.dataset.ready = "";
  }

  // A group for each lane of what moves.
  makeRoom() {
    this.groups = this.panels.map((panel, i) => {
      const moving = panel.querySelector(".moving");
      moving.innerHTML = "<g></g>".repeat(this.layers[i].length);
      return [...moving.children];
    });
    this.shown = this.layers.map(() => []);
  }

  listen(slider, i) {
    slider.addEventListener("input", () => {
      this.at[i] = Number(slider.value);
      this.rest();
    });
    slider.addEventListener("focus", () => this.speak());
    slider.addEventListener("blur", () => this.speak());
    follow(slider.parentElement, true, {
      begin: () => {
        slider.focus({ preventScroll: true });
        this.pause();
      },
      move: (event) => {
        const box = slider.getBoundingClientRect();
        const thumb = 16; // its middle does not reach the ends of the track
        const part = (event.clientX - box.left - thumb / 2) / (box.width - thumb);
        this.move(i, clamp(part, 0, 1) * slider.max);
      },
      end: () => this.rest(),
    });
  }

  // Make a handle, by which a point on a panel is dragged; `sides` are the sliders of x and y, and their places.
  handle(panel, ...sides) {
    const kind = sides[0] ? (sides[1] ? "" : "across") : "up";
    const handle = this.grip(this.panels[panel], kind, {
      from: () => this.places[this.handles.indexOf(handle)],
      move: (to) => sides.forEach((side, k) => side && this.move(side[0], position(side[1], to[k]))),
      end: () => this.rest(),
    });
    return handle;
  }

  // Make what is taken hold of on a panel, where the point is that `from` tells; `move` takes where it is drawn to.
  grip(svg, kind, { from, move, end }) {
    const grip = document.createElementNS(SVG, "g");
    grip.setAttribute("class", `lab-handle ${kind}`);
    grip.innerHTML = `<circle r="${GRIP}" class="grip"/><circle r="11"/>`;
    svg.append(grip);
    // A finger on it does not scroll. Within SVG the style touch-action does not see to that in all browsers.
    grip.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
    let aside; // from the pointer to the point
    const place = (event) => {
      const box = svg.getBoundingClientRect();
      const scale = svg.viewBox.baseVal.width / box.width;
      return [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
    };
    follow(grip, false, {
      begin: (event) => {
        this.pause();
        const start = place(event);
        aside = from().map((value, k) => value - start[k]);
        grip.classList.add("held");
      },
      move: (event) => move(place(event).map((value, k) => value + aside[k])),
      end: () => {
        grip.classList.remove("held");
        end();
      },
    });
    return grip;
  }

  move(i, value) {
    this.at[i] = value;
    this.soon ??= requestAnimationFrame(() => this.show());
  }

  // Nothing moves any more: come to the nearest position that the sliders have, and let the address say which.
  rest() {
    this.pause();
    this.sliders.forEach((slider, i) => {
      slider.value = this.at[i];
      this.at[i] = Number(slider.value);
    });
    this.soon ??= requestAnimationFrame(() => this.show());
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.data && history.replaceState(history.state, "", this.address()), REST);
  }

  // The frames around the present position, each with its share, the largest first.
  frames() {
    let frames = [[0, 1]];
    this.at.forEach((value, i) => {
      const low = this.data.smooth[i] ? Math.floor(value) : Math.round(value);
      const part = this.data.smooth[i] ? value - low : 0;
      const length = this.data.texts[i].length; // the last slider moves fastest
      frames = frames.flatMap(([frame, share]) => {
        const first = [frame * length + low, share * (1 - part)];
        return part ? [first, [first[0] + 1, share * part]] : [first];
      });
    });
    return frames.sort((a, b) => b[1] - a[1]);
  }

  show() {
    this.soon = undefined;
    this.sliders.forEach((slider, i) => (slider.value = this.at[i])); // the nearest that it has
    if (this.data) this.paint(this.seen());
  }

  // What is seen at the present position.
  seen() {
    const { texts, captions, tails } = this.data;
    const frames = this.frames();
    const [[first]] = frames;
    const markup = (lane) => {
      const head = this.heads[lane.head[first]];
      return blend(lane, frames).reduce((text, n, j) => text + n / 10 + head[j + 1], head[0]) + tails[lane.tail[first]];
    };
    return {
      caption: captions[first],
      texts: texts.map((each, i) => each[Math.round(this.at[i])]),
      layers: this.layers.map((layer) => layer.map(markup)),
      handles: this.spots.map((spot) => blend(spot, frames).map((value) => value / 10)),
    };
  }

  paint({ caption, texts, layers, handles }) {
    const said = [caption, ...texts].join();
    if (this.said !== said) {
      this.said = said;
      this.caption.textContent = caption;
      this.panels[0].parentElement.setAttribute("aria-label", caption);
      this.sliders.forEach((slider, i) => {
        this.values[i].textContent = texts[i];
        slider.setAttribute("aria-valuetext", `${texts[i]}. ${caption}`);
      });
    }
    this.groups.forEach((groups, i) => groups.forEach((group, k) => {
      const markup = layers[i][k] ?? "";
      if (this.shown[i][k] !== markup) group.innerHTML = this.shown[i][k] = markup;
    }));
    this.places = handles;
    this.handles.forEach((handle, i) => handle.setAttribute("transform", `translate(${handles[i]})`));
  }

  play() {
    const last = this.sliders.length - 1;
    const end = Number(this.sliders[last].max);
    if (this.at[last] >= end) this.at[last] = 0;
    this.button.textContent = "Pause";
    let before;
    const step = (now) => {
      if (this.data) this.at[last] = Math.min(this.at[last] + ((now - (before ?? now)) * end) / WHOLE, end);
      before = now;
      this.show();
      if (this.at[last] >= end) return this.rest();
      this.playing = requestAnimationFrame(step);
    };
    this.playing = requestAnimationFrame(step);
    this.speak();
  }

  pause() {
    if (!this.playing) return;
    cancelAnimationFrame(this.playing);
    this.playing = undefined;
    this.button.textContent = "Play";
    this.speak();
  }

  // A screen reader hears one voice: a slider that has the focus says the caption itself, and nobody says each frame.
  speak() {
    this.caption.ariaLive = this.playing || this.sliders.includes(document.activeElement) ? "off" : "polite";
  }

  // The present position as the end of an address, such as #lab=huber_delta&delta=2.2, and the way back.
  address() {
    const values = this.sliders.map((slider, i) => [slider.name, this.data.values[i][Math.round(this.at[i])]]);
    return `#${new URLSearchParams([["lab", this.name], ...values])}`;
  }

  async restore(position) {
    await this.load();
    this.sliders.forEach((slider, i) => {
      const asked = parseFloat(position.get(slider.name));
      const off = this.data.values[i].map((value) => Math.abs(value - asked));
      if (!Number.isNaN(asked)) this.at[i] = off.indexOf(Math.min(...off));
    });
    this.show();
    this.figure.scrollIntoView({ block: "center" });
  }
}

// Where a place lies among the places of all positions, which rise or fall.
function position(places, place) {
  const sign = Math.sign(places.at(-1) - places[0]);
  const above = places.findIndex((each) => sign * (each - place) >= 0);
  if (above < 1) return above < 0 ? places.length - 1 : 0;
  return above - (places[above] - place) / (places[above] - places[above - 1]);
}

const labs = [...document.querySelectorAll("figure.lab")].map((figure) => new Lab(figure));
const restore = () => {
  const position = new URLSearchParams(location.hash.slice(1));
  labs.find((lab) => lab.name === position.get("lab"))?.restore(position);
};
restore();
addEventListener("hashchange", restore);
