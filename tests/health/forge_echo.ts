/**
 * Run in a network namespace of its own whose kernel answers no echo: pings
 * 127.0.0.2 while somebody else answers, wrongly at first, and prints how often
 * the ping had succeeded after each answer.
 *
 * @module
 */

import { IPPROTO_ICMP } from "../../ffi/icmp.ts";
import {
  AF_INET,
  IPPROTO_RAW,
  openSocket,
  receive,
  send,
  SOCK_RAW,
  sockaddrIn,
} from "../../ffi/socket.ts";
import { echo } from "../../src/kernel/icmp.ts";
import { internetChecksum } from "../../src/wire/checksum.ts";
import { emitIpv4, parseIpv4 } from "../../src/wire/ipv4.ts";

const PEER = "127.0.0.2";

await new Deno.Command("ip", { args: ["link", "set", "lo", "up"] }).output();
await Deno.writeTextFile("/proc/sys/net/ipv4/icmp_echo_ignore_all", "1");
using ear = openSocket(AF_INET, SOCK_RAW, IPPROTO_ICMP, "listen");
using mouth = openSocket(AF_INET, SOCK_RAW, IPPROTO_RAW, "answer");

let answers = 0;
const controller = new AbortController();
const ping = echo(PEER, controller.signal).then(() => answers++, () => {});
const request = receive(ear, new Uint8Array(2048));
const original = parseIpv4(request ?? new Uint8Array())?.payload;
if (original === undefined) throw new Error("No request was heard");

/** Answer with some bytes changed. */
async function answer(
  source: string,
  changes: readonly (readonly [number, number])[],
): Promise<number> {
  const message = new Uint8Array(original ?? []);
  message[0] = 0;
  for (const [at, mask] of changes) message[at] = (message[at] ?? 0) ^ mask;
  message.fill(0, 2, 4);
  new DataView(message.buffer).setUint16(2, internetChecksum(message));
  const header = { source, destination: "127.0.0.1", ttl: 64, tos: 0 };
  const bytes = emitIpv4({ ...header, protocol: IPPROTO_ICMP, id: 0 }, message);
  send(mouth, bytes, sockaddrIn(new Uint8Array([127, 0, 0, 1])), "answer");
  await new Promise((resolve) => setTimeout(resolve, 60));
  return answers;
}

const results = {
  anotherSource: await answer("127.0.0.3", []),
  anotherId: await answer(PEER, [[5, 1]]),
  anotherSequence: await answer(PEER, [[7, 1]]),
  anotherContent: await answer(PEER, [[8, 1]]),
  unreachable: await answer(PEER, [[0, 3]]),
  right: await answer(PEER, []),
};
controller.abort();
await ping;
// deno-lint-ignore no-console -- the test reads it
console.log(JSON.stringify(results));
