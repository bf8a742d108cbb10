/** Times as people say them. */

const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];
let clock = clockFor({});

/** "4 minutes 12 seconds": the two largest units of a number of milliseconds. */
export function duration(milliseconds) {
  let seconds = Math.floor(milliseconds / 1000);
  const parts = [];
  for (const [unit, size] of UNITS) {
    const count = Math.floor(seconds / size);
    seconds -= count * size;
    if (count > 0) parts.push(`${count} ${unit}${count === 1 ? "" : "s"}`);
    else if (parts.length > 0) break;
  }
  return parts.slice(0, 2).join(" ") || "less than a second";
}

/** Date and time of day, in the language and zone last given to {@link tellTimesIn}. */
export const instant = (date) => clock.format(date);

/** @param {{locale?: string, time_zone?: string}} preferences */
export function tellTimesIn(preferences) {
  clock = clockFor(preferences);
}

function clockFor({ locale, time_zone }) {
  const options = { dateStyle: "medium", timeStyle: "medium" };
  try {
    return new Intl.DateTimeFormat(locale || undefined, { ...options, timeZone: time_zone || undefined });
  } catch {
    // a language or zone that this browser does not know
    return new Intl.DateTimeFormat(undefined, options);
  }
}
