/**
 * Whether the proxy can run what a template writes: asked of the real parser, over the text that the examples make. What
 * is refused as "not implemented yet" is named, so that a template appears by itself once its last keyword works.
 */

import { type LoadOptions, type LoadResult, loadConfiguration } from '../../config/loader.ts';
import { exampleAnswers } from './answers.ts';
import { applyTemplate } from './apply.ts';
import type { TemplateFile } from './page.ts';
import type { Template } from './template.ts';

export type Availability =
  | { readonly kind: 'offered' }
  /** The keywords that the proxy does not implement yet, in the order of the text. */
  | { readonly kind: 'not-yet'; readonly missing: readonly string[] }
  /** A mistake of the template. */
  | { readonly kind: 'broken'; readonly messages: readonly string[] };

/** Host names are not looked up: a server may be away while its configuration is written. */
export const STAND_IN_ADDRESS = '127.0.0.1';

const PURE: Omit<LoadOptions, 'readFile'> = {
  environment: {},
  userId: () => undefined,
  groupId: () => undefined,
  networkNamespace: () => false,
  machineName: 'unit-a',
  directoryProblem: () => undefined,
  startDirectory: '/',
  product: { features: '', version: '2.6', tlsVersion: undefined },
  resolveHost: () => Promise.resolve(STAND_IN_ADDRESS),
};

/** Runs the real parser over a text and the files that come with it; nothing of this machine is asked. */
export function checkText(text: string, files: readonly Pick<TemplateFile, 'path' | 'text'>[]): Promise<LoadResult> {
  return loadConfiguration([{ name: 'haproxy.cfg', text: Buffer.from(text, 'utf8').toString('latin1') }], {
    ...PURE,
    readFile(path) {
      const found = files.find((file) => file.path === path);
      return found === undefined ? { error: 'No such file or directory' } : { bytes: Buffer.from(found.text, 'utf8') };
    },
  });
}

const NOT_YET = /'([^']+)' is not implemented yet/g;

export async function availabilityOf(template: Template): Promise<Availability> {
  const result = applyTemplate(template, exampleAnswers(template.questions), { configuration: '' });
  if (result.kind === 'refused') return { kind: 'broken', messages: result.errors.map((error) => error.message) };
  const { diagnostics } = await checkText(result.configuration.text, result.files);
  // A certificate that is not there says nothing about the proxy.
  const single = diagnostics.flatMap((one) => (one.parts.length > 0 ? one.parts : [one]));
  const said = single.filter(
    ({ message, summary, severity }) =>
      !summary && severity !== 'notice' && !result.needs.some((file) => message.includes(file.path)),
  );
  const missing = new Set(said.flatMap(({ message }) => [...message.matchAll(NOT_YET)].map((found) => found[1] ?? '')));
  if (missing.size > 0) return { kind: 'not-yet', missing: [...missing] };
  const messages = said.map(({ message }) => message);
  return messages.length === 0 ? { kind: 'offered' } : { kind: 'broken', messages };
}
