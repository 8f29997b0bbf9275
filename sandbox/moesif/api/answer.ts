/** From a request to a reply: path, method, token, subscription, scope, quota, parameters, in the order in which they are refused. */
import type { Incoming } from '../../kit/delivery.ts';
import type { MoesifOptions } from '../contract.ts';
import type { Search } from '../search/search.ts';
import type { World } from '../world.ts';
import { admit, type Access } from './access.ts';
import { operationAt } from './operations.ts';
import type { Quota } from './quota.ts';
import { refusal, Refusal, type Reply } from './reply.ts';

export interface Api {
  readonly world: World;
  readonly search: Search;
  readonly options: MoesifOptions;
  readonly appId: string;
  readonly access: Access;
  readonly quota: Quota;
}

export function answer(api: Api, incoming: Incoming): Reply {
  try {
    return replyTo(api, incoming);
  } catch (error) {
    if (error instanceof Refusal) return error.reply;
    throw error;
  }
}

export const nothingHere = (): Reply => refusal(404, 'not_found', 'Unknown endpoint');

function replyTo({ access, quota, ...rest }: Api, incoming: Incoming): Reply {
  const { url, method, header } = incoming;
  const { generations } = rest.options;
  const operation = operationAt(url.pathname);
  const isOld = operation?.generation && generations && !generations.includes(operation.generation);
  if (!operation || isOld) return nothingHere();
  if (method !== operation.method) return refusal(405, 'method_not_allowed', `${method} is not allowed`);
  admit(header('authorization'), access, operation.scope);
  quota.take();
  return operation.answer({ ...rest, incoming });
}
