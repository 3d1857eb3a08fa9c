// Tells the viewer which pictures are likely to be looked at next: it is told last, so that nothing waits for it.

export default function ({ data }) {
  globalThis[Symbol.for("brandkit.ahead")] = data.urls;
  document.dispatchEvent(new CustomEvent("brandkit:ahead"));
}
