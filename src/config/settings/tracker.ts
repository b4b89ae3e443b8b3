/**
 * What moves a priority, or causes FAULT: plain JSON data.
 *
 * @module
 */

/** What something watched does to an instance. */
export interface TrackerSettings {
  /**
   * What is watched: the verdict of a check, by its name, or whether a link
   * is up, by its name.
   */
  readonly watch:
    | { readonly type: "check"; readonly name: string }
    | { readonly type: "interface"; readonly name: string };
  /**
   * −253 to 253: a negative one is added while down, a positive one while up;
   * 0 means FAULT while down. A check with a number adds number × weight.
   */
  readonly weight: number;
  /** Whether up and down change places. */
  readonly reverse: boolean;
}
