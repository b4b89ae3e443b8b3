/**
 * go-alived's keys that load, so that its files work unchanged, and that this
 * version does not act on. Each one that a file uses is warned of.
 *
 * @module
 */

import * as v from "valibot";

/** A key that is accepted whatever it holds. */
export type UnusedKey = v.OptionalSchema<v.UnknownSchema, undefined>;

const unused: UnusedKey = v.optional(v.unknown());

/** Such keys of the top level. */
export const UNUSED_TOP_KEYS = {
  health_checkers: unused,
};

/** Such keys of `global`. */
export const UNUSED_GLOBAL_KEYS = {
  notification_email: unused,
};

/** Such keys of an entry of `vrrp_instances`. */
export const UNUSED_INSTANCE_KEYS = {
  notify_master: unused,
  notify_backup: unused,
  notify_fault: unused,
  track_scripts: unused,
};
