import { mixpanel } from './mixpanel.ts';
import { moesif } from './moesif.ts';
import { segment } from './segment.ts';
import type { Subject } from './subject.ts';

export const SUBJECTS: readonly Subject[] = [segment, mixpanel, moesif];
