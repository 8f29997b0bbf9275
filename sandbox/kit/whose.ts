/** Whose API a sandbox plays, as the help of each says it: the flags beside it are another one's. */
export const VENDORS = ['segment', 'mixpanel', 'moesif'] as const;

export const source = {
  choices: VENDORS,
  default: 'segment',
  describe: 'Whose API it is; each has flags of its own',
} as const;
