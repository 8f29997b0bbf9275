/** From a request to a reply: path, credentials, plan, quota, parameters, in the order in which they are refused. */
import type { Incoming } from '../../kit/delivery.ts';
import type { MixpanelOptions } from '../contract.ts';
import type { World } from '../world.ts';
import { admit, expectPlan, identify, type Credentials } from './access.ts';
import { hostOf } from './hosts.ts';
import type { Operation } from './operation.ts';
import { operationAt } from './operations.ts';
import { readParameters, sentWith } from './parameters.ts';
import type { Quota } from './quota.ts';
import { inJson, inText, invalid, missing, Refusal, type Reply } from './reply.ts';
import type { Sessions } from './sessions.ts';

export interface Api {
  readonly world: World;
  readonly options: MixpanelOptions;
  readonly credentials: Credentials;
  readonly sessions: Sessions;
  readonly quotas: { readonly query: Quota; readonly export: Quota };
}

/** What a request is about, if anything. */
export function operationOf({ url }: Incoming): Operation | undefined {
  const operation = operationAt(url.pathname);
  return operation && hostOf(url.hostname)?.has(operation.family) ? operation : undefined;
}

export function answer(api: Api, incoming: Incoming): Reply {
  try {
    return reply(api, incoming);
  } catch (error) {
    if (error instanceof Refusal) return error.reply;
    throw error;
  }
}

function reply({ world, options, credentials, sessions, quotas }: Api, incoming: Incoming): Reply {
  const { url, method, header } = incoming;
  const region = hostOf(url.hostname)?.region;
  if (region !== undefined && url.protocol !== 'https:') return inText(400, 'HTTPS only');
  const operation = operationOf(incoming);
  if (!operation) throw missing('Nothing lives at this path.');
  if (method !== 'GET' && !(method === 'POST' && operation.isPosted))
    return inJson(405, { error: `${method} is not allowed`, status: 'error' });

  const isHere = region === undefined || region === (options.region ?? 'us');
  const who = isHere ? identify(header('authorization'), credentials) : undefined;
  admit(who, operation, url, credentials.projectId);
  expectPlan(operation, options.plan);
  if (operation.family === 'query' || operation.family === 'export') quotas[operation.family].take(url);

  const named = who === 'service-account' && operation.family !== 'app' ? ['project_id', 'workspace_id'] : [];
  const parameters = readParameters(url, sentWith(incoming), [...operation.parameters, ...named]);
  const lacking = operation.required?.find((name) => !parameters[name]);
  if (lacking !== undefined) throw invalid(url, `${lacking} is a required parameter`);
  return operation.answer({ world, options, sessions, url, parameters });
}
