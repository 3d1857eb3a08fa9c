// The player of the page Clip: both clips in step, frame by frame, above what was measured over time.

const OUT_OF_STEP = 1.5; // frames that one clip may lag behind the other while both play
const SIDES = ["before", "after"];
const MODES = ["single", "side", "swipe"];

class Player {
  constructor(root) {
    this.find = (selector) => root.querySelector(selector);
    this.all = (selector) => [...root.querySelectorAll(selector)];
    this.stage = new Stage(root);
    this.stage.mode = "side";
    this.gestures = new Gestures(this.stage, {
      onPoint: () => {},
      onBox: (box) => this.marked(box),
      onDraft: (box) => this.draft(box),
      onLeave: () => {},
    });
    this.timeline = new Timeline(root, (frame) => this.seek(frame));
    this.videos = {};
    this.frame = 0;
    this.section = [null, null];
    this.looping = false;
    this.listen();
  }

  listen() {
    for (const button of this.all("[data-mode]")) button.onclick = () => this.look(button.dataset.mode);
    for (const button of this.all("[data-zoom]")) {
      const how = button.dataset.zoom;
      button.onclick = () => (how === "in" || how === "out" ? this.stage.step(how === "in" ? 1 : -1) : this.stage.zoomTo(how === "fit" ? "fit" : Number(how)));
    }
    this.find(".toggle").onclick = () => this.toggle();
    this.find(".box").onclick = () => this.mark(!this.gestures.marking);
    this.find(".open").onclick = () => this.open(this.frame);
    this.find(".play").onclick = () => this.play(!this.playing);
    this.find(".back").onclick = () => this.step(-1);
    this.find(".on").onclick = () => this.step(1);
    this.find(".speed").onchange = () => this.pace();
    this.find(".first").onclick = () => this.bound(0);
    this.find(".last").onclick = () => this.bound(1);
    this.find(".loop").onclick = () => this.loop();
    this.find(".clear").onclick = () => this.cut([null, null]);
    this.find(".seek").oninput = (event) => this.seek(Number(event.target.value));
    this.deaf = listenForKeys({
      t: () => this.toggle(),
      v: () => this.look(MODES[(MODES.indexOf(this.stage.mode) + 1) % MODES.length]),
      b: () => this.mark(!this.gestures.marking),
      " ": () => this.play(!this.playing),
      ",": () => this.step(-1),
      ".": () => this.step(1),
      "[": () => this.bound(0),
      "]": () => this.bound(1),
      l: () => this.loop(),
      0: () => this.stage.zoomTo("fit"),
      1: () => this.stage.zoomTo(1),
      "+": () => this.stage.step(1),
      "-": () => this.stage.step(-1),
      Escape: () => this.mark(false),
    });
  }

  update({ data, setStateValue, setTriggerValue }) {
    const last = this.data, { stage } = this;
    this.data = data;
    this.tell = setStateValue;
    this.open = (frame) => setTriggerValue("open", frame);
    stage.both = data.after !== null;
    [stage.width, stage.height] = [data.width, data.height];
    if (last?.item !== data.item) {
      [this.frame, this.shots, this.section] = [data.start, [], [null, null]];
      stage.zoomTo("fit");
      this.mark(false);
    }
    if (SIDES.some((side) => last?.[side] !== data[side])) this.load();
    if (last?.shots !== data.shots) this.askForShots();
    this.find(".seek").max = String(Math.max(data.frames - 1, 0));
    this.find('.pane[data-side="after"] .tag').textContent = data.afterLabel;
    this.timeline.draw(data, this.shots);
    this.strip();
    this.dress();
    this.bounds();
    this.moved(this.frame);
  }

  get master() {
    return this.videos[this.stage.sides[0]];
  }

  load() {
    this.play(false);
    this.wait("Making the clip ready for this browser …");
    for (const side of SIDES) {
      const sheet = this.find(`.pane[data-side="${side}"] .sheet`);
      sheet.querySelector("video")?.remove();
      delete this.videos[side];
      if (this.data[side] === null) continue;
      const video = document.createElement("video");
      Object.assign(video, { muted: true, playsInline: true, preload: "auto", disablePictureInPicture: true, src: this.data[side] });
      video.setAttribute("aria-label", side === "before" ? "Before correction" : "After correction");
      video.onloadeddata = () => {
        if (this.videos[side] !== video) return;
        this.wait("");
        this.pace();
        this.place(video);
      };
      video.onerror = () => this.wait("This clip cannot be played. Load the page again, or look at single frames.");
      video.onended = () => this.ended();
      sheet.prepend(video);
      this.videos[side] = video;
      this.follow(video);
    }
  }

  // Told of each frame that is painted.
  follow(video) {
    const told = (now, { mediaTime }) => {
      if (this.videos[video === this.videos.before ? "before" : "after"] !== video) return;
      if (video === this.master) {
        const frame = Math.min(Math.round(mediaTime * this.data.fps), this.data.frames - 1);
        if (this.playing && !video.seeking) this.passed(frame);
        this.find(".viewer").dataset.frame = String(frame);
      }
      video.requestVideoFrameCallback(told);
    };
    video.requestVideoFrameCallback(told);
  }

  passed(frame) {
    const last = this.looping && this.section[1] !== null ? this.section[1] : this.data.frames - 1;
    if (this.looping && frame >= last) {
      this.moved(this.section[0] ?? 0);
      for (const video of Object.values(this.videos)) this.place(video);
      return;
    }
    this.moved(frame);
    const { master } = this;
    for (const video of Object.values(this.videos)) {
      if (video !== master && Math.abs(video.currentTime - master.currentTime) * this.data.fps > OUT_OF_STEP) {
        video.currentTime = master.currentTime;
      }
    }
  }

  ended() {
    if (!this.playing) return;
    if (!this.looping) return this.play(false);
    this.moved(this.section[0] ?? 0);
    for (const video of Object.values(this.videos)) {
      this.place(video);
      video.play().catch(() => {});
    }
  }

  get playing() {
    return this.running === true;
  }

  play(on) {
    this.running = on && this.master !== undefined;
    const button = this.find(".play");
    button.textContent = this.running ? "❚❚" : "▶";
    button.setAttribute("aria-label", this.running ? "Pause" : "Play");
    const from = this.looping ? (this.section[0] ?? 0) : 0;
    if (this.running && this.frame >= (this.looping && this.section[1] !== null ? this.section[1] : this.data.frames - 1)) this.seek(from);
    for (const video of Object.values(this.videos)) {
      if (this.running) video.play().catch(() => this.play(false));
      else {
        video.pause();
        this.place(video);
      }
    }
  }

  pace() {
    for (const video of Object.values(this.videos)) video.playbackRate = Number(this.find(".speed").value);
  }

  step(by) {
    if (this.playing) this.play(false);
    this.seek(this.frame + by);
  }

  seek(frame) {
    this.moved(Math.min(Math.max(frame, 0), this.data.frames - 1));
    for (const video of Object.values(this.videos)) this.place(video);
  }

  // The middle of a frame: its edges belong to two.
  place(video) {
    video.currentTime = (this.frame + 0.5) / this.data.fps;
  }

  moved(frame) {
    this.frame = frame;
    this.find(".now").textContent = `frame ${frame} of ${this.data.frames} · ${(frame / this.data.fps).toFixed(2)} s`;
    this.find(".seek").value = String(frame);
    this.timeline.at(frame);
    for (const button of this.all(".frames button")) button.setAttribute("aria-current", String(Number(button.dataset.frame) === frame));
  }

  // --- a section

  bound(which) {
    const next = [...this.section];
    next[which] = this.frame;
    if (next[0] !== null && next[1] !== null && next[0] > next[1]) next[1 - which] = null;
    this.cut(next);
  }

  cut(section) {
    this.section = section;
    this.bounds();
    const [first, last] = section;
    this.tell("section", first === null && last === null ? null : { item: this.data.item, first: first ?? 0, last: last ?? this.data.frames - 1 });
  }

  bounds() {
    const [first, last] = this.section, some = first !== null || last !== null;
    this.find(".clear").hidden = !some;
    this.find(".range").textContent = some ? `frames ${first ?? 0} to ${last ?? this.data.frames - 1}` : "";
    this.find(".loop").setAttribute("aria-pressed", String(this.looping));
  }

  loop() {
    this.looping = !this.looping;
    this.bounds();
  }

  // --- frames to look at

  strip() {
    const { numbers, flagged, url, width, height } = this.data.strip;
    const shown = numbers.map((number, k) => ({ number, k })).sort((a, b) => Number(flagged[b.k]) - Number(flagged[a.k]) || a.number - b.number);
    this.find(".frames").replaceChildren(...shown.map(({ number, k }) => {
      const button = document.createElement("button"), label = document.createElement("span");
      button.type = "button";
      button.dataset.frame = String(number);
      button.className = flagged[k] ? "flagged" : "";
      button.setAttribute("role", "listitem");
      button.setAttribute("aria-label", `Frame ${number}${flagged[k] ? ", flagged" : ""}`);
      const high = 58, wide = (width * high) / height;
      Object.assign(button.style, {
        width: `${wide + 4}px`,
        backgroundImage: url === null ? "none" : `url("${url}")`,
        backgroundSize: `${wide * numbers.length}px ${high}px`,
        backgroundPosition: `${-k * wide}px 0`,
      });
      label.textContent = flagged[k] ? `! ${number}` : String(number);
      button.append(label);
      button.onclick = () => this.seek(number);
      return button;
    }));
  }

  async askForShots() {
    const { item, shots } = this.data;
    try {
      const found = await (await fetch(shots)).json();
      if (this.data.item !== item) return;
      this.shots = found;
      this.timeline.draw(this.data, this.shots);
    } catch (error) {
      // without shots, the timeline is drawn as one
    }
  }

  // --- looking, as in the viewer

  look(mode) {
    if (!this.stage.both && mode !== "single") return;
    this.stage.mode = mode;
    this.dress();
  }

  toggle() {
    if (!this.stage.both) return;
    this.stage.mode = "single";
    this.stage.side = this.stage.side === "before" ? "after" : "before";
    this.dress();
  }

  dress() {
    const { stage, data } = this;
    for (const button of this.all("[data-mode]")) {
      button.setAttribute("aria-checked", String(stage.shown === button.dataset.mode));
      button.disabled = !stage.both && button.dataset.mode !== "single";
    }
    const toggle = this.find(".toggle");
    toggle.disabled = !stage.both;
    toggle.textContent = stage.sides.length === 2 ? "Toggle" : stage.sides[0] === "before" ? "Before" : "After";
    this.find(".box").disabled = !data.canMark;
    for (const side of SIDES) {
      const sheet = this.find(`.pane[data-side="${side}"] .sheet`);
      sheet.querySelectorAll(".mark, .draft").forEach((node) => node.remove());
      if (data.mark !== null && data[side] !== null) sheet.append(frameOf("mark", data.mark, stage, "region"));
    }
    stage.lay();
  }

  mark(on) {
    this.gestures.marking = on && Boolean(this.data?.canMark);
    this.stage.element.classList.toggle("marking", this.gestures.marking);
    this.find(".box").setAttribute("aria-pressed", String(this.gestures.marking));
  }

  draft(box) {
    for (const side of SIDES) {
      const sheet = this.find(`.pane[data-side="${side}"] .sheet`);
      sheet.querySelector(".draft")?.remove();
      if (box !== null && this.data[side] !== null) sheet.append(frameOf("draft", box, this.stage));
    }
  }

  marked(box) {
    if (!this.data.canMark) return;
    this.mark(false);
    this.tell("region", { item: this.data.item, ...box });
  }

  wait(text) {
    const line = this.find(".wait");
    line.hidden = text === "";
    line.textContent = text;
  }

  forget() {
    this.deaf();
    this.stage.forget();
    this.timeline.forget();
    for (const video of Object.values(this.videos)) video.removeAttribute("src");
    this.videos = {};
  }
}

const PLAYERS = new WeakMap();

export default function (component) {
  const root = component.parentElement;
  let player = PLAYERS.get(root);
  if (player === undefined) PLAYERS.set(root, (player = new Player(root)));
  player.update(component);
  return () => {
    player.forget();
    PLAYERS.delete(root);
  };
}
