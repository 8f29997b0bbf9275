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
      ? { auth_type: 'api_secret', api_secret: apiSecret }
      : { auth_type: 'service_account', username, secret, project_id: projectId },
  region,
  start_date: firstDay,
  project_timezone: timezone,
  created_before_2023: createdBefore2023,
  api_url: url,
});
