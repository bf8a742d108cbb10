/**
 * Calls to this site's own server, each with `X-CSRF: 1`; a failed one throws a {@link Problem}. Where signing in helps
 * (401), or consent (403), a dialog offers to go there and come back to this very place; whoever declines stays on the
 * page as it is. Copy this file into your own application as it stands.
 */
const by = (method) => (path, body) => call(method, path, body);
export const api = { get: by("GET"), post: by("POST"), put: by("PUT"), delete: by("DELETE") };
/** Milliseconds that the server's clock is ahead of this computer's: deadlines hold even where that is wrong. */
export let clockOffset = 0;
let asking;
// what a login returns to: at most 1 KB, no empty or dot segment, nothing below /auth, no encoded control character
const RETURNABLE =
  /^(?=.{1,1024}$)(?!\/auth([/?]|$)|[^?]*\/[/.])\/[\w.~!$()*+,=:@/-]*(\?([\w.~!$()*+,;=:@/?&-]|%(?!5c|7f)[2-9a-f][\da-f])*)?$/i;

/** What went wrong, as RFC 9457 tells it; `errors` has one entry per refused field, `answer` all of the JSON. */
export class Problem extends Error {
  constructor(status, answer = {}) {
    const { title, detail, code, reference, errors = [], login_url } = answer;
    super(title ?? "The server could not do that");
    Object.assign(this, { status, detail, code, reference, errors, answer });
    // what a protected resource answers passes the gateway: it must not lead anywhere else in our name
    if (/^\/auth\/login(\?|$)/.test(login_url)) this.loginUrl = login_url;
  }
}

/** Where to sign in so that the browser comes back to the place it is at now, as far as a login may return to it. */
export function signInHere(loginUrl) {
  const url = new URL(loginUrl, location.origin);
  const place = [location.pathname + location.search, location.pathname].find((path) => RETURNABLE.test(path));
  if (place) url.searchParams.set("return_to", place);
  return url.href;
}

async function call(method, path, body) {
  const headers = { Accept: "application/json", "X-CSRF": "1" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const request = { method, headers, body: JSON.stringify(body), cache: "no-store", signal: AbortSignal.timeout(60_000) };
  const response = await fetch(path, request).catch(() => {
    throw new Problem(0, { title: "The server cannot be reached", detail: "Check your connection, then try again." });
  });
  const offset = Date.parse(response.headers.get("Date")) - Date.now();
  clockOffset = Math.abs(offset) > 2000 ? offset : 0; // the field counts whole seconds
  const answer = await response.json().catch(() => undefined);
  if (response.ok) return answer;
  const problem = new Problem(response.status, answer ?? {});
  // nobody is signed in (any more): a page may show that in its own way and prevent the dialog
  const isSignedOut = problem.status === 401 && problem.loginUrl === "/auth/login";
  const isShown = isSignedOut && !dispatchEvent(new Event("signedout", { cancelable: true }));
  // however many calls are refused at once, one question
  if (problem.loginUrl && !isShown) await (asking ??= ask(problem).finally(() => (asking = undefined)));
  throw problem;
}

async function ask({ message, detail, status, loginUrl }) {
  const make = (name, members) => Object.assign(document.createElement(name), members);
  const label = status === 403 ? "Go on to the provider" : "Sign in";
  const go = make("button", { value: "go", className: "button", textContent: label });
  const stay = make("button", { className: "link", textContent: "Not now" });
  const form = make("form", { method: "dialog" });
  form.append(make("h2", { textContent: message }), make("p", { textContent: detail ?? "" }), go, " ", stay);
  const dialog = document.body.appendChild(make("dialog", { ariaLabel: message }));
  dialog.append(form);
  dialog.showModal();
  await new Promise((closed) => dialog.addEventListener("close", closed));
  dialog.remove();
  if (dialog.returnValue === "go") location.assign(signInHere(loginUrl));
}
