/**
 * Events of the configuration: mistakes in it, and what a reload changes.
 *
 * @module
 */

import { counted, listed } from "../words.ts";
import { define } from "./define.ts";

/** Events of the configuration. */
export const CONFIGURATION_EVENTS = {
  config: define<{
    readonly severity: "warning" | "error";
    readonly file: string | null;
    readonly line: number | null;
    readonly column: number | null;
    readonly path: string | null;
    readonly problem: string;
  }>({
    level: {
      of: ({ severity }) => severity,
      words: "error for what cannot be used, else warning",
    },
    say: ({ file, line, column, path, problem }) => {
      if (file === null) return problem;
      const key = path === null ? "" : ` ${path}`;
      return `${file}:${line}:${column}${key}: ${problem}`;
    },
    fields: {
      severity: "error for what cannot be used, else warning",
      file: "name of the file, or null when it cannot be read",
      line: "line, from 1, or null",
      column: "column in characters, from 1, or null",
      path: "key, such as vrrp_instances[0].priority, or null",
      problem: "what is wrong",
    },
    example: {
      severity: "error",
      file: "config.yaml",
      line: 7,
      column: 15,
      path: "vrrp_instances[0].priority",
      problem: "must be a whole number from 1 to 255, not 300",
    },
    when: "The configuration is read and something in it is wrong.",
    remedy: "Correct the file; alived check shows the same.",
  }),
  reload: define<{
    readonly result: "done" | "refused" | "failed";
    readonly error: string | null;
    readonly removed: number;
    readonly restarted: number;
    readonly changed: number;
    readonly added: number;
    readonly unchanged: number;
    readonly sections: readonly string[];
    readonly names: Readonly<Record<string, readonly string[]>>;
  }>({
    level: {
      of: ({ result }) => result === "done" ? "info" : "error",
      words: "info, and error when it is refused or fails",
    },
    say: ({ result, error, sections, ...counts }) => {
      if (result === "refused") {
        return "Reload refused: the configuration in force stays";
      }
      if (result === "failed") {
        return error === null
          ? "Reload failed: the configuration in force stays"
          : `Reload failed: ${error}`;
      }
      return reloaded(counts, sections);
    },
    fields: {
      result: "done, refused for a mistake in the file, or failed",
      error: "an error of the program, with the place in it, or null",
      removed: "instances that stopped",
      restarted: "instances that stopped and started as another router",
      changed: "instances that go on with other settings",
      added: "instances that started",
      unchanged: "instances that nothing was changed of",
      sections: "other sections of the file that changed",
      names: "names of the instances that were removed, restarted, changed " +
        "and added, the first eight of each",
    },
    example: {
      result: "done",
      error: null,
      removed: 0,
      restarted: 0,
      changed: 1,
      added: 0,
      unchanged: 2,
      sections: [],
      names: { changed: ["VI_1"] },
    },
    when: "The configuration was read again.",
    remedy: "Refused: correct the file, and reload once more.",
  }),
  reload_deferred: define<{ readonly key: string }>({
    level: "warning",
    say: ({ key }) => `${key} changes with the next start, not with a reload`,
    fields: { key: "key of the configuration" },
    example: { key: "realtime" },
    when: "A reload changes what only a start can.",
    remedy: "Restart the service when it suits.",
  }),
  reload_instance: define<{
    readonly instance: string;
    readonly change: "removed" | "restarted" | "changed" | "added";
    readonly keys: readonly string[];
    readonly changes: readonly string[];
  }>({
    level: "info",
    say: ({ change, changes }) => {
      const kind = `${change[0]?.toUpperCase()}${change.slice(1)}`;
      return changes.length === 0 ? kind : `${kind}: ${changes.join(", ")}`;
    },
    fields: {
      instance: "name of the instance",
      change: "removed, restarted, changed, or added",
      keys: "keys that changed",
      changes: "the same with what was and what is; secrets as changed",
    },
    example: {
      instance: "VI_1",
      change: "changed",
      keys: ["priority"],
      changes: ["priority 100 → 150"],
    },
    when: "A reload changes an instance; 20 lines at most.",
  }),
  reload_section: define<{
    readonly section: string;
    readonly item: string | null;
    readonly change: "removed" | "changed" | "added";
    readonly keys: readonly string[];
    readonly changes: readonly string[];
  }>({
    level: "info",
    say: ({ section, item, change, changes }) => {
      const what = item === null ? section : `${section} "${item}"`;
      const how = changes.length === 0 ? "" : `: ${changes.join(", ")}`;
      return `${change[0]?.toUpperCase()}${change.slice(1)} ${what}${how}`;
    },
    fields: {
      section: "global, sync_groups, health_checkers, or notifications",
      item: "name of the group or the check, or null",
      change: "removed, changed, or added",
      keys: "keys that changed",
      changes: "the same with what was and what is; secrets as changed",
    },
    example: {
      section: "global",
      item: null,
      change: "changed",
      keys: ["log.level"],
      changes: ["log.level info → debug"],
    },
    when:
      "A reload changes something beside the instances; 20 lines at most, " +
      "with those of instances.",
  }),
  reload_more: define<{ readonly count: number }>({
    level: "info",
    say: ({ count }) => `And ${counted(count, "more change")}`,
    fields: { count: "changes that have no line of their own" },
    example: { count: 5 },
    when: "A reload changes more than has a line of its own.",
  }),
};

function reloaded(
  { names, ...counts }:
    & { readonly names: Readonly<Record<string, readonly string[]>> }
    & Readonly<Record<string, unknown>>,
  sections: readonly string[],
): string {
  const kinds = ["removed", "restarted", "changed", "added", "unchanged"]
    .filter((kind) => Number(counts[kind]) > 0);
  if (sections.length === 0 && kinds.every((kind) => kind === "unchanged")) {
    return "Reloaded: nothing changed";
  }
  const said = kinds.map((kind) => {
    const count = Number(counts[kind]);
    const some = names[kind] ?? [];
    const who = some.length === 0 ? "" : ` (${listed(some, count)})`;
    return `${count} ${kind}${who}`;
  });
  const others = sections.length > 0 ? `; ${sections.join(", ")} changed` : "";
  return `Reloaded: ${said.join(", ") || "no instances"}${others}`;
}
