/**
 * What the Tracking API makes of a batch, read as strictly as its documents can be.
 * https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/
 */
import type { Sent } from './contract.ts';

/** A kB may be 1000 bytes or 1024: it is the smaller one here. */
const LARGEST_BATCH = 500_000;
const LARGEST_MESSAGE = 32_000;
const MOST_MESSAGES = 2500;
/** A messageId is shorter than this. */
const LONGEST_ID = 100;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

export interface Intake {
  /** Why it is refused with 400; undefined where the answer is a 200, whatever becomes of the messages. */
  readonly refusal?: string;
  readonly kept: readonly Sent[];
  readonly dropped: readonly { readonly why: string; readonly message: unknown }[];
}

/** `isKnown` tells whether whoever sends it has the write key of a source here. */
export function takeIn(body: Buffer, contentType: string, isKnown: (writeKey: unknown) => boolean): Intake {
  if (body.length > LARGEST_BATCH) return refused(`the batch has ${body.length} bytes`);
  if (!/^application\/json\b/.test(contentType)) return refused('the body is not called JSON');
  const sent = parsed(body);
  const messages = isObject(sent) ? sent['batch'] : undefined;
  if (!isObject(sent) || !Array.isArray(messages)) return refused('the body is no batch in JSON');
  const large = messages.map(sizeOf).find((bytes) => bytes > LARGEST_MESSAGE);
  if (large !== undefined) return refused(`a message has ${large} bytes`);
  if (!isKnown(sent['writeKey'])) return allDropped(messages, 'the write key is of no source here');
  if (messages.length > MOST_MESSAGES)
    return allDropped(messages, `${messages.length} messages are too many`);
  const judged = messages.map((message: unknown) => ({ message, why: flawOf(message) }));
  return {
    kept: judged.flatMap(({ message, why }) => (why === undefined ? [message as Sent] : [])),
    dropped: judged.flatMap(({ message, why }) => (why === undefined ? [] : [{ message, why }])),
  };
}

const refused = (refusal: string): Intake => ({ refusal, kept: [], dropped: [] });
const allDropped = (messages: readonly unknown[], why: string): Intake => ({
  kept: [],
  dropped: messages.map((message) => ({ message, why })),
});

/** What keeps a message from being one; undefined where nothing does. */
function flawOf(message: unknown): string | undefined {
  if (!isObject(message)) return 'it is no object';
  const { type, event, traits, userId, anonymousId, messageId, timestamp } = message;
  if (type !== 'track' && type !== 'identify') return 'it is neither a track nor an identify call';
  if (type === 'track' && !isText(event)) return 'it has no event';
  if (type === 'identify' && !isObject(traits)) return 'its traits are none';
  if (!isText(userId) && !isText(anonymousId)) return 'it has neither userId nor anonymousId';
  if (!isText(messageId) || messageId.length >= LONGEST_ID) return 'its messageId is none';
  // Who is identified need not have been at a moment: Segment then takes that of the arrival.
  if (timestamp === undefined && type === 'identify') return undefined;
  if (!isText(timestamp) || !INSTANT.test(timestamp) || Number.isNaN(Date.parse(timestamp)))
    return 'its timestamp is none';
  return undefined;
}

function parsed(body: Buffer): unknown {
  try {
    // Bytes that are no UTF-8 are no JSON.
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}

const sizeOf = (message: unknown): number => Buffer.byteLength(JSON.stringify(message) ?? '');
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isObject = (value: unknown): value is Sent =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
