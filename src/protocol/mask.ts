/** What stands where a secret stood. */
export const MASK = '**********';

/** Below this length a form would also hit innocent text. */
const SHORTEST_FORM = 8;

/**
 * A function that takes secrets out of text, in every form that they travel in: raw, JSON-escaped, as either is in CSV,
 * URL-encoded, and base64 (plain or URL-safe, at each of the three alignments, so also inside `user:token`).
 */
export function masker(secrets: readonly string[]): (text: string) => string {
  const forms = [...new Set(secrets.flatMap(formsOf))].filter((form) => form.length >= SHORTEST_FORM);
  // Longest first, so that a form within a longer one does not leave the rest of it standing.
  forms.sort((a, b) => b.length - a.length);
  return (text) =>
    forms.reduce((masked, form) => (masked.includes(form) ? masked.replaceAll(form, MASK) : masked), text);
}

function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const base64 = [0, 1, 2].flatMap((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    // The first and the last characters also depend on the neighbours: what is left is the same everywhere.
    const whole = Math.floor(((offset + bytes.length) * 8) / 6);
    const core = text.slice(offset === 0 ? 0 : offset + 1, whole);
    return [core, core.replaceAll('+', '-').replaceAll('/', '_'), encodeURIComponent(core)];
  });
  // As bytes have it: half a surrogate pair cannot be encoded.
  const encoded = encodeURIComponent(bytes.toString());
  const inSmallLetters = encoded.replace(/%../g, (hex) => hex.toLowerCase());
  const inJson = JSON.stringify(secret).slice(1, -1);
  const inCsv = [secret, inJson].map((text) => text.replaceAll('"', '""'));
  return [secret, inJson, ...inCsv, encoded, inSmallLetters, ...base64];
}
