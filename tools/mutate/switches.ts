/**
 * The functions that instrumented sources call: whether a mutant is the active
 * one, and which ones a test runs through. Stryker's instrumenter writes the
 * same contract into its own sources, `globalThis.__stryker__`.
 *
 * @module
 */

/** What the judge and the instrumented sources share. */
export interface Switches {
  /** The mutant that is switched on; null is none. */
  activeMutant: string | null;
  /** How often the active one was reached. */
  hitCount: number;
  /** Beyond this many it throws: a loop that does not end. */
  hitLimit: number;
  /** The test that runs; undefined while a file is loaded. */
  currentTestId: string | undefined;
  /** Times that each mutant was reached, while loading and by test. */
  mutantCoverage: {
    static: Record<string, number>;
    readonly perTest: Record<string, Record<string, number>>;
  };
}

/** Name of the global. */
export const SWITCHES = "__stryker__";

/** The name of the function that says whether a mutant is active. */
export const IS_ACTIVE = "mutantIsActive";

/** The name of the function that counts those a test runs through. */
export const COVER = "mutantCovered";

/** What goes in front of a file that calls them; one line. */
export const PRELUDE = `const ${IS_ACTIVE} = (id) => {` +
  `const s = globalThis.${SWITCHES};` +
  `if (s.activeMutant !== id) return false;` +
  `if (++s.hitCount > s.hitLimit) throw new Error("Hit limit reached");` +
  `return true;};` +
  `const ${COVER} = (id) => {` +
  `const { mutantCoverage: c, currentTestId: t } = globalThis.${SWITCHES};` +
  `const into = t ? (c.perTest[t] ??= {}) : c.static;` +
  `into[id] = (into[id] ?? 0) + 1;};\n`;
