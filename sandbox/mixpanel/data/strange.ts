/** Names and values that a project may have, and that careless readers stumble over. */
import type { Row } from '../contract.ts';

/** Beyond what JavaScript holds, and no round number. */
export const BIG = 2033513821949367297n;
const LONG_NAME = `long ${'n'.repeat(250)}`;

/** Properties with strange names; `__proto__` is one of its own here, as in JSON. */
export const strangeNames = (of: string): Row => ({
  'Cart Size (# of Items)': 3,
  'Call To Action\n': 'Buy',
  'tab\tand "quotes" and \\': true,
  '🎈 Luftballons': 99,
  UTM_source: `${of} upper`,
  utm_source: `${of} lower`,
  userName: 'camel',
  username: 'small',
  '': 'no name',
  ['__proto__']: { polluted: true },
  constructor: 'a word of the language',
  [LONG_NAME]: LONG_NAME.length,
  '123': '123456',
  'a.b[0]': 'a path?',
  $: 'a dollar alone',
});

/** Names that fall together with ours, or with others of theirs, where somebody renames them without care. */
export const clashingNames: Row = {
  $city: 'Århus',
  mp_reserved_city: 'not the city',
  city: 'Sorø',
  mp_property_city: 'a city of its own',
  mp_reserved_: 'nothing behind',
  mp_property_: '',
  $email: 'res@x.io',
  email: 'own@x.io',
  $distinct_id: 'not the id',
  $properties: { $properties: { a: 1 } },
  properties: { distinct_id: 'inner', $city: 'inner' },
  mp_lib: 'web',
};

/** Texts and numbers that do not survive every reader. */
export const strangeValues: Row = {
  id: BIG,
  negative: -BIG,
  'ids in a list': [BIG, 7, 9007199254740993n, { deep: BIG }],
  edge: Number.MAX_SAFE_INTEGER,
  fraction: 0.627875673029858,
  tiny: 1e-7,
  digits: '2033513821949367297',
  'digits in words': 'say ": 2033513821949367297, [12345678901234567890]" twice',
  separators: 'one\u2028two\u2029three\u0085four',
  ring: 'Å is two bytes, the last of them 0x85; 😀 is four, 漢 three',
  lines: 'first\nsecond\r\nthird\\n',
  nothing: null,
  'as text': ['undefined', '<null>', 'terminated early', ''],
};

export const nested: Row = {
  Feature_flags: { activation: { enabled: false }, popup: { enabled: true, variant: 'new', $x: 1 } },
  'Browse Filter': ['Under $1000', 'Books'],
  items: [{ sku: 'a-1', price: 19.9 }, { sku: 'b-2', price: null, tags: [] }, {}],
  empty: {},
  none: [],
};

/** The types that one property takes in turn. */
export const mixed: readonly unknown[] = [1, '1,0', [1], {}, true, null, 1.5, 'NaN', BIG, ''];
