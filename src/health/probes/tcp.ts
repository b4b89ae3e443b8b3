/**
 * TCP: the connection is taken, and the answer, if one is expected, says what
 * it should.
 *
 * @module
 */

import type { TcpProbe } from "../../config/settings/check.ts";
import { oneLine } from "../../log/one_line.ts";
import { type Connection, connectTcp } from "./connection.ts";
import type { ProbeResult, ProbeTime } from "./result.ts";

/** Bytes of an answer that are looked at. */
const ANSWER_LIMIT = 64 * 1024;

/** Run the probe once. */
export async function probeTcp(
  probe: TcpProbe,
  time: ProbeTime,
): Promise<ProbeResult> {
  using connection = await connectTcp(probe.host, probe.port, time);
  if (probe.send !== null) {
    await connection.write(new TextEncoder().encode(probe.send));
  }
  if (probe.expect === null) return { ok: true, detail: "Connected" };
  return await expectText(connection, probe.expect);
}

async function expectText(
  connection: Connection,
  expected: string,
): Promise<ProbeResult> {
  const decoder = new TextDecoder();
  let text = "";
  let length = 0;
  while (length < ANSWER_LIMIT) {
    const bytes = await connection.read();
    if (bytes === null) break;
    length += bytes.length;
    text += decoder.decode(bytes, { stream: true });
    if (text.includes(expected)) return { ok: true, detail: "Answer matches" };
  }
  const detail = `Answer "${oneLine(text)}" does not contain "${expected}"`;
  return { ok: false, detail };
}
