/* Rows of items: a list, a grid of cards, or a strip of small pictures. Texts are set as text, never as HTML. */
const KEPT = new WeakMap();
const QUIET_MS = 150;

export default function (component) {
  const { data, parentElement, setStateValue, setTriggerValue } = component;
  const root = parentElement.querySelector(".rows");
  let kept = KEPT.get(parentElement);
  if (!kept) {
    kept = { picked: new Set(data.picked || []), last: -1, timer: 0, links: [], stop: null };
    KEPT.set(parentElement, kept);
  }
  const keys = data.rows.map((row) => row.key);
  for (const key of kept.picked) if (!keys.includes(key)) kept.picked.delete(key);

  const tell = () => {
    clearTimeout(kept.timer);
    kept.timer = setTimeout(() => setStateValue("selected", keys.filter((k) => kept.picked.has(k))), QUIET_MS);
  };
  const list = element("ul", "lines");
  list.setAttribute("aria-label", data.label);
  root.className = `rows ${data.layout}`;
  const boxes = [];
  kept.links = [];

  const paint = () => {
    boxes.forEach((box, k) => {
      box.checked = kept.picked.has(keys[k]);
      box.closest("li").classList.toggle("picked", box.checked);
    });
    const all = root.querySelector(".all");
    if (all) {
      all.checked = keys.length > 0 && kept.picked.size === keys.length;
      all.indeterminate = kept.picked.size > 0 && kept.picked.size < keys.length;
    }
  };
  const pick = (k, on, range) => {
    const from = range && kept.last >= 0 ? Math.min(kept.last, k) : k;
    const to = range && kept.last >= 0 ? Math.max(kept.last, k) : k;
    for (let i = from; i <= to; i++) on ? kept.picked.add(keys[i]) : kept.picked.delete(keys[i]);
    kept.last = k;
    paint();
    tell();
  };

  data.rows.forEach((row, k) => {
    const line = element("li", "row");
    if (data.selectable) {
      const label = element("label", "pick");
      const box = element("input");
      box.type = "checkbox";
      box.setAttribute("aria-label", `Select ${row.title}`);
      box.addEventListener("click", (event) => {
        pick(k, box.checked, event.shiftKey);
        // Keys of the page do nothing while a box has the focus; after a click nobody needs it there.
        if (event.detail > 0) kept.links[k]?.focus({ preventScroll: true });
      });
      label.append(box);
      line.append(label);
      boxes.push(box);
    }
    const link = element(row.href ? "a" : "div", "open");
    if (row.href) {
      link.href = row.href;
      link.addEventListener("click", (event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
        event.preventDefault();
        setTriggerValue("opened", row.key);
      });
      kept.links.push(link);
    }
    const thumbs = element("span", row.thumbs.length > 1 ? "thumbs many" : "thumbs");
    for (const source of row.thumbs) {
      const picture = element("img");
      picture.src = source;
      picture.alt = "";
      picture.loading = k < 12 ? "eager" : "lazy";
      picture.decoding = "async";
      thumbs.append(picture);
    }
    if (!row.thumbs.length) thumbs.append(element("span", "none", "no picture"));
    const name = element("span", "name");
    name.append(element("strong", "", row.title), element("small", "", row.sub));
    if (row.sub) name.title = row.sub;
    const chip = element("span", `chip ${row.verdict}`);
    const sign = element("span", "sign", row.mark);
    sign.setAttribute("aria-hidden", "true");
    chip.append(sign, element("span", "", row.word));
    const verdict = element("span", "verdict");
    verdict.append(chip);
    if (row.state) verdict.append(element("small", "", row.state));
    const brand = element("span", "brand", row.brand);
    const when = element("span", "when");
    const time = element("time", "", ago(row.when));
    time.dateTime = row.when;
    time.title = new Date(row.when).toLocaleString();
    when.append(time, element("small", "", row.source));
    link.append(thumbs, name, element("span", "said", row.said), verdict, brand, when);
    line.append(link);
    list.append(line);
  });

  const head = element("div", "head");
  if (data.layout === "list" && data.selectable) {
    const label = element("label", "pick");
    const all = element("input", "all");
    all.type = "checkbox";
    all.setAttribute("aria-label", "Select all on this page");
    all.addEventListener("click", () => {
      keys.forEach((key) => (all.checked ? kept.picked.add(key) : kept.picked.delete(key)));
      paint();
      tell();
    });
    label.append(all);
    const names = element("span", "open");
    for (const text of data.heads) names.append(element("span", "", text));
    head.append(label, names);
    root.replaceChildren(head, list);
  } else {
    root.replaceChildren(list);
  }
  paint();

  if (kept.stop) kept.stop();
  if (!data.keys) return undefined;
  const onKey = (event) => {
    const at = event.composedPath()[0];
    const typing = at instanceof HTMLElement && (at.isContentEditable || /^(input|textarea|select)$/i.test(at.tagName));
    if ((typing && at.type !== "checkbox") || event.metaKey || event.ctrlKey || event.altKey) return;
    if (document.querySelector("[role=dialog]")) return;
    const here = kept.links.indexOf(parentElement.activeElement || document.activeElement);
    if (event.key === "j" || event.key === "k") {
      const next = Math.min(Math.max(here + (event.key === "j" ? 1 : -1), 0), kept.links.length - 1);
      kept.links[next]?.focus();
      event.preventDefault();
    } else if (event.key === "s" && here >= 0 && boxes[here]) {
      pick(here, !kept.picked.has(keys[here]), false);
      event.preventDefault();
    }
  };
  document.addEventListener("keydown", onKey);
  kept.stop = () => document.removeEventListener("keydown", onKey);
  return kept.stop;
}

function element(tag, name = "", text = "") {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text) made.textContent = text;
  return made;
}

function ago(iso) {
  const seconds = (Date.now() - new Date(iso).getTime()) / 1000;
  if (seconds < 60) return "just now";
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ago`;
  if (seconds < 7 * 86400) return `${Math.floor(seconds / 86400)} d ago`;
  return new Date(iso).toLocaleDateString(undefined, { year: "numeric", month: "short", day: "numeric" });
}
