/** The account page: profile, deadlines and preferences of whoever is signed in. */
import { api, signInHere } from "./api.js";
import { countDown, idleLeft, showDeadlines } from "./deadlines.js";
import { clearProblem, offer, showProblem, withdrawOffer } from "./notices.js";
import { fillPreferences, offerPreferences, startPreferences } from "./preferences.js";
import { readSession, refreshTokens, signOut, watchSession } from "./session.js";
import { forgetSessions, showSessions, startSessions } from "./sessions.js";
import { tellTimesIn } from "./words.js";

const PROFILE = "/bff/v1/user/profile";
const SOON = 120_000;
const ofResource = document.querySelector("[data-of-resource]");
const parts = document.querySelectorAll("[data-when]");
let shownSubject;

/** @param {import("./session.js").Session | undefined} session */
function show(session) {
  const now = session && (session.signed_in ? "signed-in" : "signed-out");
  for (const part of parts) part.hidden = part.dataset.when !== now;
  if (!session?.signed_in) return forget(session);
  showDeadlines(session);
  if (session.subject !== shownSubject) introduce(session);
}

/** Leaves nothing personal on the page. */
function forget(session) {
  if (session && shownSubject) document.getElementById("ended-title").focus();
  if (session) document.querySelector("[data-sign-in]").href = signInHere(session.login_url);
  shownSubject = undefined;
  clearProblem();
  showDeadlines({});
  fillPreferences({});
  offerPreferences();
  ofResource.hidden = true;
  showFacts({});
  forgetSessions();
}

function introduce({ subject, name, email, scopes }) {
  shownSubject = subject;
  showFacts({ subject, name, email, scopes });
  act(() => readProfile(subject).finally(showSessions)); // the list needs no scope
}

async function readProfile(subject) {
  try {
    showProfile(subject, await api.get(PROFILE));
  } catch (problem) {
    if (problem.status === 403 && subject === shownSubject) offerPreferences(false);
    throw problem;
  }
}

async function save(preferences) {
  showProfile(shownSubject, await api.put(PROFILE, { preferences }));
  act(showSessions); // its times too are told as the user wants them
}

function showProfile(subject, profile) {
  if (subject !== shownSubject) return;
  tellTimesIn(profile.preferences);
  countDown();
  fillPreferences(profile.preferences);
  offerPreferences(profile.scopes.includes("write"));
  ofResource.hidden = false;
  showFacts(profile);
}

function showFacts({ subject, name, email, issuer, audience, scopes = [], preferences }) {
  const title = preferences?.display_name || name || subject || "Your account";
  const facts = { title, subtitle: email, name, email, subject, issuer, audience: [audience].flat().join(", ") };
  for (const [field, fact] of Object.entries(facts)) {
    const place = document.querySelector(`[data-field="${field}"]`);
    place.textContent = fact ?? "";
    place.closest(".facts > div, .lead")?.toggleAttribute("hidden", !fact);
  }
  const items = scopes.map((scope) => Object.assign(document.createElement("li"), { textContent: scope }));
  document.querySelector('[data-field="scopes"]').replaceChildren(...items);
}

async function refresh() {
  const news = document.querySelector("[data-refreshed]");
  news.textContent = "Refreshing…";
  await refreshTokens().finally(() => (news.textContent = ""));
  news.textContent = "Refreshed.";
}

/** Does what was asked for, and shows what goes wrong. */
async function act(deed) {
  clearProblem();
  await deed().catch(showProblem);
}

function everySecond() {
  countDown();
  if (idleLeft() > SOON) withdrawOffer();
  else offer("Your session ends soon unless you use it.", "Stay signed in", () => act(readSession));
}

watchSession(show);
setInterval(everySecond, 1000);
startPreferences(save, showProblem);
startSessions(act, readSession);
document.querySelector("[data-refresh]").addEventListener("click", () => act(refresh));
document.querySelector("[data-sign-out]").addEventListener("submit", (event) => {
  event.preventDefault();
  act(signOut);
});
act(readSession);
