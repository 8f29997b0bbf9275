import type { Credentials } from './api/access.ts';
import type { MixpanelOptions } from './contract.ts';

/** The config of a connector that reads the project at an address, from its first day on. */
export const configOf = (
  { auth, region = 'us', timezone = 'UTC', createdBefore2023 = false }: MixpanelOptions,
  { projectId, username, secret, apiSecret }: Credentials,
  firstDay: string,
  url: string,
): object => ({
  credentials:
    auth === 'api-secret'
      ? { auth_type: 'project_secret', api_secret: apiSecret }
      : { auth_type: 'service_account', username, secret, project_id: String(projectId) },
  region,
  start_date: firstDay,
  project_timezone: timezone,
  event_time_semantics: createdBefore2023 ? 'project_timezone' : 'utc',
  api_url: url,
});
