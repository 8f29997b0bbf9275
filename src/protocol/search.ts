/** Bytes that are compared at once: a 32-bit integer. */
const GRAM = 4;

/**
 * A search for any of several needles of about one length, of at least GRAM bytes: so many bytes apart that no needle fits in between,
 * the gram that stands there is looked up among those of the needles, and only around one of theirs all is compared. For the four
 * forms of a token it takes a third of what four searches take; for a short needle beside a long one it would take longer.
 */
export function searcher(needles: readonly Buffer[]): (bytes: Buffer) => boolean {
  if (needles.length === 0) return () => false;
  const lengths = needles.map(({ length }) => length);
  const [step, longest] = [Math.min(...lengths) - GRAM + 1, Math.max(...lengths)];
  const known = new Uint8Array(1 << 16);
  for (const needle of needles) {
    for (let at = 0; at + GRAM <= needle.length; at += 1) known[hashAt(needle, at)] = 1;
  }
  return (bytes) => {
    for (let at = 0; at + GRAM <= bytes.length; at += step) {
      if (known[hashAt(bytes, at)] === 0) continue;
      const around = bytes.subarray(Math.max(at - longest, 0), at + longest);
      if (needles.some((needle) => around.includes(needle))) return true;
    }
    return false;
  };
}

/** 16 bits of the gram at a place, by Knuth's multiplicative hash. */
const hashAt = (bytes: Buffer, at: number): number => Math.imul(bytes.readInt32LE(at), 0x9e3779b1) >>> 16;
