/** The form that edits the preferences kept by the protected resource. */

const form = document.querySelector("[data-preferences]");
const withheld = document.querySelector("[data-no-preferences]");
const saved = form.querySelector("[data-saved]");
const fields = ["display_name", "locale", "time_zone"].map((name) => form.elements[name]);

/** @param {Record<string, string | null>} preferences */
export function fillPreferences(preferences) {
  for (const field of fields) field.value = preferences[field.name] ?? "";
  showErrors([]);
}

/** @param {boolean} [may] whether they can be changed; undefined: nobody knows */
export function offerPreferences(may) {
  form.hidden = !may;
  withheld.hidden = may !== false;
}

/**
 * @param {(preferences: Record<string, string | null>) => Promise<void>} save
 * @param {(problem: Error) => void} showProblem for what is not the fault of a field
 */
export function startPreferences(save, showProblem) {
  const zones = Intl.supportedValuesOf("timeZone").map((zone) => new Option(zone));
  form.querySelector("datalist").append(...zones);
  form.addEventListener("input", () => (saved.textContent = ""));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    saved.textContent = "";
    await save(Object.fromEntries(fields.map(({ name, value }) => [name, value.trim() || null]))).then(
      () => (saved.textContent = "Saved."),
      (problem) => showErrors(problem.errors ?? []) || showProblem(problem),
    );
  });
}

/** Puts each error at its field and the focus on the first; false when none belongs to a field. */
function showErrors(errors) {
  for (const field of fields) {
    const error = errors.find((one) => one.field === field.name);
    const label = field.labels[0].textContent;
    document.getElementById(`${field.name}-error`).textContent = error ? `${label} ${error.detail}.` : "";
    field.setAttribute("aria-invalid", String(error !== undefined));
  }
  const first = fields.find((field) => field.getAttribute("aria-invalid") === "true");
  first?.focus();
  return first !== undefined;
}
