/** Words that appear at the foot of the page and are spoken by a screen reader. */

import { signInHere } from "./api.js";

const problems = document.querySelector("[data-problems]");
const offers = document.querySelector("[data-offers]");

/** Says what went wrong in the server's words, with the code and reference to quote. */
export function showProblem({ message, detail, status, code, reference, loginUrl }) {
  const box = notice(element("strong", "", message));
  if (detail) box.append(element("p", "", detail));
  if (code) box.append(element("p", "aside", `Code ${code}, reference ${reference}`));
  if (loginUrl) box.append(loginLink(status, loginUrl), " ");
  box.append(button("link", "Close", clearProblem));
  problems.replaceChildren(box);
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

/** A 403 asks for consent: who is sent there is signed in already. */
function loginLink(status, loginUrl) {
  const link = element("a", "button", status === 403 ? "Go on to the provider" : "Sign in");
  link.href = signInHere(loginUrl);
  return link;
}

function element(name, className, text = "") {
  return Object.assign(document.createElement(name), { className, textContent: text });
}
