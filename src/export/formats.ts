/** The forms that a file can have. By itself, so that a command line that only names them loads nothing else. */
export const FORMATS = ['csv', 'jsonl'] as const;
export type Format = (typeof FORMATS)[number];
