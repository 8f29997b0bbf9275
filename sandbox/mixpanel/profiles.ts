/** The profiles of a project and what becomes of them; each is made when it is asked for. */
import type { Profile, Row } from './contract.ts';
import { isMember, type Cohort } from './data/cohorts.ts';
import { profileAt } from './data/profiles.ts';

/** The place of a profile that is as it was made, or one that is not. */
type Held = number | Profile;

export class Profiles {
  readonly #seed: number;
  readonly #began: number;
  /** Replaced, not changed: whoever has begun to read it goes on with what there was. */
  #held: readonly Held[];

  constructor(seed: number, count: number, began: number) {
    this.#seed = seed;
    this.#began = began;
    this.#held = Array.from({ length: count }, (_, index) => index);
  }

  /** As they are now, for as long as somebody reads them. */
  all(): { readonly length: number; at(index: number): Profile | undefined } {
    const held = this.#held;
    return {
      length: held.length,
      at: (index) => {
        const one = held[index];
        return one === undefined ? undefined : this.#profile(one);
      },
    };
  }

  /** Members of a cohort: those with a profile, then, where all are wanted, those without. */
  membersOf(cohort: Cohort, all = true): Profile[] {
    if (cohort.isOrphan) return [];
    const members = this.#held
      .map((held) => this.#profile(held))
      .filter(({ distinct_id }) => isMember(cohort, String(distinct_id)));
    const ids = new Set(members.map(({ distinct_id }) => String(distinct_id)));
    const without = all ? cohort.without.filter((id) => !ids.has(id)) : [];
    return [...members, ...without.map((distinct_id) => ({ distinct_id, properties: {} }))];
  }

  add(profile: Profile): void {
    this.#held = [profile, ...this.#held];
  }

  change(distinctId: string, properties: Row): void {
    this.#replace(distinctId, (profile) => [
      { ...profile, properties: { ...profile.properties, ...properties } },
    ]);
  }

  delete(distinctId: string): void {
    this.#replace(distinctId, () => []);
  }

  #replace(distinctId: string, change: (profile: Profile) => Profile[]): void {
    this.#held = this.#held.flatMap((held): Held[] => {
      const profile = this.#profile(held);
      return String(profile.distinct_id) === distinctId ? change(profile) : [held];
    });
  }

  #profile(held: Held): Profile {
    return typeof held === 'number' ? profileAt(this.#seed, held, this.#began) : held;
  }
}
