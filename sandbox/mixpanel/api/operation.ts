/** What an operation is, and what it is given. */
import type { Auth, MixpanelOptions } from '../contract.ts';
import type { World } from '../world.ts';
import type { Parameters } from './parameters.ts';
import type { Reply } from './reply.ts';
import type { Sessions } from './sessions.ts';

/** Each has its own limits, its own plans and its own words for whom it does not know. */
export type Family = 'query' | 'app' | 'legacy' | 'export';

export interface Asked {
  readonly world: World;
  readonly options: MixpanelOptions;
  readonly sessions: Sessions;
  readonly url: URL;
  readonly parameters: Parameters;
}

export interface Operation {
  /** Where it is; `{prefix}` is one of two, which are the same. */
  readonly path: string;
  readonly family: Family;
  /** Who may ask. */
  readonly open: readonly Auth[];
  /** Whether it may be posted. */
  readonly isPosted?: boolean;
  /** Beside `project_id` and `workspace_id`. */
  readonly parameters: readonly string[];
  readonly required?: readonly string[];
  /** The member of its answer that holds the rows; the answer itself when left out. */
  readonly rowsAt?: string;
  answer(asked: Asked): Reply;
}

export const BOTH: readonly Auth[] = ['service-account', 'api-secret'];
