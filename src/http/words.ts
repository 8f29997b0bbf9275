/** Characters of a vendor's words that a log line bears. */
const LONGEST = 500;
/** What is no text for people: HTML, and JSON that was cut short. */
const MARKUP = /^[<{[]|<\/[a-z]/i;

interface Fault {
  readonly type?: unknown;
  readonly field?: unknown;
  readonly message?: unknown;
}

/**
 * The API's own words for an error, empty where it has none: `errors`, `error` or `message` of a JSON body, or a body that
 * is plain text. Cut to what a log line bears: between words, as the mask, which comes later, would not know one half of
 * a token.
 */
export function wordsOf(body: unknown): string {
  if (typeof body === 'string') return plain(body);
  if (typeof body !== 'object' || body === null) return '';
  const { errors, error, message } = body as { errors?: unknown; error?: unknown; message?: unknown };
  if (Array.isArray(errors)) return bounded(errors.map(wordsOfFault).filter(Boolean).join('; '));
  return bounded(wordsOfFault(error) || wordsOfFault(message));
}

function wordsOfFault(fault: unknown): string {
  if (typeof fault === 'string') return fault;
  const { type, field, message } = (fault ?? {}) as Fault;
  return [type, field, message].filter((part) => typeof part === 'string' && part !== '').join(' ');
}

function plain(text: string): string {
  const words = MARKUP.test(text.trim()) ? '' : bounded(text);
  // Bytes that are no text, or not in UTF-8, say nothing.
  return /[\p{Cc}\uFFFD]/u.test(words) ? '' : words;
}

/** On one line. */
function bounded(text: string): string {
  const words = text.trim();
  const cut = words.length <= LONGEST ? words : `${words.slice(0, LONGEST).replace(/\S*$/, '')}…`;
  return cut.replace(/\s+/g, ' ');
}

/** What a 429 of a JSON body names in `errors[0].data.msBeforeNext`. */
export function msBeforeNext(body: unknown): unknown {
  const errors = (body as { errors?: { data?: { msBeforeNext?: unknown } }[] } | undefined)?.errors;
  return Array.isArray(errors) ? errors[0]?.data?.msBeforeNext : undefined;
}
