import { configError } from '../../../engine/errors.ts';
import type { Stream } from '../../../engine/stream.ts';
import { detailOf } from '../../../engine/trouble.ts';
import { HttpError } from '../../../http/errors.ts';
import { dayOf, type MixpanelApi } from '../api.ts';
import { FIRST_DAY, notes } from '../notes.ts';
import { isOfToday } from '../refusals.ts';
import { annotation } from '../schemas.ts';

export const annotations: Stream<MixpanelApi> = {
  name: 'annotations',
  description: 'Every note on a day; one request. A date can have several, so the key is the id',
  endpoint: 'GET /api/app/projects/{project_id}/annotations',
  docs: 'https://developer.mixpanel.com/reference/list-all-annotations-for-project',
  quota: 'app',
  primaryKey: ['id'],
  schema: annotation,
  async *read({ api }) {
    try {
      yield await notes(api);
    } catch (error) {
      if (!(error instanceof HttpError) || !isOfToday(error)) throw error;
      // Whether the older API refuses days that are still to come is not known (*unverified*).
      yield await notes(api, { from: FIRST_DAY, to: dayOf(api.projectNow()) });
      throw configError(
        'annotations: Mixpanel gives a project secret none of days that are still to come, so these are missing; use a ' +
          'service account.',
        detailOf(error),
      );
    }
  },
};
