/**
 * The top level of a configuration and its `global` section.
 *
 * @module
 */

import * as v from "valibot";
import type { Settings } from "../settings.ts";
import { instanceSchema } from "./instance.ts";
import { UNUSED_GLOBAL_KEYS, UNUSED_TOP_KEYS } from "./unused.ts";
import { list, name, oneOf, section } from "./values.ts";

const log = section({
  level: v.optional(
    v.pipe(
      oneOf(["debug", "info", "warning", "error"]),
      v.description("Least severe event that is logged"),
    ),
    "info",
  ),
  format: v.optional(
    v.pipe(
      oneOf(["auto", "text", "json", "journald"]),
      v.description("Form of a log line"),
    ),
    "auto",
  ),
});

const global = section({
  router_id: v.optional(
    v.pipe(
      v.nullable(name()),
      v.description("Name of this host in logs; null for the host name"),
    ),
    null,
  ),
  log: v.pipe(v.nullish(log, {}), v.description("Logging")),
  ...UNUSED_GLOBAL_KEYS,
});

/** Schema of a whole configuration. */
export const configSchema: v.GenericSchema<unknown, Settings> = v.pipe(
  section({
    global: v.pipe(v.nullish(global, {}), v.description("The daemon")),
    vrrp_instances: v.pipe(
      v.nullish(list(instanceSchema, "instances"), []),
      v.minLength(1, "at least one instance is required"),
      v.description("Virtual routers"),
    ),
    ...UNUSED_TOP_KEYS,
  }),
  v.transform(({ global, vrrp_instances }) => ({
    global: { routerId: global.router_id, log: global.log },
    instances: vrrp_instances,
  })),
);
