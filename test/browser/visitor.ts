/**
 * Somebody in front of the pages: a browser profile of his own. Whatever the pages complain about (errors on the console,
 * exceptions, violations of the content security policy) is collected, and fails the test that asks `faults`.
 */

import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { PASSWORD, until } from '../admin/admin-process.ts';

/** Nothing may depend on time; this is how long a wrong expectation takes to be told. */
const PATIENCE_MS = 180_000;
/** Chromium notes every answer of 400 and above; that the API says no is part of many journeys. */
const ANSWER_OF_THE_API = /^Failed to load resource: the server responded with a status of 4\d\d/;

export type Look = Pick<BrowserContextOptions, 'colorScheme' | 'viewport' | 'isMobile' | 'hasTouch'>;

export class Visitor {
  readonly page: Page;
  readonly faults: string[] = [];
  readonly #context: BrowserContext;
  readonly #origin: string;

  private constructor(context: BrowserContext, page: Page, origin: string) {
    this.#context = context;
    this.page = page;
    this.#origin = origin;
    page.on('console', (message) => {
      if (message.type() !== 'error' || ANSWER_OF_THE_API.test(message.text())) return;
      this.faults.push(`${message.text()} (${message.location().url})`);
    });
    page.on('pageerror', (error) => this.faults.push(`exception: ${error.message}`));
  }

  /** @param origin `https://127.0.0.1:port`; its certificate signs itself */
  static async come(browser: Browser, origin: string, look: Look = {}): Promise<Visitor> {
    const context = await browser.newContext({ ...look, ignoreHTTPSErrors: true, reducedMotion: 'reduce' });
    context.setDefaultTimeout(PATIENCE_MS);
    return new Visitor(context, await context.newPage(), origin);
  }

  async open(path: string): Promise<void> {
    await this.page.goto(this.#origin + path, { timeout: PATIENCE_MS });
  }

  /** Opens a page of the application and waits until it shows more than that it is being loaded. */
  async show(path: string): Promise<void> {
    await this.open(path);
    await until(`${path} is shown`, async () => {
      const [headings, loading] = await Promise.all([
        this.page.locator('h1').count(),
        this.page.locator('.loading').count(),
      ]);
      return headings > 0 && loading === 0;
    });
  }

  /** By the form, wherever one is. */
  async logIn(user: string, password = PASSWORD): Promise<void> {
    await this.open('/');
    await this.page.getByLabel('User name').fill(user);
    await this.page.getByLabel('Password').fill(password);
    await this.page.getByRole('button', { name: 'Log in' }).click();
    await this.isIn();
  }

  async isIn(): Promise<void> {
    // On a phone it is there, folded up.
    await this.page.locator('nav[aria-label="Areas"]').waitFor({ state: 'attached' });
  }

  /** Counts what comes over the wire from now on, heads and compressed bodies. @returns bytes so far */
  async weigh(): Promise<() => number> {
    const session = await this.#context.newCDPSession(this.page);
    await session.send('Network.enable');
    let bytes = 0;
    session.on('Network.loadingFinished', ({ encodedDataLength }) => {
      bytes += encodedDataLength;
    });
    return () => bytes;
  }

  leave(): Promise<void> {
    return this.#context.close();
  }
}
