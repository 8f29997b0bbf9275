import { onOneLine } from './one-line.ts';
import { searcher } from './search.ts';

/** What stands where a secret stood. */
export const MASK = '**********';

/** Below this length a form would also hit innocent text; and a search needs four bytes of it (search.ts). */
const SHORTEST_FORM = 8;

/** Takes secrets out of text. CSV doubles quotes, so that the end of a secret in JSON can look like its middle in CSV. */
export interface Mask {
  (text: string, written?: 'json' | 'csv'): string;
  /** Whether there is a secret in JSON that is UTF-8; where that cannot be told, it has to become text. */
  isIn?(json: Buffer): boolean;
}

/**
 * A mask of secrets in every form that they travel in: raw, JSON-escaped, either of these as CSV has it, URL-encoded, and
 * base64 (plain or URL-safe, at each of the three alignments, so also inside `user:token`).
 */
export function masker(secrets: readonly string[]): Mask & { isIn(json: Buffer): boolean } {
  const ofEach = secrets.map(formsOf);
  const plain = ofEach.flat();
  const forms = { json: usable(plain), csv: usable(plain.map((form) => form.replaceAll('"', '""'))) };
  const mask = (text: string, written: 'json' | 'csv' = 'json') =>
    forms[written].reduce(
      (masked, form) => (masked.includes(form) ? masked.replaceAll(form, MASK) : masked),
      text,
    );
  // For each secret by itself, as its forms are of about one length.
  const searches = ofEach.map((own) => searcher(usable(own).map((form) => Buffer.from(form))));
  return Object.assign(mask, { isIn: (json: Buffer) => searches.some((search) => search(json)) });
}

/** Longest first, so that a form within a longer one does not leave the rest of it standing. */
const usable = (forms: readonly string[]): string[] =>
  [...new Set(forms)].filter((form) => form.length >= SHORTEST_FORM).sort((a, b) => b.length - a.length);

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
  return [secret, inJson, onOneLine(inJson), encoded, inSmallLetters, ...base64];
}
