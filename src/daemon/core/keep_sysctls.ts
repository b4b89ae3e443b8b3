/**
 * Turns on the settings of links that the instances need: before one is
 * master, not when every millisecond counts.
 *
 * @module
 */

import type { LinkSysctl } from "../../kernel/held_record.ts";
import { Failure } from "../../kernel/port.ts";
import type { EventOf } from "../../log/catalogue.ts";
import type { Link } from "../../wire/rtnetlink_parse.ts";
import { type Core, log } from "./core.ts";
import { linksOf } from "./instance.ts";
import { isRecordDue, writeRecord } from "./record_keeper.ts";

/**
 * Turn on what the links of all instances need. What was before is in the
 * record first, so that it is known whenever this process is killed.
 *
 * @returns False when the kernel did not.
 */
export function keepSysctls(core: Core, now: number): boolean {
  const { sysctls } = core;
  const { version } = sysctls;
  const needs = needsOf(core);
  for (const { link, setting } of needs) sysctls.prepare(link, setting);
  if (sysctls.version !== version && isRecordDue(core)) writeRecord(core);
  let isKept = true;
  for (const { link, setting } of needs) {
    const done = sysctls.enable(link, setting);
    if (done instanceof Failure) isKept = false;
    report(core, link.name, setting, done, now);
  }
  return isKept;
}

interface Need {
  readonly link: Link;
  readonly setting: LinkSysctl;
}

function needsOf({ instances, links }: Core): readonly Need[] {
  const carriers = new Set<string>();
  const receivers = new Set<string>();
  for (const { settings, receiveLink } of instances.values()) {
    for (const name of linksOf(settings)) carriers.add(name);
    receivers.add(receiveLink);
  }
  const needs: Need[] = [];
  const add = (name: string, setting: LinkSysctl): void => {
    const link = links.byName(name);
    if (link !== undefined) needs.push({ link, setting });
  };
  for (const name of carriers) add(name, "promote_secondaries");
  for (const name of receivers) add(name, "accept_local");
  return needs;
}

function report(
  core: Core,
  name: string,
  setting: LinkSysctl,
  done: boolean | Failure,
  now: number,
): void {
  if (done instanceof Failure) {
    const what = `${name} ${setting}`;
    if (core.reports.say("sysctl", what, now) === null) return;
    tellSysctl(core, "failed", { link: name, setting }, done.message);
  } else if (done) tellSysctl(core, "set", { link: name, setting });
}

/** Tell what became of a setting of a link. */
export function tellSysctl(
  core: Core,
  change: EventOf<"sysctl">["change"],
  { link, setting }: { readonly link: string; readonly setting: LinkSysctl },
  error: string | null = null,
): void {
  log(core, { event: "sysctl", change, interface: link, setting, error });
}
