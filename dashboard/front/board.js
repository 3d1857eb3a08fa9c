/* Attempts at pictures: before and after correction side by side. Texts are set as text, never as HTML. */
export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".board");
  root.replaceChildren();
  for (const picture of data.pictures) {
    const section = made("section");
    if (picture.title) section.append(made("h4", "", picture.title));
    const row = made("ol");
    for (const one of picture.tries) {
      const entry = made("li", one.kept ? "kept" : "");
      const head = made("div", "head");
      const chip = made("span", `chip ${one.verdict}`);
      const sign = made("span", "", one.mark);
      sign.setAttribute("aria-hidden", "true");
      chip.append(sign, made("span", "", one.word));
      head.append(made("strong", "", `Attempt ${one.number}`), chip, made("small", "", one.seconds));
      entry.append(head);
      say(entry, "Changed for this attempt", one.remedies);
      const pair = made("div", "pair");
      for (const [label, source] of [["as generated", one.before], ["corrected", one.after]]) {
        if (!source) continue;
        const figure = made("figure");
        if (one.moving) {
          figure.append(made("span", "none", "a clip; open it to play it"));
        } else {
          const shown = made("img");
          shown.src = source;
          shown.alt = `Attempt ${one.number}, ${label}`;
          figure.append(shown);
        }
        figure.append(made("figcaption", "", label));
        pair.append(figure);
      }
      entry.append(pair);
      say(entry, "What was wrong", one.said);
      row.append(entry);
    }
    section.append(row);
    root.append(section);
  }
}

function say(entry, title, said) {
  if (!said.length) return;
  const list = made("ul");
  for (const text of said) list.append(made("li", "", text));
  entry.append(made("h5", "", title), list);
}

function made(tag, name = "", text = "") {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (text) element.textContent = text;
  return element;
}
