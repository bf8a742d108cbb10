/** The account page's list of the user's sessions in all browsers. */
import { api } from "./api.js";
import { instant } from "./words.js";

const list = document.querySelector("[data-sessions]");
const endOthers = document.querySelector("[data-end-others]");
const endAll = document.querySelector("[data-end-all]");

const BROWSERS = { Edge: /Edg/, Opera: /OPR/, Firefox: /Firefox|FxiOS/, Chrome: /Chrome|CriOS/, Safari: /Safari/ };
const SYSTEMS = { Android: /Android/, iOS: /iPhone|iPad/, Windows: /Windows/, macOS: /Mac OS/, Linux: /Linux/ };

/**
 * @typedef {object} Entry of `GET /auth/sessions`
 * @property {string} id a handle, not the cookie
 * @property {boolean} current
 * @property {string} created_at
 * @property {string} last_used_at
 * @property {string} user_agent
 * @property {string} ip
 */

/** Reads the list anew. */
export async function showSessions() {
  fill(await api.get("/auth/sessions"));
}

export const forgetSessions = () => fill([]);

/**
 * @param {(deed: () => Promise<void>) => void} act does it and shows what goes wrong
 * @param {() => Promise<unknown>} whenOver asks who is signed in now
 */
export function startSessions(act, whenOver) {
  const end = (path) =>
    act(async () => {
      await api.delete(path).finally(showSessions);
      list.focus(); // the button that had the focus is gone
    });
  endAll.addEventListener("click", () => act(() => api.delete("/auth/sessions").then(whenOver)));
  endOthers.addEventListener("click", () => end("/auth/sessions?except=current"));
  list.addEventListener("click", ({ target }) => target.dataset.end && end(`/auth/sessions/${target.dataset.end}`));
}

/** @param {Entry[]} entries */
function fill(entries) {
  list.replaceChildren(...entries.map(row));
  endOthers.hidden = entries.length < 2;
}

function row({ id, current, created_at, last_used_at, user_agent, ip }) {
  const item = element("li");
  const device = element("h3", deviceOf(user_agent));
  const when = element("p");
  device.title = user_agent;
  when.append("Signed in ", time(created_at), `, from ${ip}; last used `, time(last_used_at));
  item.append(device, when, current ? element("span", "This browser") : endButton(id, device.textContent));
  return item;
}

function endButton(id, device) {
  const button = Object.assign(element("button", "End"), { type: "button", className: "link" });
  button.dataset.end = id;
  button.ariaLabel = `End the session in ${device}`;
  return button;
}

const time = (at) => Object.assign(element("time", instant(new Date(at))), { dateTime: at });

function element(name, text = "") {
  return Object.assign(document.createElement(name), { textContent: text });
}

function deviceOf(userAgent) {
  const named = (names) => Object.keys(names).find((name) => names[name].test(userAgent));
  return `${named(BROWSERS) ?? "A browser"} on ${named(SYSTEMS) ?? "an unknown system"}`;
}
