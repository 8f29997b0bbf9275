/**
 * Whether a text is one of these, in any case; `*` stands for anything. Of none of them where there are none. No regular expression,
 * which some stars in a row keep busy for ever.
 */
export function matcher(patterns: readonly string[]): (text: string) => boolean {
  const globs = patterns.map((pattern) => pattern.trim().toLowerCase().split('*'));
  return (text) => {
    const small = text.toLowerCase();
    return globs.some((parts) => fits(small, parts));
  };
}

/** Whether a text has these parts one after the other, the first at its beginning and the last at its end. */
function fits(text: string, [first = '', ...others]: readonly string[]): boolean {
  const last = others.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of others) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at + last.length <= text.length && text.endsWith(last);
}
