/** Characters in a row that a text has by chance so rarely that they are a piece of the secret. */
const PIECE = 6;

/**
 * Whether a text tells a secret, or some characters of it: as it is, URL-encoded, or in base64. Other than the mask,
 * which looks for the secret's forms, this reads whatever may be one.
 */
export function tells(text: string, secret: string): boolean {
  const plain = text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  const packed = [...new Set(plain.match(/[\w+/-]{8,}/g))];
  // Where it begins within the four letters of a group is not known.
  const unpacked = [0, 1, 2, 3].map((skip) =>
    packed.map((run) => Buffer.from(run.slice(skip), 'base64').toString('latin1')).join(' '),
  );
  const all = [text, plain, ...unpacked].join('\n');
  for (let at = 0; at + PIECE <= secret.length; at += PIECE / 2)
    if (all.includes(secret.slice(at, at + PIECE))) return true;
  return false;
}
