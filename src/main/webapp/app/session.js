/**
 * The session as this page knows it. The page's watcher is told after every answer of the server,
 * so a session that ended elsewhere (another tab, a time-out, an administrator) is noticed here:
 * in this browser at once, by word from the tab that learnt it, otherwise within seconds. To look
 * does not extend the session.
 */
import { api } from "./api.js";

/**
 * @typedef {object} Session what `GET /auth/session` answers
 * @property {boolean} signed_in
 * @property {string} [login_url] when signed out
 * @property {string} [subject]
 * @property {string} [name]
 * @property {string} [email]
 * @property {string} [provider]
 * @property {string[]} [scopes]
 * @property {string} [access_token_expires_at]
 * @property {string} [refresh_token_expires_at]
 * @property {string} [idle_expires_at]
 * @property {string} [session_expires_at]
 */

const CHECK_EVERY = 5_000;
// The word is only that there is news. What it is, each tab asks the server itself.
const otherTabs = new BroadcastChannel("gatehouse-session");
let tellWatcher = () => {};
let toldOthers;
let asked = 0;
let waiting = 0;

/** Asks who is signed in. This counts as use and moves the idle end on. */
export const readSession = () => tell(api.get("/auth/session"));

/** Has the server refresh the tokens now. */
export const refreshTokens = () => tell(api.post("/auth/refresh"));

/** Ends the session, then leaves for the provider's own sign-out. */
export async function signOut() {
  const { logout_url } = await api.post("/auth/logout");
  otherTabs.postMessage("news");
  location.assign(logout_url);
}

/**
 * From now on calls `watcher(session)` after every answer. It calls `watcher(undefined)` when the
 * page is put away, so that the back/forward cache keeps nothing personal; the page asks again
 * when it comes out.
 *
 * @param {(session: Session | undefined) => void} watcher
 */
export function watchSession(watcher) {
  tellWatcher = watcher;
  addEventListener("signedout", (event) => {
    event.preventDefault(); // the watcher says so, in place of a dialog
    peek();
  });
  setInterval(peekWhenQuiet, CHECK_EVERY);
  document.addEventListener("visibilitychange", peekWhenQuiet);
  addEventListener("focus", peekWhenQuiet);
  otherTabs.addEventListener("message", () => peek({ isFromOthers: true }));
  addEventListener("pagehide", () => tell(undefined));
  addEventListener("pageshow", ({ persisted }) => persisted && peek());
}

const peekWhenQuiet = () => waiting === 0 && document.visibilityState === "visible" && peek();

// Does not extend the idle time. A server out of reach says nothing about the session.
const peek = (news) => tell(api.get("/auth/session?peek=true"), news).catch(() => {});

// Answers can overtake each other: only the one to the latest question counts.
async function tell(answer, { isFromOthers = false } = {}) {
  const turn = ++asked;
  waiting += 1;
  try {
    const session = await answer;
    if (turn === asked) {
      tellWatcher(session);
      if (session) tellOthers(session, isFromOthers);
    }
    return session;
  } finally {
    waiting -= 1;
  }
}

function tellOthers({ signed_in, subject }, isFromOthers) {
  const who = signed_in ? subject : "";
  if (who !== toldOthers && !isFromOthers) otherTabs.postMessage("news");
  toldOthers = who;
}
