/**
 * Events, each made from its day and its place in it alone, in the order of their time and id: a day with millions of
 * them needs no memory. Most of the text of one is that of a variant, which many share.
 */
import { fixed } from '../../kit/json.ts';
import { mix } from '../../kit/random.ts';
import type { Document, Row } from '../contract.ts';
import { DAY, inForm } from '../times.ts';
import { BIG, companyIdAt, HIDDEN, userIdAt } from './strange.ts';

export interface EventMaker {
  /** The seed, hashed: it is used too often to be hashed each time. */
  readonly salt: number;
  readonly appId: string;
  readonly perDay: number;
  /** The longest that one is late (ms). */
  readonly late: number;
}

/** So many happen at the very same moment. */
const AT_ONCE = 7;

/** A variant: what is the same of many, and what they have of a request and a response. */
interface Variant {
  readonly rest: Row;
  readonly request: Row;
  readonly response?: Row;
}

const authorization = `Bearer ${HIDDEN}-token`;
const AGENT = fixed({ name: 'Chrome', major: '131', os_name: 'Mac OS X', device: 'Other' });
const PLACE = fixed({
  ip: '198.51.100.7',
  country_code2: 'DK',
  city_name: 'København',
  location: { lat: 55, lon: 12 },
});

const VARIANTS: readonly Variant[] = [
  {
    rest: { event_type: 'api_call', duration_ms: 412, metadata: { foo: 'bar', request_id: BIG } },
    request: {
      verb: 'POST',
      uri: 'https://api.example.com/items/42?page=2',
      route: '/items/:id',
      ip_address: '198.51.100.7',
      headers: {
        Authorization: authorization,
        Cookie: `session=${HIDDEN}`,
        'content-type': 'application/json',
      },
      body: { user: 'ada', password: HIDDEN, amount: BIG },
      user_agent: AGENT,
      geo_ip: PLACE,
    },
    response: {
      status: 200,
      headers: { 'Set-Cookie': `id=${HIDDEN}` },
      body: { token: HIDDEN },
      transfer_encoding: 'json',
    },
  },
  {
    rest: {
      event_type: 'user_action',
      action_name: 'Clicked Sign Up',
      metadata: { Button: 'a', button: 'b' },
    },
    request: { uri: 'https://example.com/signup', user_agent_string: 'Mozilla/5.0', headers: null },
  },
  {
    rest: {
      event_type: 'api_call',
      duration_ms: 0,
      metadata: { ['__proto__']: { polluted: true }, ids: [BIG] },
    },
    request: {
      verb: 'GET',
      uri: '/søg?q=“Å”',
      headers: { Cookie: HIDDEN, cookie: HIDDEN, COOKIE: [HIDDEN] },
      body: HIDDEN,
    },
    response: { status: 500, headers: null, body: [{ secret: HIDDEN }], transfer_encoding: null },
  },
  {
    rest: { event_type: 'api_call', metadata: null, session_token: '' },
    request: {},
    response: { status: 204 },
  },
  {
    rest: {
      event_type: 'api_call',
      direction: 'Incoming',
      user: { metadata: { plan: 'pro' }, modified_time: '2023-07-27T21:55:19.464' },
      company: { company_domain: 'example.com', metadata: { id: BIG } },
      weight: 10,
    },
    request: { verb: 'DELETE', uri: '/', body: null, headers: {} },
    response: { status: 404, body: '', headers: {} },
  },
].map(({ rest, request, response }) => ({
  rest: fixed(rest),
  request: shared(request),
  ...(response && { response: shared(response) }),
}));

/** Its members keep their texts. */
function shared(row: Row): Row {
  for (const value of Object.values(row)) if (typeof value === 'object' && value !== null) fixed(value);
  return row;
}

/** When the one at this place of a day happened (ms since the epoch): the first ones with the day, the last with its end. */
function timeAt({ perDay }: EventMaker, day: number, index: number): number {
  const last = Math.max(1, Math.ceil(perDay / AT_ONCE) - 1);
  return day * DAY + Math.floor((Math.floor(index / AT_ONCE) * (DAY - 1)) / last);
}

export function eventAt(maker: EventMaker, day: number, index: number): Document {
  const chance = mix(mix(maker.salt, day), index);
  const time = timeAt(maker, day, index);
  const { rest, request, response } = VARIANTS[index % VARIANTS.length] as Variant;
  const late = index % 20 === 13 && maker.late > 0 ? 1 + (chance % (maker.late - 1)) : 0;
  const _id = idAt(day, index);
  // Member by member, and none added to what was spread: millions are made in a day.
  const source: Row = Object.assign({}, rest);
  if (index % 4 === 0) source['id'] = _id;
  if (index % 5 !== 3) source['user_id'] = index % 11 === 9 ? null : userIdAt(chance % 40);
  if (index % 3 !== 1) source['company_id'] = companyIdAt(chance % 12);
  source['app_id'] = maker.appId;
  source['request'] = { time: inForm(time, index), ...request };
  if (response) source['response'] = { time: inForm(time + (chance % 900), index + 1), ...response };
  return { _id, _source: source, arrives: time + late };
}

/** In the order of their places, by bytes; two in a row differ by case alone. */
function idAt(day: number, index: number): string {
  const pair = (index >> 1).toString(36).padStart(6, '0');
  const letter = index % 2 === 0 ? 'E' : 'e';
  return `${day}-${pair}${letter}${index % 13 === 6 ? '/"Å😀' : ''}`;
}
