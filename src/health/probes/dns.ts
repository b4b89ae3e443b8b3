/**
 * DNS: a name server answers, and with the record that is expected. The query
 * is made here, since `Deno.resolveDns()` may answer from /etc/hosts even when
 * it is told which server to ask.
 *
 * @module
 */

import type { DnsProbe } from "../../config/settings/check.ts";
import { canonicalIp, familyOf } from "../../wire/address.ts";
import { oneLine } from "../../log/one_line.ts";
import {
  type DnsAnswer,
  type DnsQuery,
  emitQuery,
  parseAnswer,
  type RecordType,
} from "./dns_message.ts";
import { ByteBuffer, ByteReader, invalid } from "./byte_reader.ts";
import { connectTcp } from "./connection.ts";
import { resolveHost } from "./resolve.ts";
import { type ProbeResult, type ProbeTime, tooLate } from "./result.ts";

const DNS_PORT = 53;
/** Name servers that are asked, as resolv.conf(5) has it. */
const MAX_SERVERS = 3;

/** Run the probe once. */
export async function probeDns(
  { name, recordType, server, expect }: DnsProbe,
  time: ProbeTime,
): Promise<ProbeResult> {
  const id = crypto.getRandomValues(new Uint16Array(1))[0] ?? 0;
  const query = { id, name, type: recordType };
  const addresses = server === null
    ? systemServers(await Deno.readTextFile("/etc/resolv.conf"))
    : await resolveHost(server.host, time);
  const port = server?.port ?? DNS_PORT;
  const answer = await askInTurn(query, addresses, port, time);
  const { code, records } = answer;
  if (code !== "NOERROR") return { ok: false, detail: code };
  if (records.length === 0) {
    return { ok: false, detail: `No ${recordType} record` };
  }
  const detail = oneLine(records.join(", "));
  if (expect === null) return { ok: true, detail };
  const wanted = comparable(expect, recordType);
  return records.some((record) => comparable(record, recordType) === wanted)
    ? { ok: true, detail }
    : { ok: false, detail: `${detail}, expected ${expect}` };
}

/** The form in which records are compared. */
function comparable(text: string, type: RecordType): string {
  if (type === "TXT") return text;
  return canonicalIp(text) ?? text.toLowerCase().replace(/\.$/, "");
}

function systemServers(resolvConf: string): readonly string[] {
  const servers = [...resolvConf.matchAll(/^[ \t]*nameserver[ \t]+(\S+)/gm)]
    .map(([, address = ""]) => canonicalIp(address))
    .filter((address) => address !== null);
  // What resolv.conf(5) says of a file without one.
  return servers.length === 0 ? ["127.0.0.1"] : servers.slice(0, MAX_SERVERS);
}

/** Ask one server after the other, each for its share of the time. */
async function askInTurn(
  query: DnsQuery,
  addresses: readonly string[],
  port: number,
  { signal, timeout }: ProbeTime,
): Promise<DnsAnswer> {
  const share = timeout / addresses.length;
  let problem: unknown;
  for (const address of addresses) {
    const limit = AbortSignal.timeout(share);
    const either = AbortSignal.any([signal, limit]);
    const time = { signal: either, timeout: share };
    try {
      const answer = await askByUdp(query, address, port, either);
      return answer.truncated
        ? await askByTcp(query, address, port, time)
        : answer;
    } catch (error) {
      signal.throwIfAborted();
      problem = limit.aborted
        ? new Deno.errors.TimedOut(tooLate(share))
        : error;
    }
  }
  throw problem;
}

async function askByUdp(
  query: DnsQuery,
  address: string,
  port: number,
  signal: AbortSignal,
): Promise<DnsAnswer> {
  const { createSocket } = await import("node:dgram");
  return await new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const socket = createSocket(
      familyOf(address) === "ipv4" ? "udp4" : "udp6",
    );
    const leave = (): void => {
      signal.removeEventListener("abort", abort);
      socket.close();
    };
    const abort = (): void => {
      leave();
      reject(signal.reason);
    };
    signal.addEventListener("abort", abort);
    socket.once("error", (error) => {
      leave();
      reject(error);
    });
    socket.on("message", (message, from) => {
      if (canonicalIp(from.address) !== address || from.port !== port) return;
      const answer = parseAnswer(message, query);
      if (answer === null) return;
      leave();
      resolve(answer);
    });
    socket.send(emitQuery(query), port, address);
  });
}

/** RFC 1035 §4.2.2: a length of two bytes goes before each message. */
async function askByTcp(
  query: DnsQuery,
  address: string,
  port: number,
  time: ProbeTime,
): Promise<DnsAnswer> {
  using connection = await connectTcp(address, port, time);
  const message = emitQuery(query);
  await connection.write(new Uint8Array([0, message.length, ...message]));
  const reader = new ByteReader(connection);
  const length = await readExactly(reader, 2);
  const whole = await readExactly(
    reader,
    new DataView(length.buffer, length.byteOffset).getUint16(0),
  );
  const answer = parseAnswer(whole, query);
  if (answer !== null) return answer;
  throw invalid("Answer is no answer to the question");
}

async function readExactly(
  reader: ByteReader,
  count: number,
): Promise<Uint8Array> {
  const buffer = new ByteBuffer();
  if (await reader.move(count, buffer) < count) {
    throw invalid("Answer ends too early");
  }
  return buffer.bytes;
}
