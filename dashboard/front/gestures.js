// What fingers, a mouse and a wheel do on the stage.

const LEAST_BOX = 3; // pixels of the picture; less was a click

class Gestures {
  marking = false;
  #pointers = new Map();
  #apart = 0;
  #from = null;
  #swiping = false;

  constructor(stage, { onPoint, onBox, onDraft, onLeave }) {
    this.stage = stage;
    this.told = { onPoint, onBox, onDraft, onLeave };
    const element = stage.element;
    element.addEventListener("pointerdown", (event) => this.#down(event));
    element.addEventListener("pointermove", (event) => this.#move(event));
    element.addEventListener("pointerup", (event) => this.#up(event));
    element.addEventListener("pointercancel", (event) => this.#up(event, true));
    element.addEventListener("pointerleave", () => this.told.onLeave());
    element.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    element.addEventListener("keydown", (event) => this.#key(event));
    element.addEventListener("dblclick", (event) => {
      if (event.target.closest?.(".pin, .divider")) return;
      stage.zoomTo(stage.zoom === "fit" ? 1 : "fit", event.clientX, event.clientY);
    });
  }

  #down(event) {
    if (event.button !== 0 || event.target.closest(".pin button")) return;
    this.stage.element.setPointerCapture(event.pointerId);
    this.#pointers.set(event.pointerId, [event.clientX, event.clientY]);
    this.#swiping = event.target.closest(".divider") !== null;
    if (this.#pointers.size === 2) {
      this.#from = null;
      this.told.onDraft(null);
      this.#apart = this.#spread();
    } else if (this.marking || event.shiftKey) {
      this.#from = this.stage.toPicture(event.clientX, event.clientY);
    } else if (!this.#swiping) {
      this.stage.element.classList.add("dragging");
    }
    this.told.onPoint(event);
  }

  #move(event) {
    const last = this.#pointers.get(event.pointerId);
    if (last === undefined) return this.told.onPoint(event);
    this.#pointers.set(event.pointerId, [event.clientX, event.clientY]);
    const right = event.clientX - last[0], down = event.clientY - last[1];
    if (this.#pointers.size === 2) {
      const apart = this.#spread();
      const [x, y] = this.#middle();
      this.stage.move(right / 2, down / 2);
      this.stage.zoomTo((this.stage.scale * apart) / this.#apart, x, y);
      this.#apart = apart;
    } else if (this.#from !== null) {
      this.told.onDraft(this.#box(event));
    } else if (this.#swiping) {
      this.stage.swipeTo(event.clientX);
    } else {
      this.stage.move(right, down);
    }
  }

  #up(event, cancelled = false) {
    if (!this.#pointers.delete(event.pointerId)) return;
    this.stage.element.classList.remove("dragging");
    if (this.#from !== null) {
      const box = this.#box(event);
      this.told.onDraft(null);
      if (!cancelled && box.width >= LEAST_BOX && box.height >= LEAST_BOX) this.told.onBox(box);
    }
    this.#from = null;
    this.#swiping = false;
  }

  #wheel(event) {
    event.preventDefault();
    // A pinch on a touchpad comes as a wheel with Ctrl, in finer steps.
    const pace = event.ctrlKey ? 0.01 : 0.0015;
    const pixels = event.deltaMode === 1 ? event.deltaY * 16 : event.deltaY;
    const zoom = this.stage.scale * Math.exp(-pixels * pace);
    this.stage.zoomTo(zoom, event.clientX, event.clientY);
    this.told.onPoint(event);
  }

  #key(event) {
    const away = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (away === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    if (event.target.closest(".divider")) {
      const by = event.shiftKey ? 10 : 2;
      this.stage.at = Math.min(Math.max(this.stage.at - (away[0] - away[1]) * by, 0), 100);
      this.stage.lay();
    } else {
      this.stage.move(away[0] * 40, away[1] * 40);
    }
  }

  // The box from where it was begun, in whole pixels within the picture.
  #box(event) {
    const { width, height } = this.stage;
    const to = this.stage.toPicture(event.clientX, event.clientY);
    const within = (value, most) => Math.min(Math.max(value, 0), most);
    const left = Math.floor(within(Math.min(this.#from[0], to[0]), width));
    const top = Math.floor(within(Math.min(this.#from[1], to[1]), height));
    const right = Math.ceil(within(Math.max(this.#from[0], to[0]), width));
    const bottom = Math.ceil(within(Math.max(this.#from[1], to[1]), height));
    return { x: left, y: top, width: right - left, height: bottom - top };
  }

  #spread() {
    const [one, other] = [...this.#pointers.values()];
    return Math.max(Math.hypot(one[0] - other[0], one[1] - other[1]), FINGERS_APART);
  }

  #middle() {
    const [one, other] = [...this.#pointers.values()];
    return [(one[0] + other[0]) / 2, (one[1] + other[1]) / 2];
  }
}
