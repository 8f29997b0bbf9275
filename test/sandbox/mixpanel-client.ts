/** A client that does nothing on its own: it asks the simulated Mixpanel as it is, without a network. */
import { createMixpanel, type Mixpanel, type MixpanelOptions } from '../../sandbox/mixpanel/index.ts';

export const NOW = '2026-11-22T10:30:15.250Z';
export const DAY = 86_400_000;

/** A project whose quotas keep nobody waiting. */
export const make = (options: MixpanelOptions = {}): Mixpanel =>
  createMixpanel({ now: NOW, quotas: false, ...options });

export interface Reply {
  /** 0 where no answer comes. */
  status: number;
  headers: Headers;
  text: string;
  /** Of the text, where it is JSON; whole numbers that are too large lose digits. */
  body: unknown;
  /** The pieces in which it came. */
  chunks: Buffer[];
}

export interface Asking {
  host?: string;
  method?: string;
  query?: Record<string, string | number>;
  headers?: Record<string, string>;
  body?: string;
  /** As the account, which names its project, is how it asks when left out. */
  as?: 'account' | 'secret' | 'nobody';
}

interface Given {
  credentials: { username: string; secret: string; project_id: number };
}
const LOOPBACK = 'http://127.0.0.1';
export const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** The secrets of an account, whatever the connector would use. */
export const accountOf = (mixpanel: Mixpanel): Given['credentials'] =>
  (mixpanel.config(LOOPBACK) as Given).credentials;

export function ask(mixpanel: Mixpanel, path: string, asking: Asking = {}): Reply {
  const { host = LOOPBACK, method = 'GET', query = {}, as = 'account', body } = asking;
  const url = new URL(host + path);
  for (const [name, value] of Object.entries(query)) url.searchParams.append(name, String(value));
  const headers = new Headers(asking.headers);
  if (as === 'account') {
    const { username, secret, project_id } = accountOf(mixpanel);
    if (!path.startsWith('/api/app/') && !url.searchParams.has('project_id'))
      url.searchParams.set('project_id', String(project_id));
    headers.set('authorization', `Basic ${base64(`${username}:${secret}`)}`);
  }
  const sent = body === undefined ? {} : { body: Buffer.from(body) };
  const answer = mixpanel.serve({ method, url, header: (name) => headers.get(name), ...sent });
  if (!answer) throw new Error(`unhandled: ${url.href}`);
  const chunks = answer.chunks ? [...answer.chunks()] : [Buffer.from(answer.text)];
  const text = Buffer.concat(chunks).toString();
  const isLost = answer.mishap === 'reset' || answer.mishap === 'hang';
  const status = isLost ? 0 : answer.status;
  return { status, headers: new Headers(answer.headers), text, body: parse(text), chunks };
}

/** As the project itself, by its secret. */
export const bySecret = (secret: string): Asking => ({
  as: 'secret',
  headers: { authorization: `Basic ${base64(`${secret}:`)}` },
});

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
