/** Words that appear at the foot of the page and are spoken by a screen reader. */

const problems = document.querySelector("[data-problems]");
const offers = document.querySelector("[data-offers]");

/** Says what went wrong in the server's words, with the code and reference to quote. */
export function showProblem({ message, detail, code, reference }) {
  const close = button("link", "Close", clearProblem);
  problems.replaceChildren(
    notice(
      element("strong", "", message),
      ...(detail ? [element("p", "", detail)] : []),
      ...(code ? [element("p", "aside", `Code ${code}, reference ${reference}`)] : []),
      close,
    ),
  );
}

export const clearProblem = () => problems.replaceChildren();

/** Says something once and offers to do something about it, until the offer is withdrawn. */
export function offer(words, label, deed) {
  if (offers.childElementCount === 0) offers.replaceChildren(notice(element("p", "", words), button("button", label, deed)));
}

export const withdrawOffer = () => offers.replaceChildren();

function notice(...content) {
  const box = element("div", "notice");
  box.append(...content);
  return box;
}

function button(className, label, deed) {
  const made = element("button", className, label);
  made.type = "button";
  made.addEventListener("click", deed);
  return made;
}

function element(name, className, text = "") {
  return Object.assign(document.createElement(name), { className, textContent: text });
}
