/**
 * Answers for load balancers and orchestrators, which read the status code: 200
 * for yes, 503 for no. A core that does not answer is a no.
 *
 * @module
 */

import { json, refuse } from "./answer.ts";
import { isDrained } from "./explain.ts";
import type { InstanceStatus, State, Status } from "./snapshot.ts";

/** Whether the core answers: it has. */
export function alive({ core }: Status): Response {
  return json({
    core: { answers: true, answered_in_seconds: core.answered_in_seconds },
  });
}

/** Whether all instances serve or could. */
export function ready({ instances }: Status): Response {
  const waiting = instances
    .filter(({ state }) => state === "FAULT" || state === "INIT")
    .map((instance) => ({ instance: instance.name, state: wordOf(instance) }));
  if (waiting.length === 0) return json({ ready: true });
  const named = waiting.slice(0, 8)
    .map(({ instance, state }) => `${instance} is ${state}`);
  const more = waiting.length - named.length;
  return refuse(503, named.join(", ") + (more > 0 ? ` and ${more} more` : ""), {
    ready: false,
    waiting,
  });
}

/** Whether an instance is in a state. */
export function isIn(instance: InstanceStatus, state: State): Response {
  const { name } = instance;
  return instance.state === state
    ? json({ instance: name, state })
    : refuse(503, `${name} is ${wordOf(instance)}`, {
      instance: name,
      state: instance.state,
    });
}

/** Whether this host has an address of its instances. */
export function holds({ instances }: Status, address: string): Response {
  const wanted = canonical(address);
  const found = instances.flatMap(({ name, vips }) =>
    vips.filter((vip) => canonical(vip.address) === wanted)
      .map(({ held }) => ({ instance: name, held }))
  );
  if (found.length === 0) {
    return refuse(404, `No instance has the address ${JSON.stringify(wanted)}`);
  }
  const held = found.find((vip) => vip.held);
  if (held !== undefined) {
    return json({ address: wanted, held: true, instance: held.instance });
  }
  const [{ instance } = { instance: "" }] = found;
  return refuse(503, `This host does not have ${wanted}`, {
    address: wanted,
    held: false,
    instance,
  });
}

/** DRAINED is what operators call FAULT by their own order. */
function wordOf(instance: InstanceStatus): string {
  return isDrained(instance) ? "DRAINED" : instance.state;
}

/** An address without its prefix, in the one form that it is written in. */
function canonical(address: string): string {
  const [text = ""] = address.split("/");
  if (!text.includes(":")) return text;
  return URL.parse(`http://[${text}]/`)?.hostname.slice(1, -1) ?? text;
}
