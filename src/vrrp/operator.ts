/**
 * What an operator orders of an instance. An order to drain is a fact that is
 * kept outside of the state, since it survives restarts.
 *
 * @module
 */

/** An order to serve no more, or only when nobody else does. */
export interface Drain {
  /** When it was given, in milliseconds since 1970 UTC. */
  readonly since: number;
  /** When it ends by itself, in milliseconds since 1970 UTC, or null. */
  readonly until: number | null;
  /** Who gave it, as the client said, or null. */
  readonly by: string | null;
  /** Why, in the operator's words, or null. */
  readonly reason: string | null;
  /** Whether to serve with priority 1 when nobody else does. */
  readonly lastResort: boolean;
}
