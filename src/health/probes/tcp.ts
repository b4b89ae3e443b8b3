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

/** Characters of an answer that can be shown. */
const SHOWN = 1024;

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
  let length = 0;
  let beginning = "";
  /** The end of what has come: the rest cannot be part of a match any more. */
  let end = "";
  while (length < ANSWER_LIMIT) {
    const bytes = await connection.read();
    if (bytes === null) break;
    length += bytes.length;
    const text = decoder.decode(bytes, { stream: true });
    if (beginning.length < SHOWN) beginning += text.slice(0, SHOWN);
    const found = end + text;
    if (found.includes(expected)) {
      return { ok: true, detail: "Answer matches" };
    }
    end = expected.length > 1 ? found.slice(1 - expected.length) : "";
  }
  const said = oneLine(beginning);
  const detail = `Answer "${said}" does not contain "${expected}"`;
  return { ok: false, detail };
}
