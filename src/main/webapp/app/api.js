/**
 * Calls to this site's own server, and the only place that uses fetch.
 *
 * Every call carries `X-CSRF: 1`. A failed call throws a {@link Problem}. A 401 names a `loginUrl`:
 * {@link onSignedOut} listeners are told, and {@link signInHere} is where to send the person.
 * Copy this file into your own application as it stands.
 */

const DEADLINE = 15_000;
const signedOutListeners = new Set();
let clockOffset = 0;

/** What went wrong, as RFC 9457 tells it; `errors` has one entry per refused field. */
export class Problem extends Error {
  constructor(status, { title, detail, code, reference, errors, login_url } = {}) {
    super(title ?? "The server could not do that");
    Object.assign(this, { status, detail, code, reference, errors: errors ?? [], loginUrl: login_url });
  }
}

/** The server's time in milliseconds: deadlines hold even where the computer's clock is wrong. */
export const serverNow = () => Date.now() + clockOffset;

/** Calls `listener()` whenever a call was refused because nobody is signed in. */
export const onSignedOut = (listener) => signedOutListeners.add(listener);

/** Where to sign in so that the browser comes back to the place it is at now. */
export function signInHere(loginUrl) {
  const url = new URL(loginUrl, location.origin);
  url.searchParams.set("return_to", location.pathname + location.search);
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
  if (response.status === 401) signedOutListeners.forEach((listener) => listener());
  throw new Problem(response.status, answer);
}

// The Date header counts whole seconds: a smaller difference than two says nothing.
function offsetOf(date) {
  const offset = Date.parse(date) - Date.now();
  return Math.abs(offset) > 2000 ? offset : 0;
}
