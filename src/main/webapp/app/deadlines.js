/** The account page's countdowns, drawn against one ruler from seconds to thirty days. */
import { clockOffset } from "./api.js";
import { duration, instant } from "./words.js";

const LONGEST = 30 * 86_400;
const rows = [...document.querySelectorAll("[data-deadline]")];
/** @type {Map<string, Date>} */
const ends = new Map();

/** @param {import("./session.js").Session} session */
export function showDeadlines(session) {
  for (const { dataset } of rows) {
    const end = session[dataset.deadline];
    if (end) ends.set(dataset.deadline, new Date(end));
    else ends.delete(dataset.deadline);
  }
  countDown();
}

/** Shows how much is left now; to be called every second. */
export function countDown() {
  for (const row of rows) show(row, ends.get(row.dataset.deadline));
}

const now = () => Date.now() + clockOffset;

/** Milliseconds left until the session ends for want of use. */
export const idleLeft = () => (ends.get("idle_expires_at") ?? Infinity) - now();

function show(row, end) {
  const left = end ? Math.max(0, end - now()) : 0;
  const line = row.querySelector(".reach");
  const time = row.querySelector("time");
  line.hidden = !end;
  line.style.setProperty("--reach", reach(left / 1000));
  row.querySelector(".left strong").textContent = end ? inWords(left) : row.dataset.none;
  time.textContent = end ? `until ${instant(end)}` : "";
  time.title = time.dateTime = end?.toISOString() ?? "";
}

const inWords = (left) => (left > 0 ? duration(left) : "over");

/** Where a number of seconds stands on the ruler, 0 to 1; logarithmic, as the marks in account.css. */
const reach = (seconds) => Math.min(1, Math.log1p(seconds / 15) / Math.log1p(LONGEST / 15));
