/** The device the unit runs on: how it is, and what can be done with it at once (blink, start anew, go back to new). */

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { personOf } from './caller.ts';
import { answered, type DeviceContext, order } from './device-context.ts';
import { deviceNetworkRoutes } from './device-network-routes.ts';
import { DEVICE_STATUS, LAST_WORDS } from './device-schemas.ts';
import { deviceUpdateRoutes } from './device-update-routes.ts';
import { Failure } from './failure.ts';
import { about, DONE, list, NUMBER, object, pattern, text } from './schemas.ts';
import { authenticateAgain } from './turnstile.ts';

const BLINK_SECONDS = 30;
const SETTINGS = object(
  {
    hostname: pattern('^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$', 'letters, digits and hyphens, at most 63'),
    power: { type: 'string', enum: ['eco', 'performance'] },
    timeServers: { ...list(text(253)), maxItems: 4, description: 'names or addresses; none: those the network tells' },
  },
  ['hostname', 'power', 'timeServers'],
);

interface Settings {
  readonly hostname?: string;
  readonly power?: string;
  readonly timeServers?: readonly string[];
}

function settingsText({ hostname, power, timeServers }: Settings): string {
  return [
    hostname === undefined ? [] : `hostname ${hostname}`,
    power === undefined ? [] : `power ${power}`,
    timeServers === undefined ? [] : `time servers ${timeServers.join(' ') || 'none'}`,
  ]
    .flat()
    .join(', ');
}

interface Deed {
  readonly path: string;
  readonly access: 'operator' | 'admin';
  readonly command: string;
  readonly action: string;
  readonly summary: string;
}

/** Without a word about how. */
const DEEDS: readonly Deed[] = [
  {
    path: '/api/device/reboot',
    access: 'operator',
    command: 'reboot',
    action: 'device.reboot',
    summary: 'Start the device anew: about 15 s without service; what is on trial is gone then',
  },
  {
    path: '/api/device/power-off',
    access: 'admin',
    command: 'power-off',
    action: 'device.power-off',
    summary: 'Switch the device off: somebody has to go there to switch it on again',
  },
];

export async function deviceRoutes(app: FastifyInstance, context: DeviceContext): Promise<void> {
  const { appliance } = context;
  app.get(
    '/api/device',
    {
      config: { access: 'viewer' },
      schema: about('device', 'How the device is, at most 2 s old: slots, boot, roles, ports, power, update', {
        answer: DEVICE_STATUS,
      }),
    },
    () => answered(() => appliance.status()),
  );
  app.get(
    '/api/device/words/:role',
    {
      // They repeat lines of the configuration.
      config: { access: 'admin' },
      schema: about('device', 'What a role wrote before it ended, each time nobody wanted that; oldest first', {
        params: object({ role: pattern('^[a-z]{1,32}$', 'as in "roles" of the device') }),
        answer: LAST_WORDS,
      }),
    },
    (request) => {
      const { role } = request.params as { role: string };
      return answered(() => appliance.look({ command: 'words', role }));
    },
  );
  app.put(
    '/api/device/settings',
    {
      config: { access: 'admin', action: 'device.settings' },
      schema: about(
        'device',
        'Host name, power profile, time servers: what is given is changed, at once and for good',
        {
          body: SETTINGS,
          answer: DONE,
        },
      ),
    },
    async (request) => {
      const settings = request.body as Settings;
      const deed = { action: 'device.settings', detail: settingsText(settings) };
      await order(context, request, deed, { command: 'settings-apply', ...settings });
      return { done: true };
    },
  );
  app.post(
    '/api/device/identify',
    {
      config: { access: 'operator', action: 'device.identify' },
      schema: about('device', `All its lights blink for ${BLINK_SECONDS} s: which of the boxes is it?`, {
        answer: object({ seconds: NUMBER }),
      }),
    },
    async (request) => {
      const question = { command: 'identify', seconds: BLINK_SECONDS };
      await order(context, request, { action: 'device.identify' }, question);
      return { seconds: BLINK_SECONDS };
    },
  );
  for (const { path, access, command, action, summary } of DEEDS) {
    app.post(
      path,
      { config: { access, action }, schema: about('device', summary, { answer: DONE }) },
      async (request) => {
        await order(context, request, { action }, { command });
        return { done: true };
      },
    );
  }
  resetRoute(app, context);
  deviceNetworkRoutes(app, context);
  await deviceUpdateRoutes(app, context);
}

interface ResetBody {
  readonly unit: string;
  readonly password: string;
  readonly code?: string;
}

/** Nobody does this by accident, and nobody at an unattended screen. */
function resetRoute(app: FastifyInstance, context: DeviceContext): void {
  const { admin } = context;
  app.post(
    '/api/device/factory-reset',
    {
      config: { access: 'admin', action: 'device.factory-reset' },
      schema: about('device', 'Forget everything: people, configuration, history, network. It has to be claimed anew', {
        body: object(
          {
            unit: text(64, 'what the owner calls the unit, typed out'),
            password: text(256),
            code: pattern('^[0-9]{6}$'),
          },
          ['code'],
        ),
        answer: DONE,
      }),
    },
    async (request: FastifyRequest, reply) => {
      const { user } = personOf(request);
      const { unit, ...credentials } = request.body as ResetBody;
      if (unit !== admin.claim.name) {
        throw new Failure(422, 'other-unit', `this unit is called '${admin.claim.name}'`);
      }
      await authenticateAgain(admin, request, reply, user.name, credentials);
      await order(context, request, { action: 'device.factory-reset', detail: unit }, { command: 'factory-reset' });
      return { done: true };
    },
  );
}
