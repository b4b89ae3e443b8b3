/**
 * A change of state as an event of the log.
 *
 * @module
 */

import type { InstanceSettings } from "../../config/settings/instance.ts";
import type { EventOf } from "../../log/catalogue.ts";
import { reasonFields } from "../../log/reason_fields.ts";
import { reasonInWords } from "../../log/reason_words.ts";
import type { Transition } from "../messages.ts";

/**
 * What the log is told of a transition.
 *
 * @param settings Those of its instance, as far as they are known.
 * @param isPlanned Whether the operator knows of it.
 */
export function transitionEvent(
  { instance, from, to, reason, priority, time }: Transition,
  settings: InstanceSettings | undefined,
  isPlanned: boolean,
): EventOf<"transition"> {
  return {
    event: "transition",
    ...reasonFields(reason),
    reason: reasonInWords(reason),
    ...{ instance, from, to, priority, isPlanned, time },
    ...(settings === undefined ? {} : {
      interface: settings.interface,
      virtualRouterId: settings.virtualRouterId,
      virtualIps: settings.virtualIps.map(({ address, prefix }) =>
        `${address}/${prefix}`
      ),
    }),
  };
}
