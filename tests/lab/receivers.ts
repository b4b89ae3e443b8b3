/**
 * Program that is a mail server with STARTTLS and a web server for webhooks,
 * and prints what they get: first their ports, then one line each. The web
 * server refuses the first request to `/once` with 503.
 *
 * @module
 */

import { type ReceivedMail, startMailServer } from "../notify/mail_server.ts";
import type { Host } from "./lab.ts";
import type { Program } from "./program.ts";
import type { Patience } from "./wait.ts";

/** A request to the web server. */
export interface ReceivedPost {
  /** Such as `POST /hook`. */
  readonly request: string;
  /** All headers, lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body, which was JSON. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** Both servers on a host. */
export class Receivers {
  /** Port of the mail server on 127.0.0.2, which its certificate names. */
  readonly smtpPort: number;
  /** Port of the web server on 127.0.0.1. */
  readonly webPort: number;
  readonly #program: Program;

  private constructor(program: Program, [smtpPort = 0, webPort = 0]: number[]) {
    this.#program = program;
    this.smtpPort = smtpPort;
    this.webPort = webPort;
  }

  /** Start them. */
  static async start(host: Host): Promise<Receivers> {
    const { pathname } = new URL(import.meta.url);
    const program = host.spawn([
      ...[Deno.execPath(), "run", "-A", "--no-prompt", pathname],
    ]);
    const ports = await program.waitFor((line) =>
      line.startsWith("[") ? JSON.parse(line) : null
    );
    return new Receivers(program, ports);
  }

  /** Requests so far. */
  posts(): ReceivedPost[] {
    return this.#received("post ");
  }

  /** Wait for a mail that `find` says yes to. */
  mail(
    find: (mail: ReceivedMail) => boolean,
    patience: Patience = {},
  ): Promise<ReceivedMail> {
    return this.#wait("mail ", find, patience);
  }

  /** Wait for a request that `find` says yes to. */
  post(
    find: (post: ReceivedPost) => boolean,
    patience: Patience = {},
  ): Promise<ReceivedPost> {
    return this.#wait("post ", find, patience);
  }

  #wait<T>(
    kind: string,
    find: (one: T) => boolean,
    patience: Patience,
  ): Promise<T> {
    return this.#program.waitFor((line) => {
      if (!line.startsWith(kind)) return null;
      const one: T = JSON.parse(line.slice(kind.length));
      return find(one) ? one : null;
    }, { what: `a ${kind}that was waited for`, ...patience });
  }

  #received<T>(kind: string): T[] {
    return this.#program.lines.filter((line) => line.startsWith(kind))
      .map((line) => JSON.parse(line.slice(kind.length)));
  }
}

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

function receive(): void {
  const mail = startMailServer({ tls: "starttls", hostname: "127.0.0.2" });
  let refused = false;
  const web = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      const { pathname } = new URL(request.url);
      const post: ReceivedPost = {
        request: `${request.method} ${pathname}`,
        headers: Object.fromEntries(request.headers),
        body: await request.json(),
      };
      print(`post ${JSON.stringify(post)}`);
      if (pathname !== "/once" || refused) return new Response("fine");
      refused = true;
      return new Response("later", { status: 503 });
    },
  );
  print(JSON.stringify([mail.port, web.addr.port]));
  let told = 0;
  setInterval(() => {
    for (; told < mail.mails.length; told++) {
      print(`mail ${JSON.stringify(mail.mails[told])}`);
    }
  }, 20);
}

if (import.meta.main) receive();
