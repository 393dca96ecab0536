/** The proxy of a unit, started before there is an admin: what is confirmed, as admin would start it, and it takes that up. */

import { join } from 'node:path';
import { ProxyUnit } from '../admin/proxy/proxy-unit.ts';
import { ownCommand } from '../sys/own-program.ts';
import { openRevisions } from './appliance-revisions.ts';

/** Ends it, where the unit must not serve. */
export function stopProxy(data: string): void {
  new ProxyUnit(join(data, 'admin'), []).stopAll();
}

/**
 * Unless one runs already. Never throws: what goes wrong is told, and left to admin.
 * @param data the state's directory
 * @param first a file: what a unit without any configuration begins with
 */
export function launchProxy(data: string, first: string | undefined, tell: (text: string) => void): void {
  const directory = join(data, 'admin');
  try {
    const unit = new ProxyUnit(directory, ownCommand('proxy'));
    if (unit.processes().length > 0) return;
    const revisions = openRevisions(directory, tell);
    if (first !== undefined) revisions.beginWith(first, Date.now());
    const confirmed = revisions.find(revisions.state.confirmed);
    if (confirmed === undefined) return;
    const { number, text, files } = confirmed;
    unit.launch(number, text, files).on('error', (error) => tell(`the proxy cannot be started: ${error.message}`));
  } catch (error) {
    tell(`the proxy is left to admin to start: ${(error as Error).message}`);
  }
}
