/**
 * Does what the state machines ask for: adverts at once, the rest is noted by
 * kind and done in its turn. Decides nothing.
 *
 * @module
 */

import { advance, type InstanceAction } from "../../vrrp/engine.ts";
import type { Action, Input } from "../../vrrp/state.ts";
import type { Core } from "./core.ts";
import type { Instance } from "./instance.ts";
import { sendAdvert } from "./send.ts";
import { tellRival, tellStall, tellTransition } from "./tell.ts";

/** Feed one input to an instance and do what follows. */
export function feed(
  core: Core,
  instance: string,
  input: Input,
  now: number,
): void {
  perform(core, advance(core.engine, instance, input, now), now);
}

/** Do what is asked for, in order. */
export function perform(
  core: Core,
  actions: readonly InstanceAction[],
  now: number,
): void {
  for (const { instance: name, action } of actions) {
    const instance = core.instances.get(name);
    if (instance !== undefined) take(core, instance, action, now);
  }
}

function take(
  core: Core,
  instance: Instance,
  action: Action,
  now: number,
): void {
  const { work, announcer } = core;
  const { name } = instance.settings;
  switch (action.type) {
    case "sendAdvert": {
      const { priority } = action;
      if (action.after === undefined) sendAdvert(core, instance, priority, now);
      else work.lastWords.push({ instance, priority });
      return;
    }
    case "hold":
      return work.touch(name);
    case "release":
      announcer.cancel(name);
      return work.touch(name);
    case "announce":
      work.announcements.push({ instance: name, what: action.what });
      return;
    case "transition":
      return tellTransition(core, instance, action, now);
    case "stalled":
      core.tally.stalled(now);
      return tellStall(core, instance, action.late);
    case "rival":
      return tellRival(core, instance, action, now);
    default:
      return action satisfies never;
  }
}
