/** The routes of a running admin by its own description (/api/docs): tests made from it cover routes that come later, too. */

import type { Browser } from './admin-process.ts';

export interface DescribedRoute {
  /** In capitals. */
  readonly method: string;
  /** As described: `/api/users/{name}`. */
  readonly path: string;
  /** With something in place of each parameter. */
  readonly target: string;
  readonly access: string;
}

interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly 'x-access': string }>>>>;
}

/** @param browser of somebody who is logged in */
export async function describedRoutes(browser: Browser): Promise<readonly DescribedRoute[]> {
  const { paths } = (await browser.call('GET', '/api/docs')).json as Description;
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      target: path.replaceAll(/\{[^}]*\}/g, '1'),
      access: operation['x-access'],
    })),
  );
}

export function isWrite({ method }: DescribedRoute): boolean {
  return method !== 'GET';
}
