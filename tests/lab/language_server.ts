/**
 * yaml-language-server, which editors ask about YAML files, over standard input
 * and output.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import deno from "../../deno.json" with { type: "json" };

/** A mistake that it underlines. */
export interface Diagnostic {
  readonly message: string;
  readonly range: { readonly start: { readonly line: number } };
}

/** What it offers at a place. */
export interface Completion {
  readonly label: string;
  readonly insertText: string;
  readonly documentation?: string | { readonly value: string };
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** What stands between the head of a message and its body. */
const HEAD_END = "\r\n\r\n";
/** In the head, the bytes of the body. */
const LENGTH = /^Content-Length: (\d+)\r$/m;

/** A server with its documents. */
export class LanguageServer implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #ended: Promise<void>;
  readonly #answers = new Map<number, PromiseWithResolvers<unknown>>();
  readonly #diagnostics = new Map<
    string,
    PromiseWithResolvers<readonly Diagnostic[]>
  >();
  #requests = 0;

  /** Start it; {@linkcode open} files then. */
  static async start(): Promise<LanguageServer> {
    const server = new LanguageServer();
    await server.#request("initialize", {
      processId: Deno.pid,
      rootUri: null,
      capabilities: {
        textDocument: { hover: { contentFormat: ["plaintext"] } },
      },
    });
    server.#notify("initialized", {});
    // It would ask for a catalogue of schemas in the internet.
    const yaml = { schemaStore: { enable: false }, validate: true };
    server.#notify("workspace/didChangeConfiguration", { settings: { yaml } });
    return server;
  }

  private constructor() {
    this.#child = new Deno.Command("setpriv", {
      args: [
        ...["--pdeathsig=KILL", Deno.execPath(), "run", "-A", "--no-prompt"],
        ...["--quiet", deno.imports["yaml-language-server"], "--stdio"],
      ],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#ended = this.#listen();
  }

  /** Open a document, and hear what is wrong in it. */
  async open(uri: string, text: string): Promise<readonly Diagnostic[]> {
    const heard = Promise.withResolvers<readonly Diagnostic[]>();
    this.#diagnostics.set(uri, heard);
    this.#notify("textDocument/didOpen", {
      textDocument: { uri, languageId: "yaml", version: 1, text },
    });
    return await heard.promise;
  }

  /** What it says of a place. */
  async hover(uri: string, line: number, character: number): Promise<string> {
    const hover = await this.#request("textDocument/hover", {
      textDocument: { uri },
      position: { line, character },
    }) as { readonly contents: { readonly value: string } } | null;
    return hover?.contents.value ?? "";
  }

  /** What it offers at a place. */
  async complete(
    uri: string,
    line: number,
    character: number,
  ): Promise<readonly Completion[]> {
    const { items } = await this.#request("textDocument/completion", {
      textDocument: { uri },
      position: { line, character },
    }) as { readonly items: readonly Completion[] };
    return items;
  }

  async #request(method: string, params: unknown): Promise<unknown> {
    const id = ++this.#requests;
    const answer = Promise.withResolvers<unknown>();
    this.#answers.set(id, answer);
    this.#send({ id, method, params });
    return await answer.promise;
  }

  #notify(method: string, params: unknown): void {
    this.#send({ method, params });
  }

  #send(message: Message): void {
    const text = JSON.stringify({ jsonrpc: "2.0", ...message });
    const length = Buffer.byteLength(text);
    const bytes = Buffer.from(`Content-Length: ${length}${HEAD_END}${text}`);
    // One that has ended fails what waits for it.
    this.#input.write(bytes).catch(() => {});
  }

  async #listen(): Promise<void> {
    let rest = Buffer.alloc(0);
    for await (const bytes of this.#child.stdout) {
      rest = Buffer.concat([rest, bytes]);
      for (;;) {
        const start = rest.indexOf(HEAD_END) + HEAD_END.length;
        const [, length] = LENGTH.exec(rest.toString("latin1", 0, start)) ?? [];
        const end = start + Number(length);
        if (length === undefined || rest.length < end) break;
        this.#hear(JSON.parse(rest.toString("utf8", start, end)));
        rest = rest.subarray(end);
      }
    }
    const error = new Error("yaml-language-server has ended");
    for (const { reject } of this.#answers.values()) reject(error);
    for (const { reject } of this.#diagnostics.values()) reject(error);
  }

  #hear({ id, method, params, result, error }: Message): void {
    if (method === undefined) {
      const answer = this.#answers.get(id ?? 0);
      if (error === undefined) answer?.resolve(result);
      else answer?.reject(new Error(error.message));
    } else if (id !== undefined) {
      this.#send({ id, result: null });
    } else if (method === "textDocument/publishDiagnostics") {
      const { uri, diagnostics } = params as {
        readonly uri: string;
        readonly diagnostics: readonly Diagnostic[];
      };
      this.#diagnostics.get(uri)?.resolve(diagnostics);
    }
  }

  /** Stop it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.status;
    await this.#input.abort().catch(() => {});
    await this.#ended;
  }
}
