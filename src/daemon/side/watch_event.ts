/**
 * Events of the log as those see them who watch.
 *
 * @module
 */

import type { WatchEvent } from "../../control/daemon_port.ts";
import { levelOf, type LogEvent, sentenceOf } from "../../log/catalogue.ts";
import { reaches } from "../../log/level.ts";

/** What is no `other`, by the name of the event. */
const TYPES: Readonly<Record<string, WatchEvent["type"]>> = {
  transition: "transition",
  priority: "priority",
  check_up: "check",
  check_down: "check",
  check_error: "check",
  addresses_added: "vip",
  addresses_removed: "vip",
  address_stuck: "vip",
  address_foreign: "vip",
  address_lost: "vip",
  stray_address: "vip",
  drained: "drain",
  resumed: "drain",
  drain_over: "drain",
  failover: "drain",
  taken_over: "drain",
  not_taken_over: "drain",
  reload: "reload",
  reload_instance: "reload",
  reload_section: "reload",
  master_heard: "master",
  rival: "master",
  rival_gone: "master",
};

/**
 * What a watcher is told of an event.
 *
 * @returns Null for what is only looked at to find an error.
 */
export function watchEvent(event: LogEvent): WatchEvent | null {
  const level = levelOf(event);
  if (!reaches(level, "info")) return null;
  const { event: name, time = Date.now(), ...facts } = event;
  const { instance = null } = facts as { readonly instance?: string };
  return {
    time: new Date(time).toISOString(),
    type: TYPES[name] ?? "other",
    event: name,
    ...{ instance, level, message: sentenceOf(event), facts },
  };
}
