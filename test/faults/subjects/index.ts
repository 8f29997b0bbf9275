import { mixpanel } from './mixpanel.ts';
import { segment } from './segment.ts';
import type { Subject } from './subject.ts';

export const SUBJECTS: readonly Subject[] = [segment, mixpanel];
