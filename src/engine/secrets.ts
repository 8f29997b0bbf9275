import { MASK } from '../protocol/mask.ts';
import type { Row, Stream } from './stream.ts';

/** Words that tell a credential, in a name taken apart at case changes, `_`, `-`, `.` and blanks. */
const TELLING_WORDS = new Set(
  (
    'password passwords passwd passphrase passcode pwd secret secrets token tokens key keys apikey apikeys ' +
    'credential credentials creds private ciphertext authorization bearer jwt pem dsn connectionstring'
  ).split(' '),
);
/** The same inside a name that is written as one word (`clientsecret`, `dbpassword`, `accesstoken`). */
const TELLING_PART =
  /password|passwd|passphrase|secret|credential|ciphertext|privatekey|(access|api|write|signing|encryption|account|shared|license|service)keys?$|tokens?$/;
/** Names of keys that are no secret: `publicKey`, `primaryKey`, `partition_key` … */
const INNOCENT = /^(public|primary|partition|sort|foreign|composite)keys?$/;
/** A name that ends so speaks about a credential and is none: `tokenUrl`, `keyFormat`, `password_policy`. */
const ABOUT = /^(url|uri|endpoint|type|field|format|algorithm|policy|version|expiry|expires|ttl|length)$/;

const FORMS = [
  /-----BEGIN [A-Z0-9 ]+-----/, // PEM
  /\beyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*/, // JWT
  /\b[a-z][a-z0-9+.-]*:\/\/[^\s/?#:@]*:[^\s/?#@]+@/i, // connection string: scheme://user:password@host
  /(^|[;?&\s])(password|pwd|passwd|secret|client_secret|token|access_token|api_?key|sig|signature)=[^;&\s]+/i,
  /^(Bearer|Basic|Token)\s+\S{6,}/i, // a header's value
  /\b(sgp_[A-Za-z0-9]{20,}|AKIA[A-Z0-9]{16}|gh[pousr]_[A-Za-z0-9]{20,}|xox[abprs]-[\w-]{10,})/, // well-known tokens
  /\bhooks\.slack\.com\/services\/\S+/,
];

/** Whether a field's name says that its value is a credential. */
export function tellsCredential(name: string): boolean {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  if (INNOCENT.test(words.join('')) || ABOUT.test(words.at(-1) ?? '')) return false;
  return words.some((word) => TELLING_WORDS.has(word) || TELLING_PART.test(word));
}

/** Whether a text is a credential by its form, whatever it is called. */
export const looksLikeCredential = (text: string): boolean => FORMS.some((form) => form.test(text));

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
  // A header or parameter as a pair: { key: 'Authorization', value: '…' }. The name is not the secret.
  const label = ['name', 'key', 'header'].find(
    (field) => typeof value[field] === 'string' && 'value' in value,
  );
  const pairTells = label !== undefined && tellsCredential(value[label] as string);
  return mapValues(value, (held, name) => {
    if (name === label) return maskCredentials(held);
    return tellsCredential(name) || (pairTells && name === 'value') ? maskAll(held) : maskCredentials(held);
  });
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
  if (deeper.length === 0) return { ...row, [field]: mask(value) };
  return isObject(value) ? { ...row, [field]: maskAt(value, deeper, mask) } : row;
}

const isObject = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const mapValues = (value: Row, map: (held: unknown, name: string) => unknown): Row =>
  Object.fromEntries(Object.entries(value).map(([name, held]) => [name, map(held, name)]));
