/** Skills of a file, whatever they are called, as the engine's numbers from 0. */
import { FormatError } from './formatError.ts';

/** As many as the engine keeps for a carer. */
const MOST_SKILLS = 62;

export class Skills<Name extends string | number> {
  readonly #numbers = new Map<Name, number>();

  /** Numbers what a visit asks for. */
  asked(names: readonly Name[], path: string): number[] {
    return [...new Set(names)].map((name) => {
      const number = this.#numbers.get(name) ?? this.#numbers.size;
      if (number >= MOST_SKILLS)
        throw new FormatError(
          path,
          `要求的不同技能最多为 ${MOST_SKILLS} 种，${name} 已是第 ${MOST_SKILLS + 1} 种`,
          `asks for skill ${name}, and visits may ask for at most ${MOST_SKILLS} different skills`,
        );
      this.#numbers.set(name, number);
      return number;
    });
  }

  /** Those a carer has that some visit asks for; so carers come after visits. */
  had(names: readonly Name[]): number[] {
    return [...new Set(names)].map((name) => this.#numbers.get(name)).filter((one) => one !== undefined);
  }
}
