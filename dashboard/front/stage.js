// Where pictures lie on the stage: one view (zoom and centre) for all panes, whole pixels of the screen.

const ZOOMS = [0.05, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 32];
const FINGERS_APART = 8; // CSS pixels, under which two fingers say nothing of a distance

class Stage {
  width = 1;
  height = 1;
  mode = "swipe";
  side = "after";
  at = 50; // percent of the stage that shows before, when swiped
  zoom = "fit";
  centre = [0.5, 0.5]; // of the picture, 0 to 1

  constructor(root) {
    this.element = root.querySelector(".stage");
    this.viewer = root.querySelector(".viewer");
    this.divider = root.querySelector(".divider");
    this.panes = [...root.querySelectorAll(".pane")];
    this.output = root.querySelector("output.zoom");
    this.observer = new ResizeObserver(() => this.lay());
    this.observer.observe(this.element);
  }

  // Pixels of the screen that a pixel of the picture takes.
  get scale() {
    return this.zoom === "fit" ? this.fit() : this.zoom;
  }

  fit() {
    const pane = this.panes.find((one) => !one.hidden) ?? this.element;
    const ratio = window.devicePixelRatio;
    const fits = Math.min((pane.clientWidth * ratio) / this.width, (pane.clientHeight * ratio) / this.height);
    return fits < 1 ? fits : Math.min(Math.floor(fits), 8) || 1; // what is tiny is enlarged by a whole number
  }

  // Which sides are in sight.
  get sides() {
    if (!this.both) return ["before"];
    return this.mode === "single" ? [this.side] : ["before", "after"];
  }

  lay() {
    for (const mode of ["single", "side", "swipe"]) this.element.classList.toggle(`mode-${mode}`, this.shown === mode);
    for (const pane of this.panes) pane.hidden = !this.sides.includes(pane.dataset.side);
    this.divider.hidden = this.shown !== "swipe";
    this.element.style.setProperty("--at", `${this.at}%`);
    this.divider.setAttribute("aria-valuenow", String(Math.round(this.at)));
    this.divider.setAttribute("aria-valuetext", `${Math.round(this.at)} % before`);
    const scale = this.scale, ratio = window.devicePixelRatio;
    for (const pane of this.panes) {
      if (pane.hidden) continue;
      const sheet = pane.firstElementChild, box = pane.getBoundingClientRect();
      const wide = (this.width * scale) / ratio, high = (this.height * scale) / ratio;
      // On whole pixels of the screen, wherever the page has put the pane: else 100 % would be resampled.
      const whole = (edge, offset) => Math.round((edge + offset) * ratio) / ratio - edge;
      sheet.style.left = `${whole(box.left, box.width / 2 - this.centre[0] * wide)}px`;
      sheet.style.top = `${whole(box.top, box.height / 2 - this.centre[1] * high)}px`;
      sheet.style.width = `${wide}px`;
      sheet.style.height = `${high}px`;
      sheet.classList.toggle("large", scale > 1);
    }
    this.output.textContent = `${scale < 0.1 ? (scale * 100).toFixed(1) : Math.round(scale * 100)} %`;
    this.viewer.dataset.zoom = this.zoom === "fit" ? "fit" : String(Math.round(scale * 100));
  }

  get shown() {
    return this.both ? this.mode : "single";
  }

  pane(clientX) {
    if (this.shown === "single") return this.panes.find((one) => !one.hidden);
    const box = this.element.getBoundingClientRect();
    const share = ((clientX - box.left) / box.width) * 100;
    return this.panes[share < (this.shown === "side" ? 50 : this.at) ? 0 : 1];
  }

  // A point of the screen in pixels of the picture, with fractions.
  toPicture(clientX, clientY) {
    const box = this.pane(clientX).firstElementChild.getBoundingClientRect();
    return [((clientX - box.left) / box.width) * this.width, ((clientY - box.top) / box.height) * this.height];
  }

  zoomTo(zoom, clientX, clientY) {
    const least = Math.min(this.fit(), ZOOMS[0]);
    const next = zoom === "fit" ? "fit" : Math.min(Math.max(zoom, least), ZOOMS.at(-1));
    if (next === "fit") {
      this.centre = [0.5, 0.5];
    } else if (clientX !== undefined) {
      const [x, y] = this.toPicture(clientX, clientY);
      const was = this.scale;
      this.centre = this.centre.map((c, k) => {
        const size = k ? this.height : this.width, held = (k ? y : x) / size;
        return held + (c - held) * (was / next);
      });
    }
    this.zoom = next;
    this.keep();
    this.lay();
  }

  step(direction, clientX, clientY) {
    const now = this.scale;
    const next = direction > 0 ? ZOOMS.find((z) => z > now * 1.001) : ZOOMS.findLast((z) => z < now * 0.999);
    if (next !== undefined) this.zoomTo(next, clientX, clientY);
  }

  // Move by CSS pixels.
  move(right, down) {
    const scale = this.scale / window.devicePixelRatio;
    this.centre = [this.centre[0] - right / (this.width * scale), this.centre[1] - down / (this.height * scale)];
    if (this.zoom === "fit") this.zoom = this.scale;
    this.keep();
    this.lay();
  }

  // Some of the picture stays in sight.
  keep() {
    this.centre = this.centre.map((c) => Math.min(Math.max(c, 0), 1));
  }

  swipeTo(clientX) {
    const box = this.element.getBoundingClientRect();
    this.at = Math.min(Math.max(((clientX - box.left) / box.width) * 100, 0), 100);
    this.lay();
  }

  forget() {
    this.observer.disconnect();
  }
}

// A box of the picture, as an element that keeps its place on a sheet.
function frameOf(kind, box, { width, height }, label = "") {
  const node = document.createElement("div");
  node.className = kind;
  node.dataset.label = label;
  Object.assign(node.style, {
    left: `${(box.x / width) * 100}%`,
    top: `${(box.y / height) * 100}%`,
    width: `${(box.width / width) * 100}%`,
    height: `${(box.height / height) * 100}%`,
  });
  return node;
}
