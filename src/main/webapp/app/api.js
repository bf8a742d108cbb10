/**
 * Calls to this site's own server, and the only place that uses fetch.
 *
 * Every call carries `X-CSRF: 1`. A failed call throws a {@link Problem}. Where signing in would
 * help (401: nobody is signed in, or not strongly enough; 403: consent is missing) the answer names
 * a login URL, and a dialog offers to go there and come back to this place. Whoever declines stays
 * on the page as it is. Copy this file into your own application as it stands.
 */

const DEADLINE = 15_000;
const signedOutListeners = new Set();
let clockOffset = 0;
let asking;

/** What went wrong, as RFC 9457 tells it; `errors` has one entry per refused field. */
export class Problem extends Error {
  constructor(status, { title, detail, code, reference, errors, login_url } = {}) {
    super(title ?? "The server could not do that");
    Object.assign(this, { status, detail, code, reference, errors: errors ?? [] });
    if (isOurLogin(login_url)) this.loginUrl = login_url;
  }
}

/** The server's time in milliseconds: deadlines hold even where the computer's clock is wrong. */
export const serverNow = () => Date.now() + clockOffset;

/** Calls `listener()` when nobody is signed in any more; it takes the place of the dialog. */
export const onSignedOut = (listener) => signedOutListeners.add(listener);

/** Where to sign in so that the browser comes back to the place it is at now. */
export function signInHere(loginUrl) {
  const url = new URL(loginUrl, location.origin);
  const place = [location.pathname + location.search, location.pathname].find(canBeReturnedTo);
  if (place) url.searchParams.set("return_to", place);
  return url.href;
}

export const api = {
  get: (path) => call("GET", path),
  post: (path, body) => call("POST", path, body),
  put: (path, body) => call("PUT", path, body),
  delete: (path) => call("DELETE", path),
};

async function call(method, path, body) {
  const headers = { Accept: "application/json", "X-CSRF": "1" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const signal = AbortSignal.timeout(DEADLINE);
  const request = { method, headers, signal, cache: "no-store", body: JSON.stringify(body) };
  const response = await fetch(path, request).catch(() => {
    throw new Problem(0, { title: "The server cannot be reached", detail: "Check your connection, then try again." });
  });
  clockOffset = offsetOf(response.headers.get("Date"));
  const answer = await response.json().catch(() => undefined);
  if (response.ok) return answer;
  const problem = new Problem(response.status, answer);
  if (problem.loginUrl) await offerSignIn(problem);
  throw problem;
}

async function offerSignIn(problem) {
  // a login URL that asks for something is for somebody who is signed in
  const isSignedOut = problem.status === 401 && !problem.loginUrl.includes("?");
  if (isSignedOut && signedOutListeners.size > 0) return signedOutListeners.forEach((listener) => listener());
  // however many calls are refused at once, one question
  asking ??= ask(problem).finally(() => (asking = undefined));
  await asking;
}

async function ask({ message, detail, status, loginUrl }) {
  const make = (name, members, ...content) => {
    const made = Object.assign(document.createElement(name), members);
    made.append(...content);
    return made;
  };
  const label = status === 403 ? "Go on to the provider" : "Sign in again";
  const go = make("button", { type: "button", className: "button", onclick: () => dialog.close("go") }, label);
  const stay = make("button", { type: "button", className: "link", onclick: () => dialog.close("stay") }, "Not now");
  const title = make("h2", { id: "sign-in-offer" }, message);
  const dialog = make("dialog", {}, title, make("p", {}, detail ?? ""), make("p", { className: "actions" }, go, stay));
  dialog.setAttribute("aria-labelledby", title.id);
  document.body.append(dialog);
  dialog.showModal();
  await new Promise((closed) => dialog.addEventListener("close", closed));
  dialog.remove();
  if (dialog.returnValue === "go") location.assign(signInHere(loginUrl));
}

// What a protected resource answers passes the gateway: it must not lead anywhere else in our name.
function isOurLogin(loginUrl) {
  if (!URL.canParse(loginUrl, location.href)) return false;
  const { origin, pathname } = new URL(loginUrl, location.href);
  return origin === location.origin && pathname === "/auth/login";
}

// What the server lets a login return to: plain segments and a simple query, outside of /auth.
function canBeReturnedTo(place) {
  const segment = "[\\w~!$()*+,=:@-][\\w.~!$()*+,=:@-]*";
  const grammar = `^/(?:${segment}/)*(?:${segment})?(?:\\?(?:[\\w.~!$()*+,;=:@/?&-]|%[0-9A-Fa-f]{2})*)?$`;
  const refused = /%(?:[01][0-9a-f]|7f|5c)|^\/auth(?:[/?]|$)/i;
  return place.length <= 1024 && new RegExp(grammar).test(place) && !refused.test(place);
}

// The Date header counts whole seconds: a smaller difference than two says nothing.
function offsetOf(date) {
  const offset = Date.parse(date) - Date.now();
  return Math.abs(offset) > 2000 ? offset : 0;
}
