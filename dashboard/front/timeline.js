// What was measured frame by frame, below each other, with shots, limits and what is flagged.

const SVG = "http://www.w3.org/2000/svg";
const TRACK = [1000, 100]; // units of the drawing
const NEAR_PEAK = 8; // CSS pixels around a click within which a peak is meant
const MOST_POINTS = 1000;

class Timeline {
  constructor(root, onSeek) {
    this.root = root.querySelector(".timeline");
    this.tracks = root.querySelector(".tracks");
    this.head = root.querySelector(".head");
    this.hover = root.querySelector(".hover");
    this.onSeek = onSeek;
    this.root.addEventListener("pointerdown", (event) => this.#press(event));
    this.root.addEventListener("pointermove", (event) => this.#over(event));
    this.root.addEventListener("pointerleave", () => (this.hover.hidden = true));
    this.observer = new ResizeObserver(() => this.at(this.frame ?? 0));
    this.observer.observe(this.root);
  }

  draw({ tracks, frames, fps }, shots) {
    this.data = { tracks, frames: Math.max(frames, 1), fps };
    this.tracks.replaceChildren(...(shots.length ? [this.#lane(shots)] : []), ...tracks.map((track) => this.#track(track, shots)));
    this.at(this.frame ?? 0);
  }

  // The place of a frame, 0 to 1: its middle.
  share(frame) {
    return (frame + 0.5) / this.data.frames;
  }

  at(frame) {
    this.frame = frame;
    if (!this.data) return;
    const [left, width] = this.#room();
    this.head.style.left = `${left + this.share(frame) * width}px`;
    this.head.style.height = `${this.root.scrollHeight}px`;
  }

  #room() {
    const labels = parseFloat(getComputedStyle(this.root).getPropertyValue("--labels")) || 0;
    return [labels, Math.max(this.root.clientWidth - labels, 1)];
  }

  #frameAt(clientX) {
    const [left, width] = this.#room();
    const share = (clientX - this.root.getBoundingClientRect().left - left) / width;
    return share < 0 ? null : Math.min(Math.floor(share * this.data.frames), this.data.frames - 1);
  }

  #trackAt(event) {
    const node = event.target.closest?.(".track[data-index]");
    return node ? this.data.tracks[Number(node.dataset.index)] : null;
  }

  #press(event) {
    if (event.target.closest(".seek") || !this.data) return;
    const frame = this.#frameAt(event.clientX);
    if (frame === null) return;
    this.onSeek(this.#peak(this.#trackAt(event), frame));
  }

  // The highest frame close by; the frame itself where nothing is measured.
  #peak(track, frame) {
    if (track === null) return frame;
    const reach = Math.max(Math.round((NEAR_PEAK / this.#room()[1]) * this.data.frames), 0);
    let best = frame;
    for (let k = Math.max(frame - reach, 0); k <= Math.min(frame + reach, track.series.length - 1); k++) {
      if ((track.series[k] ?? -Infinity) > (track.series[best] ?? -Infinity)) best = k;
    }
    return best;
  }

  #over(event) {
    const frame = this.data ? this.#frameAt(event.clientX) : null;
    this.hover.hidden = frame === null;
    if (frame === null) return;
    const track = this.#trackAt(event), value = track?.series[frame];
    const said = track === null ? "" : ` · ${value === null || value === undefined ? "not measured" : `${this.#number(value)} ${track.unit}`}`;
    this.hover.textContent = `frame ${frame} · ${(frame / this.data.fps).toFixed(2)} s${said}`;
    const box = this.root.getBoundingClientRect(), right = event.clientX - box.left + 14;
    this.hover.style.left = `${Math.min(right, box.width - this.hover.offsetWidth - 4)}px`;
    this.hover.style.top = `${Math.max(event.clientY - box.top + this.root.scrollTop - 24, 2)}px`;
  }

  #number(value) {
    return Number(value.toPrecision(3)).toString();
  }

  #lane(shots) {
    const node = this.#row({ label: "Shots", said: "" });
    node.classList.add("shots");
    const lane = document.createElement("div");
    lane.className = "lane";
    shots.forEach(([first, last], k) => {
      const shot = document.createElement("div");
      shot.className = "shot";
      shot.textContent = String(k + 1);
      shot.title = `Shot ${k + 1}: frames ${first} to ${last}`;
      shot.style.left = `${(first / this.data.frames) * 100}%`;
      shot.style.width = `${((last - first + 1) / this.data.frames) * 100}%`;
      lane.append(shot);
    });
    node.append(lane);
    return node;
  }

  #row({ label, said }) {
    const node = document.createElement("div"), title = document.createElement("div");
    const name = document.createElement("b"), words = document.createElement("span");
    node.className = "track";
    title.className = "title";
    name.textContent = label;
    words.textContent = said;
    title.title = said;
    title.append(name, words);
    node.append(title);
    return node;
  }

  #track(track, shots) {
    const node = this.#row(track), [wide, high] = TRACK, { frames } = this.data;
    node.dataset.index = String(this.data.tracks.indexOf(track));
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", `0 0 ${wide} ${high}`);
    svg.setAttribute("preserveAspectRatio", "none");
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", `${track.label}: ${track.said}`);
    const add = (name, attributes) => {
      const part = document.createElementNS(SVG, name);
      for (const [key, value] of Object.entries(attributes)) part.setAttribute(key, String(value));
      svg.append(part);
    };
    const known = track.series.filter((value) => value !== null);
    const top = Math.max(...known, track.limit ?? 0, 1e-9) * 1.08;
    const y = (value) => high - (Math.max(value, 0) / top) * (high - 4) - 2;
    for (const [first, last] of track.flagged) {
      add("rect", { class: "flag", x: (first / frames) * wide, y: 0, width: ((last - first + 1) / frames) * wide, height: high });
    }
    for (const [first] of shots.slice(1)) {
      const x = (first / frames) * wide;
      add("line", { class: "cut", x1: x, x2: x, y1: 0, y2: high });
    }
    if (track.limit !== null) add("line", { class: "limit", x1: 0, x2: wide, y1: y(track.limit), y2: y(track.limit) });
    add("path", { d: this.#path(track.series, y) });
    node.append(svg);
    return node;
  }

  // Of a long series each point is the highest of its frames, so that no peak is lost.
  #path(series, y) {
    const bins = Math.min(series.length, MOST_POINTS);
    let path = "", drawing = false;
    for (let k = 0; k < bins; k++) {
      const from = Math.floor((k * series.length) / bins), to = Math.floor(((k + 1) * series.length) / bins);
      const part = series.slice(from, to).filter((value) => value !== null);
      if (part.length) {
        const x = (this.share((from + to - 1) / 2) * TRACK[0]).toFixed(1), at = y(Math.max(...part)).toFixed(1);
        path += `${drawing ? "L" : "M"}${x} ${at}${drawing ? "" : "h0"}`;
      }
      drawing = part.length > 0;
    }
    return path;
  }

  forget() {
    this.observer.disconnect();
  }
}
