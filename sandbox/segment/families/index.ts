import type { Family } from '../family.ts';
import { access } from './access.ts';
import { accessReview } from './access-review.ts';
import { audiences } from './audiences.ts';
import { connections } from './connections.ts';
import { credentials } from './credentials.ts';
import { deliveryOverview } from './delivery-overview.ts';
import { functions } from './functions.ts';
import { governance } from './governance.ts';
import { privacy } from './privacy.ts';
import { reverseEtl } from './reverse-etl.ts';
import { spaceSchema } from './space-schema.ts';
import { spaces } from './spaces.ts';
import { trackingPlans } from './tracking-plans.ts';
import { eventsVolume } from './volume.ts';
import { warehouses } from './warehouses.ts';
import { workspace } from './workspace.ts';

/** Every family of tables beside the first ones (api/operations.ts, truth.ts). */
export const FAMILIES: readonly Family[] = [
  workspace,
  connections,
  accessReview,
  spaces,
  audiences,
  spaceSchema,
  warehouses,
  reverseEtl,
  access,
  credentials,
  privacy,
  trackingPlans,
  functions,
  governance,
  eventsVolume,
  deliveryOverview,
];

/** The lists that they own. */
export const COLLECTIONS = new Map(FAMILIES.flatMap(({ collections = {} }) => Object.entries(collections)));
