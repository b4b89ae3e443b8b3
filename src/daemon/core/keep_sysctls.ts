/**
 * Turns on the settings of links that the instances need: before one is
 * master, not when every millisecond counts.
 *
 * @module
 */

import type { LinkSysctl } from "../../kernel/held_record.ts";
import { Failure } from "../../kernel/port.ts";
import type { Link } from "../../wire/rtnetlink_parse.ts";
import { type Core, log } from "./core.ts";
import { linksOf } from "./instance.ts";
import { isRecordDue, writeRecord } from "./record_keeper.ts";

const WHY: Readonly<Record<LinkSysctl, string>> = {
  promote_secondaries: "so that removing a virtual address cannot remove " +
    "the host's own",
  accept_local: "so that adverts of an address owner are heard",
};

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
    const { message } = done;
    log(core, { level: "warning", event: "sysctl", message });
  } else if (done) {
    log(core, {
      level: "info",
      event: "sysctl",
      message: `Set ${setting} on "${name}" ${WHY[setting]}`,
      interface: name,
    });
  }
}
