// What a page says of the reports kept on this device, and the buttons that answer.

export function element(tag, words, attributes = {}) {
  const made = document.createElement(tag);
  made.textContent = words;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

export function button(words, kind, act) {
  const made = element("button", words, { class: `btn btn-sm ${kind}`, type: "button" });
  made.addEventListener("click", act);
  return made;
}

/** A sentence, what opens the matter when there is something to see, and what closes it. */
export function asking(why, [look, open], [leave, forget]) {
  const box = element("div", "", { class: "d-flex flex-wrap gap-2 align-items-center" });
  box.append(element("p", why, { class: "mb-0" }));
  if (look) box.append(button(look, "btn-outline-primary", open));
  box.append(button(leave, "btn-link", forget));
  return box;
}
