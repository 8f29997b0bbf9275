import { parseJson } from '../http/json.ts';
import { MASK } from '../protocol/mask.ts';
import type { Row, Stream } from './stream.ts';

/** Words that tell a credential, in a name taken apart at case changes, digits, `_`, `-`, `.` and blanks. */
const TELLING_WORDS = new Set(
  (
    'password passwords passwd passphrase passcode pwd secret secrets token tokens key keys ' +
    'credential credentials creds private ciphertext authorization bearer jwt pem dsn'
  ).split(' '),
);
/** Words that tell one only where a name ends with them: `smtp_pass`, but not `pass_through`. */
const TELLING_ENDS = new Set(['pass', 'pw', 'psk', 'pin', 'hmac', 'signature']);
/** The same in a name written as one word, or taken apart too far: `clientsecret`, `passWord`, `sshkey`. */
const TELLING_PART =
  /password|passwd|passphrase|passcode|secret|credential|ciphertext|connectionstring|privatekey|tokens?$/;
/** Words that end like a key and open nothing. */
const INNOCENT =
  /^(public|primary|partition|sort|foreign|composite|mon|tur|don|hoc|joc|whis|hot|mic|hus|jer)keys?$/;
/** A name that ends so speaks about a credential and is none: `tokenUrl`, `keyFormat`, `password_policy`. */
const ABOUT = /^(url|uri|endpoint|type|field|format|algorithm|policy|version|expiry|expires|ttl|length)$/;

/** Quantities are bounded: a megabyte of settings must not take minutes. */
const FORMS = [
  /-----BEGIN [A-Z0-9 ]+-----/, // PEM
  /\beyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*/, // JWT
  // scheme://user:password@host; a port is no password
  /\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s/?#]{0,256}?:(?!\d+(?:[/?#]|$))[^\s@]{1,512}@/i,
  // a parameter of a URL or a connection string
  /(?:^|[;?&\s])(?:[\w-]{0,40}(?:password|passwd|pwd|secret|signature|credential|(?:api|account|access|auth)[_-]?(?:key|token))|token|sig)\s*=\s*[^;&\s]/i,
  /(?:^|:\s*)bearer\s+\S{6,}$/i, // a header's value …
  // … and of schemes that are words of a language too: one word to the end, long or none of a language
  /(?:^|:\s*)(?:[Bb]asic|BASIC|[Tt]oken|TOKEN)\s+(?:\S{16,}|(?=\S*(?:[\d=_.~+/-]|[a-z][A-Z]))\S{6,})$/,
  // tokens whose beginning is their maker's
  /\b(?:sgp_|sk_live_|rk_live_|glpat-|github_pat_|gh[pousr]_|xox[abprs]-|AIza|SG\.)[\w.-]{16,}|\bAKIA[A-Z0-9]{16}\b/,
  /\bhooks\.slack\.com\/services\/\S+/,
];

/** Whether a field's name says that its value is a credential. */
export function tellsCredential(name: string): boolean {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter(Boolean);
  const last = words.at(-1) ?? '';
  const whole = words.join('');
  if (INNOCENT.test(whole) || ABOUT.test(last)) return false;
  return TELLING_ENDS.has(last) || TELLING_PART.test(whole) || words.some(tells);
}

const tells = (word: string) => TELLING_WORDS.has(word) || (/.keys?$/.test(word) && !INNOCENT.test(word));

/** Whether a text is a credential by its form, whatever it is called. */
export const looksLikeCredential = (text: string): boolean =>
  FORMS.some((form) => form.test(text)) || holdsCredential(text);

/** Whether a text is JSON with a credential in it. */
function holdsCredential(text: string): boolean {
  if (!/^\s*[[{"]/.test(text)) return false;
  try {
    const value = parseJson(text);
    return JSON.stringify(maskCredentials(value)) !== JSON.stringify(value);
  } catch (error) {
    return error instanceof RangeError; // JSON, nested deeper than we can follow
  }
}

/** The value with every text and number in it masked; the shape stays. Booleans, null and '' hide nothing. */
export function maskAll(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(maskAll);
  if (isObject(value)) return mapValues(value, maskAll);
  return value === '' || (typeof value !== 'string' && typeof value !== 'number') ? value : MASK;
}

/** The value with its credentials masked, at any depth; everything else as it was. */
export function maskCredentials(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(maskCredentials);
  if (!isObject(value)) return typeof value === 'string' && looksLikeCredential(value) ? MASK : value;
  const labels = pairLabels(value);
  const pairTells = labels.some((label) => tellsCredential(String(value[label])));
  return mapValues(value, (held, name) => {
    if (labels.includes(name)) return maskCredentials(held);
    const tells = tellsCredential(name) || (pairTells && /^values?$/i.test(name));
    return tells ? maskAll(held) : maskCredentials(held);
  });
}

/**
 * The fields that name a header or parameter in a pair, as in { key: 'Authorization', value: '…' }: what they hold is
 * no secret, but says whether the value is one.
 */
function pairLabels(value: Row): string[] {
  const names = Object.keys(value);
  if (!names.some((name) => /^values?$/i.test(name))) return [];
  return names.filter(
    (name) => /^(name|key|header|id|field|label)$/i.test(name) && typeof value[name] === 'string',
  );
}

/** A row with the stream's secrets masked. The API's row is left as it was. */
export function rowMask(secrets: Stream<never>['secrets']): (row: Row) => Row {
  const rules = Object.entries(secrets ?? {}).map(([path, how]) => {
    return { path: path.split('.'), mask: how === 'all' ? maskAll : maskCredentials };
  });
  if (rules.length === 0) return (row) => row;
  return (row) => rules.reduce((masked, { path, mask }) => maskAt(masked, path, mask), row);
}

function maskAt(row: Row, [field = '', ...deeper]: string[], mask: (value: unknown) => unknown): Row {
  const value = row[field];
  if (value === undefined || value === null) return row;
  const below = (held: unknown): unknown => {
    if (Array.isArray(held)) return held.map(below);
    return isObject(held) ? maskAt(held, deeper, mask) : held;
  };
  return { ...row, [field]: deeper.length === 0 ? mask(value) : below(value) };
}

const isObject = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const mapValues = (value: Row, map: (held: unknown, name: string) => unknown): Row =>
  Object.fromEntries(Object.entries(value).map(([name, held]) => [name, map(held, name)]));
