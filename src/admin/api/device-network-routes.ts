/**
 * How the device's two ports are used: check, apply on trial, keep, take back. The trial is the appliance role's, which
 * takes it back by itself; who began it is the only one who can keep it, at whatever address he comes by then.
 */

import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { DeviceNetwork, NetworkSettings, NetworkTrial } from '../answers/device-network.ts';
import { ApplianceRefusal } from '../appliance/appliance-client.ts';
import { callerOf } from './caller.ts';
import { answered, type DeviceContext, order } from './device-context.ts';
import { ISSUES, NETWORK_SETTINGS } from './device-schemas.ts';
import { TRIAL } from './document-routes.ts';
import { Failure } from './failure.ts';
import { about, DONE, NULLABLE, object } from './schemas.ts';
import type { TrialState } from './trial-routes.ts';

const BASE = '/api/device/network';
const BODY = object({ network: NETWORK_SETTINGS });
const REVISION_BODY = object({ revision: { type: 'integer', minimum: 1 } });
/** Links go down and up, addresses are asked for. */
const APPLY_MS = 60_000;

function settingsOf(request: FastifyRequest): NetworkSettings {
  return (request.body as { readonly network: NetworkSettings }).network;
}

function viewOf(trial: NetworkTrial): object {
  const { number: revision, author, startedMs, remainingMs } = trial;
  return { revision, author, startedMs, deadlineMs: startedMs + remainingMs, serving: true, remainingMs };
}

/** For the banner on every page; undefined while the appliance role does not answer. */
export async function networkTrialState({ appliance }: DeviceContext): Promise<TrialState | undefined> {
  try {
    const { trial } = await appliance.network();
    const view = trial === null ? null : viewOf(trial);
    return { document: 'device-network', base: BASE, confirmed: 0, confirmedMs: 0, trial: view };
  } catch (error) {
    if (error instanceof ApplianceRefusal) return undefined;
    throw error;
  }
}

async function trialOf({ appliance }: DeviceContext, request: FastifyRequest): Promise<NetworkTrial> {
  const { revision } = request.body as { readonly revision: number };
  const { trial } = await answered(() => appliance.network());
  if (trial?.number === revision) return trial;
  throw new Failure(409, 'no-trial', 'these network settings do not wait for a confirmation');
}

export function deviceNetworkRoutes(app: FastifyInstance, context: DeviceContext): void {
  const { appliance } = context;
  app.get(
    BASE,
    {
      config: { access: 'viewer' },
      schema: about('device', 'How the ports are used, and whether that is on trial', {
        answer: object({ settings: NETWORK_SETTINGS, trial: NULLABLE(TRIAL) }),
      }),
    },
    async () => {
      const { settings, trial }: DeviceNetwork = await answered(() => appliance.network());
      return { settings, trial: trial === null ? null : viewOf(trial) };
    },
  );
  app.post(
    `${BASE}/check`,
    {
      config: { access: 'admin', action: 'device.network-check' },
      schema: about('device', 'What is wrong with these settings, each with its place; nothing changes', {
        body: BODY,
        answer: object({ issues: ISSUES }),
      }),
    },
    (request) => answered(() => appliance.look({ command: 'network-check', network: settingsOf(request) })),
  );
  app.post(
    `${BASE}/apply`,
    {
      config: { access: 'admin', action: 'device.network-apply' },
      schema: about('device', 'Use the ports so, on trial: the settings before return unless its author keeps it', {
        body: BODY,
        answer: TRIAL,
      }),
    },
    async (request) => {
      const network = settingsOf(request);
      const author = callerOf(request).user.name;
      const { trial: running } = await answered(() => appliance.network());
      if (running !== null) throw new Failure(409, 'trial', `settings of ${running.author} are on trial already`);
      const deed = { action: 'device.network-apply', detail: JSON.stringify(network) };
      const question = { command: 'network-apply', network, author };
      const { trial } = (await order(context, request, deed, question, { answerMs: APPLY_MS })) as DeviceNetwork;
      if (trial === null) throw new Failure(502, 'no-trial', 'the appliance role did not begin a trial');
      return viewOf(trial);
    },
  );
  app.post(
    `${BASE}/confirm`,
    {
      config: { access: 'admin', action: 'device.network-confirm' },
      schema: about('device', 'Keep the network settings on trial', { body: REVISION_BODY, answer: DONE }),
    },
    async (request) => {
      const { author } = await trialOf(context, request);
      if (author !== callerOf(request).user.name) throw new Failure(403, 'not-yours', `only ${author} can keep it`);
      await order(context, request, { action: 'device.network-confirm' }, { command: 'network-confirm' });
      return { done: true };
    },
  );
  app.post(
    `${BASE}/return`,
    {
      config: { access: 'admin', action: 'device.network-return' },
      schema: about('device', 'Take the network settings on trial back now', { body: REVISION_BODY, answer: DONE }),
    },
    async (request) => {
      await trialOf(context, request);
      const deed = { action: 'device.network-return' };
      await order(context, request, deed, { command: 'network-return' }, { answerMs: APPLY_MS });
      return { done: true };
    },
  );
}
