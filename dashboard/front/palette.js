/* Colours of a brand as blocks, each with its HEX, name and limits. Texts are set as text, never as HTML. */
export default function ({ data, parentElement }) {
  const list = document.createElement("ul");
  list.setAttribute("aria-label", data.label);
  for (const colour of data.colours) {
    const entry = document.createElement("li");
    const block = document.createElement("span");
    block.className = "block";
    block.style.backgroundColor = colour.hex;
    const name = document.createElement("strong");
    name.textContent = colour.name;
    const hex = document.createElement("code");
    hex.textContent = colour.hex;
    const said = document.createElement("small");
    said.textContent = colour.said;
    entry.append(block, name, hex, said);
    list.append(entry);
  }
  parentElement.querySelector(".palette").replaceChildren(list);
}
