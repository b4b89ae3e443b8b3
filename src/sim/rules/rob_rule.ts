/**
 * A host whose kernel refuses addresses takes them from one that serves at
 * most once: it tries first from then on, and advertises what it holds.
 *
 * @module
 */

import { Violation } from "./violation.ts";

/** Promotions that were given back, by instance. */
export class RobRule {
  readonly #givenBack = new Map<string, number>();

  /** An instance is another one now. */
  forget(name: string): void {
    this.#givenBack.delete(name);
  }

  /**
   * A master gives up because an address was refused.
   *
   * @param since When the kernel began to refuse every addition, or null when
   *   it does not refuse all.
   */
  givesUp(name: string, since: number | null): void {
    if (since === null) return;
    if (this.#givenBack.get(name) !== since) {
      this.#givenBack.set(name, since);
      return;
    }
    throw new Violation(
      "robs",
      `"${name}" is master again without being able to, and gives it back`,
    );
  }
}
