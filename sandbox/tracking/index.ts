/**
 * A simulated HTTP Tracking API: it takes in batches, keeps each message once by its messageId, and answers 200 to
 * nearly everything, also to what it drops. It fails on request, before it took something or after.
 */
import type { Answer, Incoming, Serve } from '../kit/delivery.ts';
import { Faults, type Fault } from '../kit/faults.ts';
import { random } from '../kit/random.ts';
import type { Region, Sent, Tracking, TrackedRequest, TrackingOptions } from './contract.ts';
import { takeIn } from './intake.ts';

export type * from './contract.ts';

const HOSTS: Readonly<Record<string, Region>> = {
  'api.segment.io': 'us',
  'events.eu1.segmentapis.com': 'eu',
};
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;
const JSON_TYPE = { 'Content-Type': 'application/json' };

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export function createTracking(options: TrackingOptions = {}): Tracking {
  const { writeKey = random(1, 'write key').id(32), region = 'us' } = options;
  const faults = new Faults();
  options.faults?.forEach((fault) => faults.add(fault));
  const kept = new Map<string, Sent>();
  const duplicates: Sent[] = [];
  const dropped: { why: string; message: unknown }[] = [];
  const requests: TrackedRequest[] = [];

  const take = ({ url, header, body = Buffer.alloc(0) }: Incoming) => {
    const isHere = (HOSTS[url.hostname] ?? region) === region;
    // The colon belongs to it: the password is empty.
    const byHeader = header('authorization') === `Basic ${btoa(`${writeKey}:`)}`;
    const isKnown = (inBody: unknown) => isHere && (byHeader || inBody === writeKey);
    const intake = takeIn(body, header('content-type') ?? '', isKnown);
    for (const message of intake.kept) {
      const id = String(message['messageId']);
      if (kept.has(id)) duplicates.push(message);
      else kept.set(id, message);
    }
    dropped.push(...intake.dropped);
    return intake;
  };

  const serve: Serve = (incoming) => {
    const { method, url, body } = incoming;
    const isOurs = url.hostname in HOSTS || (LOOPBACK.test(url.hostname) && url.pathname.startsWith('/v1/'));
    if (!isOurs) return undefined;
    if (method !== 'POST' || url.pathname !== '/v1/batch')
      return delivered({ status: 404, headers: {}, text: '' });
    const fault = faults.take(url.pathname);
    const isTaken = !fault || (fault.taken ?? isOnlySlow(fault));
    const intake = isTaken ? take(incoming) : undefined;
    const usual: Reply =
      intake?.refusal === undefined ? reply(200, { success: true }) : reply(400, { message: intake.refusal });
    const answer = delivered(fault ? spoilt(usual, fault) : usual, fault);
    requests.push({
      status: answer.mishap === undefined ? answer.status : 0,
      bytes: body?.length ?? 0,
      kept: intake?.kept.length ?? 0,
    });
    return answer;
  };

  return {
    writeKey,
    serve,
    requests,
    kept,
    duplicates,
    dropped,
    target: (url) => ({ write_key: writeKey, region, api_url: url }),
    fault: (fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
  };
}

const reply = (status: number, body: object): Reply => ({
  status,
  headers: JSON_TYPE,
  text: JSON.stringify(body),
});

/** Whether the answer is the usual one: it must not tell of what was not kept. */
const isOnlySlow = ({ kind, status, body }: Fault): boolean =>
  kind === undefined && status === undefined && body === undefined;

/** The answer under a fault, whatever it was to be. */
function spoilt(usual: Reply, { kind, status = usual.status, headers, body }: Fault): Reply {
  const page = '<html><h1>502 Bad Gateway</h1></html>';
  const { text, ...rest } =
    kind === 'html'
      ? { status: 502, headers: { 'Content-Type': 'text/html' }, text: page }
      : { ...usual, status };
  const whole = body === undefined ? text : typeof body === 'string' ? body : JSON.stringify(body);
  return {
    ...rest,
    headers: { ...rest.headers, ...headers },
    text: kind === 'truncate' ? whole.slice(0, Math.floor(whole.length / 2)) : whole,
  };
}

const delivered = (made: Reply, { kind, delayMs = 0 }: Partial<Fault> = {}): Answer => ({
  ...made,
  delayMs,
  mishap: kind === 'reset' || kind === 'reset-mid-body' || kind === 'hang' ? kind : undefined,
});
