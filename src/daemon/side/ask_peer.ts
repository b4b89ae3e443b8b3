/**
 * A question to another host: bounded in time and size, straight, and following
 * nobody elsewhere.
 *
 * @module
 */

import { emitRequest, readResponse } from "../../health/probes/http_message.ts";
import { connectUrl } from "../../health/probes/url_connection.ts";

/** Milliseconds that an answer may take. */
const LIMIT = 1_000;

/**
 * Ask a host for its status.
 *
 * @param base Its URL, without a slash at the end.
 * @throws {Error} When there is no answer, and why.
 */
export async function askPeer(base: string): Promise<unknown> {
  const url = new URL(`${base}/v1/status`);
  const signal = AbortSignal.timeout(LIMIT);
  try {
    using connection = await connectUrl(url, { signal, timeout: LIMIT }, {
      ...{ serverName: null, caFile: null, insecureSkipVerify: false },
    });
    await connection.write(emitRequest({
      method: "GET",
      target: url.pathname,
      host: url.host,
      headers: { Accept: "application/json" },
    }));
    const response = await readResponse(connection, {
      ...{ method: "GET", wantsBody: true, hide: (text) => text },
    });
    return statusIn(response.status, response.body);
  } catch (error) {
    if (signal.aborted) {
      throw new Error(`No answer within ${LIMIT / 1000} s`, { cause: error });
    }
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(message.replace(/ \(os error \d+\)/, ""), { cause: error });
  }
}

function statusIn(status: number, body: Uint8Array): unknown {
  if (status === 421) {
    throw new Error(
      "It does not know itself by this name: add it there to " +
        "global.http.allowed_hosts",
    );
  }
  // Its daemon answers, and its core does not.
  if (status === 503) throw new Error("Its core does not answer");
  if (status !== 200) throw new Error(`It answers with status ${status}`);
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    throw new Error("It answers with what is no JSON of at most 1 MiB");
  }
}
