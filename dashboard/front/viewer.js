// The viewer of the page Frame. It is given addresses and words, and tells of the region that was marked.

const PATIENCE_MS = 250; // how long the picture before may stand while the next one is fetched
const VIEW = "brandkit.viewer"; // in the browser's storage: how somebody likes to look

const SIDES = ["before", "after"];
const MODES = ["single", "side", "swipe"];

class Viewer {
  constructor(root) {
    this.root = root;
    this.find = (selector) => root.querySelector(selector);
    this.all = (selector) => [...root.querySelectorAll(selector)];
    this.pictures = new Pictures();
    this.stage = new Stage(root);
    this.gestures = new Gestures(this.stage, {
      onPoint: (event) => this.point(event),
      onBox: (box) => this.marked(box),
      onDraft: (box) => this.draft(box),
      onLeave: () => {},
    });
    this.overlay = "";
    this.pins = true;
    this.serial = 0;
    this.recall();
    this.listen();
  }

  listen() {
    for (const button of this.all("[data-mode]")) button.onclick = () => this.look(button.dataset.mode);
    for (const button of this.all("[data-zoom]")) button.onclick = () => this.zoom(button.dataset.zoom);
    this.find(".toggle").onclick = () => this.toggle();
    this.find(".pinned").onclick = () => this.pin(!this.pins);
    this.find(".box").onclick = () => this.mark(!this.gestures.marking);
    this.find(".overlay").onchange = (event) => this.lay(event.target.value);
    this.find(".opacity").oninput = () => this.fade();
    const told = () => this.settled && this.fetchAhead();
    document.addEventListener("brandkit:ahead", told);
    this.unhear = () => document.removeEventListener("brandkit:ahead", told);
    this.deaf = listenForKeys({
      t: () => this.toggle(),
      v: () => this.look(MODES[(MODES.indexOf(this.stage.mode) + 1) % MODES.length]),
      o: () => this.nextOverlay(),
      i: () => this.pin(!this.pins),
      b: () => this.mark(!this.gestures.marking),
      z: () => this.zoom(this.stage.zoom === "fit" ? "1" : "fit"),
      0: () => this.zoom("fit"),
      1: () => this.zoom("1"),
      2: () => this.zoom("2"),
      "+": () => this.zoom("in"),
      "-": () => this.zoom("out"),
      Escape: () => this.mark(false),
    });
  }

  update({ data, setStateValue }) {
    if (this.data?.item !== data.item) performance.mark("brandkit:told", { detail: data.item });
    const last = this.data;
    this.data = data;
    this.tell = setStateValue;
    this.stage.both = data.after !== null;
    if (last?.item !== data.item) {
      this.stage.centre = [0.5, 0.5];
      this.stage.side = data.after === null ? "before" : this.stage.side;
      this.mark(false);
    }
    this.offer();
    this.show(last);
  }

  // What is likely to be looked at next, once this picture has what it needs.
  fetchAhead() {
    for (const url of globalThis[Symbol.for("brandkit.ahead")] ?? []) this.pictures.image(url).catch(() => {});
  }

  // Put the pictures on the stage as soon as they are decoded; never one beside the words of another.
  async show(last) {
    const serial = ++this.serial, { data, stage } = this;
    const urls = SIDES.map((side) => data[side]).filter((url) => url !== null);
    const same = last && SIDES.every((side) => last[side] === data[side]);
    if (same) return this.dress();
    this.settled = false;
    const stale = setTimeout(() => {
      stage.element.classList.add("stale");
      this.wait("Loading …");
    }, PATIENCE_MS);
    try {
      const images = await Promise.all(urls.map((url) => this.pictures.image(url)));
      if (serial !== this.serial) return;
      performance.mark("brandkit:decoded", { detail: data.item });
      [stage.width, stage.height] = [images[0].naturalWidth, images[0].naturalHeight];
      SIDES.forEach((side, k) => {
        const sheet = this.sheet(side);
        sheet.replaceChildren(...(images[k] ? [images[k]] : []));
        if (images[k]) images[k].alt = side === "before" ? "Before correction" : "After correction";
      });
      this.wait("");
      this.dress();
      requestAnimationFrame(() => requestAnimationFrame(() => {
        if (serial !== this.serial) return;
        stage.viewer.dataset.painted = data.item;
        performance.mark("brandkit:painted", { detail: data.item });
        this.settled = true;
        this.fetchAhead();
      }));
    } catch (error) {
      if (serial !== this.serial) return;
      for (const side of SIDES) this.sheet(side).replaceChildren();
      this.wait("This picture cannot be shown. Load the page again.");
    } finally {
      clearTimeout(stale);
      if (serial === this.serial) stage.element.classList.remove("stale");
    }
  }

  // All that belongs to the picture: controls, pins, the region, overlays.
  dress() {
    const { stage, data } = this;
    this.find(".size").textContent = `${stage.width} × ${stage.height}`;
    this.find('.pane[data-side="after"] .tag').textContent = data.afterLabel;
    this.hidePin();
    for (const side of SIDES) {
      this.sheet(side).querySelectorAll(".pin, .mark, .draft").forEach((node) => node.remove());
      if (data[side] === null) continue;
      if (this.pins) data.pins.filter((pin) => pin.sides.includes(side)).forEach((pin) => this.sheet(side).append(this.pinOf(pin)));
      if (data.mark !== null) this.sheet(side).append(frameOf("mark", data.mark, this.stage, "region"));
    }
    this.controls();
    this.veil();
    stage.lay();
  }

  controls() {
    const { stage } = this;
    for (const button of this.all("[data-mode]")) {
      button.setAttribute("aria-checked", String(stage.shown === button.dataset.mode));
      button.disabled = !stage.both && button.dataset.mode !== "single";
    }
    const toggle = this.find(".toggle");
    toggle.disabled = !stage.both;
    toggle.textContent = stage.sides.length === 2 ? "Toggle" : stage.sides[0] === "before" ? "Before" : "After";
    this.find(".pinned").setAttribute("aria-pressed", String(this.pins));
    this.find(".box").setAttribute("aria-pressed", String(this.gestures.marking));
    this.find(".box").disabled = !this.data.canMark;
  }

  // --- looking

  look(mode) {
    if (!this.stage.both && mode !== "single") return;
    this.stage.mode = mode;
    this.remember();
    this.dress();
  }

  toggle() {
    if (!this.stage.both) return;
    if (this.stage.mode !== "single") this.stage.mode = "single";
    this.stage.side = this.stage.side === "before" ? "after" : "before";
    this.dress();
  }

  zoom(how) {
    if (how === "in" || how === "out") this.stage.step(how === "in" ? 1 : -1);
    else this.stage.zoomTo(how === "fit" ? "fit" : Number(how));
    this.remember();
  }

  wait(text) {
    const line = this.find(".wait");
    line.hidden = text === "";
    line.textContent = text;
  }

  sheet(side) {
    return this.find(`.pane[data-side="${side}"] .sheet`);
  }

  // --- overlays

  offer() {
    const select = this.find(".overlay");
    const options = [{ name: "", label: "None" }, ...this.data.overlays];
    select.replaceChildren(...options.map(({ name, label }) => new Option(label, name)));
    if (!options.some(({ name }) => name === this.overlay)) this.overlay = "";
    select.value = this.overlay;
    select.disabled = options.length === 1;
  }

  lay(name) {
    this.overlay = name;
    this.find(".overlay").value = name;
    this.veil();
  }

  nextOverlay() {
    const names = ["", ...this.data.overlays.map(({ name }) => name)];
    this.lay(names[(names.indexOf(this.overlay) + 1) % names.length]);
  }

  async veil() {
    const chosen = this.data.overlays.find(({ name }) => name === this.overlay);
    this.find(".opacity").hidden = chosen === undefined;
    const serial = this.serial;
    for (const side of SIDES) {
      const sheet = this.sheet(side), url = chosen?.[side] ?? null;
      if ((sheet.querySelector(".veil")?.dataset.url ?? null) === url) continue;
      sheet.querySelector(".veil")?.remove();
      if (url === null || this.data[side] === null) continue;
      try {
        const drawn = chosen.kind === "mask" ? await this.pictures.veil(url) : (await this.pictures.image(url)).cloneNode();
        if (serial !== this.serial || this.overlay !== chosen.name) return;
        drawn.classList.add("veil");
        drawn.dataset.url = url;
        sheet.querySelector("img:not(.veil)")?.after(drawn);
      } catch (error) {
        this.wait("This overlay cannot be shown.");
      }
    }
    this.fade();
  }

  fade() {
    for (const veil of this.all(".veil")) veil.style.opacity = String(this.find(".opacity").value / 100);
  }

  // --- pins and the region

  pin(on) {
    this.pins = on;
    this.dress();
  }

  pinOf(pin) {
    const node = frameOf("pin", pin, this.stage), button = document.createElement("button");
    button.type = "button";
    button.textContent = String(pin.number);
    button.setAttribute("aria-label", `Finding ${pin.number}: ${pin.text}`);
    button.onpointerenter = button.onfocus = () => this.showPin(button, pin);
    button.onpointerleave = button.onblur = () => this.hidePin();
    node.append(button);
    return node;
  }

  showPin(button, pin) {
    const note = this.find(".note"), at = button.getBoundingClientRect(), box = this.stage.element.getBoundingClientRect();
    note.textContent = `${pin.number}. ${pin.text}`;
    note.hidden = false;
    note.style.left = `${Math.max(4, Math.min(at.left - box.left, box.width - note.offsetWidth - 4))}px`;
    note.style.top = `${Math.max(4, Math.min(at.bottom - box.top + 4, box.height - note.offsetHeight - 4))}px`;
  }

  hidePin() {
    this.find(".note").hidden = true;
  }

  mark(on) {
    this.gestures.marking = on && Boolean(this.data?.canMark);
    this.stage.element.classList.toggle("marking", this.gestures.marking);
    this.find(".box").setAttribute("aria-pressed", String(this.gestures.marking));
  }

  draft(box) {
    for (const side of SIDES) {
      this.sheet(side).querySelector(".draft")?.remove();
      if (box !== null && this.data[side] !== null) this.sheet(side).append(frameOf("draft", box, this.stage));
    }
  }

  marked(box) {
    if (!this.data.canMark) return;
    this.mark(false);
    this.tell("region", { item: this.data.item, ...box });
  }

  // --- the pixel under the pointer

  async point(event) {
    const { stage, data } = this;
    if (event.target.closest?.(".pin button, .divider")) return;
    const [x, y] = stage.toPicture(event.clientX, event.clientY).map(Math.floor);
    const asked = (this.asked = Symbol("pixel"));
    const inside = x >= 0 && y >= 0 && x < stage.width && y < stage.height;
    this.find(".probe .at").textContent = inside ? `x ${x}  y ${y}` : "outside of the picture";
    const sides = SIDES.filter((side) => data[side] !== null && inside);
    try {
      const codes = await Promise.all(sides.map((side) => this.pictures.read(data[side], x, y)));
      if (asked !== this.asked) return;
      for (const side of SIDES) this.reading(side, codes[sides.indexOf(side)]);
    } catch (error) {
      this.find(".probe .at").textContent = "the pixel cannot be read";
    }
  }

  reading(side, code) {
    const node = this.find(`.reading[data-side="${side}"]`);
    node.hidden = code === undefined;
    if (code === undefined) return;
    const hex = hexOf(code), near = nearestOf(code, this.data.swatches);
    node.querySelector(".block").style.background = hex;
    node.querySelector(".hex").textContent = hex;
    node.querySelector(".near").textContent = near === null ? "" : `ΔE00 ${near.de00.toFixed(2)} from ${near.name} ${near.hex}`;
  }

  // --- how somebody likes to look stays on this machine

  remember() {
    const { mode, zoom } = this.stage;
    try {
      localStorage.setItem(VIEW, JSON.stringify({ mode, zoom }));
    } catch (error) {
      // storage may be closed to pages; the view then starts anew
    }
  }

  recall() {
    try {
      const { mode, zoom } = JSON.parse(localStorage.getItem(VIEW) ?? "{}");
      if (MODES.includes(mode)) this.stage.mode = mode;
      if (typeof zoom === "number" && ZOOMS.includes(zoom)) this.stage.zoom = zoom;
    } catch (error) {
      // as in remember
    }
  }

  forget() {
    this.deaf();
    this.unhear();
    this.stage.forget();
    this.pictures.forget();
  }
}

const VIEWERS = new WeakMap();

export default function (component) {
  const root = component.parentElement;
  let viewer = VIEWERS.get(root);
  if (viewer === undefined) VIEWERS.set(root, (viewer = new Viewer(root)));
  viewer.update(component);
  return () => {
    viewer.forget();
    VIEWERS.delete(root);
  };
}
