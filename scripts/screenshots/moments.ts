/** What pages show only when somebody does something there: dialogs, mistakes, a trial, the way of the wizard, a shell. */

import { PASSWORD } from '../../test/admin/admin-process.ts';
import type { DemoUnit } from '../../test/browser/demo-unit.ts';
import type { Visitor } from '../../test/browser/visitor.ts';
import type { Camera } from './camera.ts';

type Take = (name: string) => Promise<void>;
type Moment = (visitor: Visitor, unit: DemoUnit, take: Take) => Promise<void>;

const KEEPALIVED = `vrrp_instance web {
    state BACKUP
    interface eth0
    virtual_router_id 51
    priority 100
    virtual_ipaddress {
        192.0.2.100/24
    }
}
`;

const wizard: Moment = async ({ page }, unit, take) => {
  await page.getByRole('button', { name: /^Web sites Pages over HTTP/ }).click();
  const servers = page.getByLabel('Servers', { exact: true });
  await servers.fill(unit.originPorts.map((port) => `127.0.0.1:${port}`).join('\n'));
  await take('servers');
  await page.getByRole('button', { name: 'Next', exact: true }).click();
  await page.getByLabel('Port that clients use').fill(String(unit.freePort));
  await page.getByLabel('Address that clients use').selectOption('127.0.0.1');
  await take('address');
  await page.getByRole('button', { name: 'Show me the configuration' }).click();
  await page.getByRole('heading', { name: 'This is what will be added' }).waitFor();
  await take('text');
};

const template: Moment = async ({ page }, unit, take) => {
  await page.locator('textarea').first().fill(`127.0.0.1:${unit.originPorts[0]}`);
  await page.getByLabel('Port', { exact: false }).first().fill(String(unit.freePort));
  await page.getByRole('button', { name: 'Write the text' }).click();
  await page.getByRole('heading', { name: 'The new part of your configuration' }).waitFor();
  await take('text');
};

/** Replaces the text of the editor by hand: nothing is kept of it. */
async function write({ page }: Visitor, text: string): Promise<void> {
  await page.locator('.cm-content').click();
  await page.keyboard.press('Control+A');
  await page.keyboard.insertText(text);
}

/** On the page of the text: a mistake, then what is meant, its review, a trial that is taken back. */
export const edit: Moment = async (visitor, unit, take) => {
  const { page } = visitor;
  const rule = 'use_backend static if is_static';
  await write(visitor, unit.text().replace(rule, 'use_bakend static if is_static'));
  await page
    .getByText(/did you mean/)
    .first()
    .waitFor();
  await take('mistake');
  const better = unit.text().replace('balance roundrobin', 'balance leastconn');
  await write(visitor, better.replace(rule, `http-request set-header X-Unit mahalo\n    ${rule}`));
  await page.getByText('did you mean').first().waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Review and apply' }).click();
  await page.getByRole('heading', { name: 'What will happen' }).waitFor();
  await page.locator('.cm-changedLine').first().waitFor();
  await take('review');
  await page.getByRole('button', { name: 'Apply on trial' }).click();
  await page.getByText('frontends accept connections').waitFor();
  await take('trial');
  await page.getByRole('main').getByRole('button', { name: 'Take it back now' }).click();
  await page.getByRole('button', { name: 'Discard changes' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Discard' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
};

const keepalived: Moment = async (visitor, _unit, take) => {
  await write(visitor, KEEPALIVED);
  await take('text');
};

const drain: Moment = async ({ page }, _unit, take) => {
  await page.getByRole('button', { name: 'Drain...' }).first().click();
  await page.getByRole('dialog').waitFor();
  await take('drain');
};

const line: Moment = async ({ page }, _unit, take) => {
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByRole('region', { name: 'Lines of the log' }).getByRole('button').first().click();
  await page.getByRole('dialog').waitFor();
  await take('line');
};

const newUser: Moment = async ({ page }, _unit, take) => {
  await page.getByRole('button', { name: 'New user' }).click();
  await page.getByRole('dialog').getByLabel('First password').fill('short');
  await page.getByRole('dialog').getByRole('button', { name: 'Make the user' }).click();
  await take('new-user');
};

const newToken: Moment = async ({ page }, _unit, take) => {
  const dialog = page.getByRole('dialog');
  await page.getByRole('button', { name: 'New token' }).click();
  await dialog.getByLabel('Name').fill('prometheus');
  await dialog.getByRole('button', { name: 'Make the token' }).click();
  await dialog.getByText(/^mahalo_/).waitFor();
  await take('new-token');
};

const secondFactor: Moment = async ({ page }, _unit, take) => {
  await page.getByLabel('Your password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Set up one-time passwords' }).click();
  await page.getByRole('img', { name: /QR code/ }).waitFor();
  await take('second-factor');
};

const terminal: Moment = async ({ page }, unit, take) => {
  await unit.owner.call('PUT', '/api/terminal', { body: { enabled: true } });
  await page.reload();
  await page.getByLabel('Your password').fill(PASSWORD);
  await take('password');
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await page.locator('.xterm-rows').getByText(/[$#>]/).first().waitFor();
  await page.keyboard.type('uname -a; uptime\n');
  await take('shell');
};

const navigation: Moment = async ({ page }, _unit, take) => {
  const toggle = page.getByRole('button', { name: 'Navigation' });
  if (!(await toggle.isVisible())) return;
  await toggle.click();
  await take('navigation');
};

const nowhere: Moment = async (_visitor, _unit, take) => take('page');

const MOMENTS: Readonly<Record<string, Moment>> = {
  '/': navigation,
  '/nowhere': nowhere,
  '/wizard': wizard,
  '/configuration/templates/websocket-simple': template,
  '/configuration': edit,
  '/configuration/floating': keepalived,
  '/services/backend/application/one': drain,
  '/log': line,
  '/people': newUser,
  '/account/tokens': newToken,
  '/account': secondFactor,
  '/terminal': terminal,
};

/** @param look the end of the pictures' names */
export async function takeMoments(camera: Camera, visitor: Visitor, unit: DemoUnit, look: string): Promise<void> {
  for (const [path, moment] of Object.entries(MOMENTS)) {
    const name = `moment-${path === '/' ? 'overview' : path.slice(1).replaceAll('/', '-')}`;
    if (!camera.wants(name)) continue;
    await visitor.show(path);
    await moment(visitor, unit, async (what) => {
      // A dialog stands in the middle of the screen, however high that is.
      const asks = (await visitor.page.getByRole('dialog').count()) > 0;
      await (asks ? camera.take : camera.takeWhole).call(camera, visitor, `${name}-${what}-${look}`);
    });
  }
}
