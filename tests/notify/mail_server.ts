/**
 * A mail server on loopback that keeps what it gets: plain, with STARTTLS, or
 * with TLS from the first byte.
 *
 * @module
 */

/** One mail as it came. */
export interface ReceivedMail {
  /** Argument of MAIL. */
  readonly from: string;
  /** Arguments of RCPT that were accepted. */
  readonly to: readonly string[];
  /** Header and body, lines joined by line feeds, dots unstuffed. */
  readonly data: string;
  /** Whether it came through TLS. */
  readonly secure: boolean;
  /** `user password`, or null without a login. */
  readonly login: string | null;
}

/** How a server is. */
export interface MailServerOptions {
  /** What it offers. */
  readonly tls: "none" | "starttls" | "tls";
  /** Where it listens; default: 127.0.0.1. */
  readonly hostname?: string;
  /** Replies in place of its own; `null` for its own. */
  readonly reply?: (line: string) => string | null;
}

/** A running server. */
export interface MailServer extends AsyncDisposable {
  /** Port that it listens on. */
  readonly port: number;
  /** Commands of all sessions, in order. */
  readonly commands: readonly string[];
  /** Mails of all sessions, in order. */
  readonly mails: readonly ReceivedMail[];
}

const FIXTURES = new URL("../fixtures/smtp_tls/", import.meta.url);
/** Certificate of the authority that the server's certificate is of. */
export const CA_FILE = new URL("ca.pem", FIXTURES).pathname;

/** Start a server. */
export function startMailServer(
  { tls, hostname = "127.0.0.1", reply = () => null }: MailServerOptions,
): MailServer {
  const commands: string[] = [];
  const mails: ReceivedMail[] = [];
  const connections = new Set<Deno.Conn>();
  const sessions: Promise<void>[] = [];
  const address = { hostname, port: 0 };
  const secret = {
    ...address,
    cert: Deno.readTextFileSync(new URL("server.pem", FIXTURES)),
    key: Deno.readTextFileSync(new URL("server.key", FIXTURES)),
  };
  const outer = tls === "tls" ? Deno.listenTls(secret) : Deno.listen(address);
  // Deno has no STARTTLS for servers: the bytes behind it go through here.
  const inner = tls === "starttls" ? Deno.listenTls(secret) : null;

  async function accept(
    listener: Deno.Listener,
    options: { readonly secure: boolean; readonly greeting: boolean },
  ): Promise<void> {
    for await (const connection of listener) {
      connections.add(connection);
      sessions.push(
        // A client that hangs up is no error here.
        session(connection, options).catch(() => {}).finally(() => {
          connections.delete(connection);
          close(connection);
        }),
      );
    }
  }

  async function session(
    connection: Deno.Conn,
    { secure, greeting }: {
      readonly secure: boolean;
      readonly greeting: boolean;
    },
  ): Promise<void> {
    const lines = readLines(connection);
    const say = (text: string): Promise<void> => writeLine(connection, text);
    const started = { from: "", to: [] as string[] };
    let login: string | null = null;
    if (greeting) await say(reply("") ?? "220 mail.example.test ESMTP");
    for await (const line of lines) {
      commands.push(line);
      const own = reply(line);
      if (own !== null) {
        await say(own);
      } else if (line.startsWith("EHLO ")) {
        const offer = tls === "starttls" && !secure ? "250-STARTTLS\r\n" : "";
        await say(`250-mail.example.test\r\n${offer}250 AUTH PLAIN`);
      } else if (line === "STARTTLS" && inner !== null) {
        await say("220 Go ahead");
        return await relay(connection, (inner.addr as Deno.NetAddr).port);
      } else if (line.startsWith("AUTH PLAIN ")) {
        login = atob(line.slice(11)).split("\0").slice(1).join(" ");
        await say("235 Welcome");
      } else if (line.startsWith("MAIL FROM:")) {
        started.from = line.slice(10);
        await say("250 Ok");
      } else if (line.startsWith("RCPT TO:")) {
        started.to.push(line.slice(8));
        await say("250 Ok");
      } else if (line === "DATA") {
        await say("354 Go ahead");
        const data: string[] = [];
        for (;;) {
          const { value, done } = await lines.next();
          if (done || value === ".") break;
          data.push(value.replace(/^\./, ""));
        }
        const { from, to } = started;
        mails.push({ from, to, data: data.join("\n"), secure, login });
        await say("250 Queued");
      } else if (line === "QUIT") {
        return await say("221 Bye");
      } else {
        await say("502 What?");
      }
    }
  }

  async function relay(connection: Deno.Conn, port: number): Promise<void> {
    const upstream = await Deno.connect({ hostname, port });
    connections.add(upstream);
    await Promise.allSettled([
      connection.readable.pipeTo(upstream.writable),
      upstream.readable.pipeTo(connection.writable),
    ]);
  }

  const accepting = [
    accept(outer, { secure: tls === "tls", greeting: true }),
    ...(inner ? [accept(inner, { secure: true, greeting: false })] : []),
  ];
  return {
    port: (outer.addr as Deno.NetAddr).port,
    commands,
    mails,
    async [Symbol.asyncDispose](): Promise<void> {
      outer.close();
      inner?.close();
      for (const connection of connections) close(connection);
      await Promise.all([...accepting, ...sessions]);
      // On Deno 2.4 the sockets of node:net have a timer that ends by itself.
      await new Promise((resolve) => setTimeout(resolve, 20));
    },
  };
}

async function* readLines(
  connection: Deno.Conn,
): AsyncGenerator<string, void, void> {
  const chunk = new Uint8Array(4096);
  const decoder = new TextDecoder();
  let text = "";
  for (;;) {
    const end = text.indexOf("\r\n");
    if (end >= 0) {
      yield text.slice(0, end);
      text = text.slice(end + 2);
      continue;
    }
    const length = await connection.read(chunk);
    if (length === null) return;
    text += decoder.decode(chunk.subarray(0, length), { stream: true });
  }
}

async function writeLine(connection: Deno.Conn, line: string): Promise<void> {
  await connection.write(new TextEncoder().encode(`${line}\r\n`));
}

function close(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch {
    // Closed already, by the client or with its stream.
  }
}
