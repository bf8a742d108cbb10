/** The home page: who is signed in, if anyone. */
import { readSession, watchSession } from "./session.js";

const gate = document.querySelector(".gate");
const ended = gate.querySelector("[data-ended]");
const news = document.querySelector("[data-news]");

/** @param {import("./session.js").Session | undefined} session */
function show(session) {
  const before = gate.dataset.session;
  const now = session === undefined ? "unknown" : session.signed_in ? "signed-in" : "signed-out";
  const name = session?.name ?? session?.subject ?? "";
  gate.dataset.session = now;
  gate.querySelector("[data-name]").textContent = name;
  for (const way of gate.querySelectorAll("[data-when]")) way.hidden = way.dataset.when !== now;
  const changed = before !== "unknown" && now !== "unknown" && before !== now;
  if (!changed) return;
  ended.hidden = session.signed_in;
  news.textContent = session.signed_in ? `Signed in as ${name}` : ended.textContent;
}

watchSession(show);
readSession().catch(() => show({ signed_in: false }));
