/**
 * A browser that looks at the page of a daemon.
 *
 * @module
 */

import { type Browser, chromium, type Page } from "playwright-core";
import type { FakeDaemon } from "../unit/control_fixture.ts";

/** What is found on Debian; no browser is downloaded. */
const CHROMIUM = "/usr/bin/chromium";

/** How it is looked at. */
export interface Looking {
  readonly scheme?: "dark" | "light";
  /** Of the window, in pixels. */
  readonly width?: number;
  readonly scripts?: boolean;
  /** Behind the `/`. */
  readonly query?: string;
  readonly permissions?: readonly string[];
}

/** A page that is looked at. */
export interface Looked {
  readonly page: Page;
  /** What the browser complained about. */
  readonly complaints: string[];
  /** Requests for a path so far. */
  readonly asked: (path: string) => number;
  /** End the daemon, as when it is killed. */
  readonly kill: () => Promise<void>;
  /** Have another daemon answer at the same place. */
  readonly revive: (daemon: FakeDaemon) => void;
}

/** Start a browser for a while. */
export async function withBrowser(
  use: (browser: Browser) => Promise<void>,
): Promise<void> {
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    // Root has no sandbox there.
    args: ["--no-sandbox"],
  });
  try {
    await use(browser);
  } finally {
    await browser.close();
  }
}

/** Look at the page of a daemon. */
export async function look(
  browser: Browser,
  first: FakeDaemon,
  looking: Looking,
  use: (looked: Looked) => Promise<void>,
): Promise<void> {
  let daemon = first;
  const asked: string[] = [];
  const serve = (port: number): Deno.HttpServer<Deno.NetAddr> =>
    Deno.serve(
      { hostname: "127.0.0.1", port, onListen: (): void => {} },
      (request) => {
        asked.push(new URL(request.url).pathname);
        return daemon.ask(request, "tcp");
      },
    );
  let server: ReturnType<typeof serve> | null = serve(0);
  const { port } = server.addr;
  const kill = async (): Promise<void> => {
    daemon.watchers.closeAll();
    await server?.shutdown();
    server = null;
  };
  const context = await browser.newContext({
    colorScheme: looking.scheme ?? "light",
    viewport: { width: looking.width ?? 1280, height: 800 },
    javaScriptEnabled: looking.scripts ?? true,
    permissions: [...looking.permissions ?? []],
  });
  try {
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => void complaints.push(message.text()));
    page.on("pageerror", ({ message }) => void complaints.push(message));
    await page.goto(`http://127.0.0.1:${port}/${looking.query ?? ""}`, {
      waitUntil: "domcontentloaded",
    });
    await use({
      ...{ page, complaints, kill },
      asked: (path) => asked.filter((each) => each === path).length,
      revive: (next) => {
        daemon = next;
        server = serve(port);
      },
    });
  } finally {
    await context.close();
    await kill();
  }
}
