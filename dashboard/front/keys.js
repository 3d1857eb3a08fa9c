// Keys of a component, as long as nobody writes into a field.

function listenForKeys(actions) {
  const listener = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const target = event.composedPath()[0];
    if (target instanceof HTMLElement && target.closest("input:not([type=range]), textarea, select, [contenteditable=true]")) return;
    if (event.key === " " && target instanceof HTMLElement && target.closest("button, a, summary")) return; // it presses those
    const action = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (action === undefined) return;
    event.preventDefault();
    action(event);
  };
  document.addEventListener("keydown", listener);
  return () => document.removeEventListener("keydown", listener);
}
