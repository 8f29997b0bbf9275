/** What an operation is, and what it is given. */
import type { Incoming } from '../../kit/delivery.ts';
import type { Generation, MoesifOptions, Scope } from '../contract.ts';
import type { Search } from '../search/search.ts';
import type { World } from '../world.ts';
import type { Reply } from './reply.ts';

export interface Asked {
  readonly world: World;
  readonly search: Search;
  readonly options: MoesifOptions;
  readonly appId: string;
  readonly incoming: Incoming;
}

export interface Operation {
  readonly path: string;
  readonly method: 'GET' | 'POST';
  /** Undefined for one that is the same in both. */
  readonly generation?: Generation;
  readonly scope: Scope;
  answer(asked: Asked): Reply;
}

/** Below here is everything. */
export const BASE = '/v1/search/~';
