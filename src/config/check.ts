/**
 * From the plain data of a file to settings, with all that is wrong with it.
 *
 * @module
 */

import * as v from "valibot";
import { type Finding, isMap, type Path } from "./issue.ts";
import { configSchema } from "./schema/config.ts";
import { instanceSchema, PASSWORD_BYTES } from "./schema/instance.ts";
import {
  UNUSED_GLOBAL_KEYS,
  UNUSED_INSTANCE_KEYS,
  UNUSED_TOP_KEYS,
} from "./schema/unused.ts";
import type { InstanceSettings, Settings } from "./settings.ts";

/** What became of the data of a file. */
export interface Checked {
  /** The settings, or null when something is wrong. */
  readonly settings: Settings | null;
  /** Everything that is wrong. */
  readonly findings: readonly Finding[];
}

/**
 * Check the data of a configuration against the schema and, for the instances
 * that are sound in themselves, against each other.
 *
 * @param data What the YAML says: maps, lists, strings, numbers, truth values.
 */
export function checkConfig(data: unknown): Checked {
  const result = v.safeParse(configSchema, data);
  const findings = [
    ...(result.issues ?? []).map(toFinding),
    ...conflicts(entriesOf(data).map(soundInstance)),
  ];
  return result.success && findings.length === 0
    ? { settings: result.output, findings }
    : { settings: null, findings };
}

/**
 * Find what is accepted and yet not what the operator may expect.
 *
 * @param data What the YAML says, sound or not.
 */
export function configWarnings(data: unknown): Finding[] {
  const found = [...unused(data, [], UNUSED_TOP_KEYS)];
  if (isMap(data)) {
    found.push(...unused(data.global, ["global"], UNUSED_GLOBAL_KEYS));
  }
  for (const [i, entry] of entriesOf(data).entries()) {
    const path = ["vrrp_instances", i];
    found.push(...unused(entry, path, UNUSED_INSTANCE_KEYS));
    const password = isMap(entry) ? entry.auth_pass : null;
    if (typeof password === "string" && password.length > PASSWORD_BYTES) {
      found.push({
        path: [...path, "auth_pass"],
        at: "value",
        problem: `only the first ${PASSWORD_BYTES} bytes are used`,
      });
    }
  }
  return found;
}

function unused(value: unknown, path: Path, keys: object): Finding[] {
  return Object.keys(isMap(value) ? value : {})
    .filter((key) => Object.hasOwn(keys, key))
    .map((key) => ({
      path: [...path, key],
      at: "key",
      problem: "is not acted on by this version",
    }));
}

function toFinding(issue: v.BaseIssue<unknown>): Finding {
  const steps = issue.path ?? [];
  return {
    path: steps.map(({ key }) => typeof key === "number" ? key : String(key)),
    at: steps.at(-1)?.origin === "key" ? "key" : "value",
    problem: issue.message,
  };
}

function entriesOf(data: unknown): readonly unknown[] {
  const entries = isMap(data) ? data.vrrp_instances : null;
  return Array.isArray(entries) ? entries : [];
}

function soundInstance(entry: unknown): InstanceSettings | null {
  const result = v.safeParse(instanceSchema, entry);
  return result.success ? result.output : null;
}

/** What two instances cannot both have; null stands for an unsound one. */
function conflicts(instances: readonly (InstanceSettings | null)[]): Finding[] {
  const found: Finding[] = [];
  /** Who came first with a name, a VRID on a link or an address on a link. */
  const owners = new Map<string, number>();
  const claim = (
    what: string,
    i: number,
    keys: Path,
    problem: string,
  ): void => {
    const owner = owners.get(what);
    if (owner === undefined) {
      owners.set(what, i);
      return;
    }
    found.push({
      path: ["vrrp_instances", i, ...keys],
      at: "value",
      problem: `${problem} vrrp_instances[${owner}]`,
    });
  };
  for (const [i, instance] of instances.entries()) {
    if (instance === null) continue;
    const { name, family, virtualRouterId: id, virtualIps } = instance;
    const link = instance.interface;
    claim(`name ${name}`, i, ["name"], `"${name}" is the name of`);
    claim(
      `router ${link} ${family} ${id}`,
      i,
      ["virtual_router_id"],
      `${id} is on ${link} already, in`,
    );
    for (const [j, { address }] of virtualIps.entries()) {
      claim(
        `address ${link} ${address}`,
        i,
        ["virtual_ips", j],
        `${address} is on ${link} already, in`,
      );
    }
  }
  return found;
}
