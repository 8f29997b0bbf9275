import type { Random } from '../../kit/random.ts';

/** Names that people really give to things, and a few that break careless code. */
const NAMES = [
  'Web shop',
  'iOS app 📱',
  'Zürich · Straße',
  'متجر الهاتف',
  '顧客データ基盤',
  'line\u2028and\u2029paragraph separators',
  'quote " backslash \\ slash /',
  'tab\tnewline\ncontrol \u0001\u001f',
  'combining e\u0301 and family 👩‍👩‍👧‍👦',
  '=HYPERLINK("https://shop.example/a?b=1&c=2")',
  '<b>staging</b>, "prod", \'dev\'',
  ' ',
];

/** One name in eight is empty: the API requires the field, not a text in it. */
export const name = (random: Random): string => (random.int(8) === 0 ? '' : random.pick(NAMES));

/** An optional field: its value, null, or not there at all. Spread the outcome into the row. */
export function optional<T>(random: Random, field: string, value: T): Record<string, T | null> {
  const chance = random.int(4);
  if (chance === 0) return {};
  return { [field]: chance === 1 ? null : value };
}
