/** New software for the device: a bundle on its way to the slot that does not run, started on purpose, and back again. */

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { answered, type DeviceContext, order } from './device-context.ts';
import { Failure } from './failure.ts';
import { allowLongBody, dropRest } from './long-bodies.ts';
import { about, DONE, object, text } from './schemas.ts';

/** More than a slot has room for. */
const LARGEST_BUNDLE = 160 * 1024 * 1024;
/** The list of contents and its signature are in the first bytes of a bundle, never behind these. */
const LONGEST_BEGINNING = 320 * 1024;
/** A slow card is written, and read back, when the last byte has come. */
const ANSWER_MS = 300_000;
const BYTES = 'application/octet-stream';

function sizeOf({ headers }: FastifyRequest, most = LARGEST_BUNDLE): number {
  const length = headers['content-length'];
  if (length === undefined) throw new Failure(411, 'no-length', 'the request must say how long the bundle is');
  const size = Number(length);
  if (size > most) throw new Failure(413, 'too-large', 'this is larger than an update can be');
  if (size === 0) throw new Failure(400, 'bad-request', 'the bundle is empty');
  return size;
}

/** Bytes go through as they come, at the pace of the device's storage: nothing here waits to be whole. */
async function uploadRoute(app: FastifyInstance, context: DeviceContext): Promise<void> {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(BYTES, (_request, payload, done) => done(null, payload));
  app.post(
    '/api/device/update',
    {
      config: { access: 'admin', action: 'device.update' },
      // Before a byte of it is read, and after the guard.
      onRequest: async (request) => {
        sizeOf(request);
      },
      bodyLimit: LARGEST_BUNDLE,
      schema: {
        ...about(
          'device',
          `An update bundle (the body, ${BYTES}): checked and written to the slot that does not run; nothing starts yet`,
          { answer: object({ version: text(64), build: text(64) }) },
        ),
        consumes: [BYTES],
      },
    },
    async (request) => {
      const size = sizeOf(request);
      const { raw: bytes } = request;
      allowLongBody(bytes);
      try {
        const deed = { action: 'device.update', detail: `${size} bytes` };
        return await order(context, request, deed, { command: 'update', size }, { bytes, answerMs: ANSWER_MS });
      } finally {
        await dropRest(bytes);
      }
    },
  );
  app.post(
    '/api/device/update/check',
    {
      config: { access: 'admin' },
      onRequest: async (request) => {
        sizeOf(request, LONGEST_BEGINNING);
      },
      bodyLimit: LONGEST_BEGINNING,
      schema: {
        ...about(
          'device',
          `What an update is and whether the device takes it, from its first ${LONGEST_BEGINNING} bytes (or all, when it has fewer): nothing is written`,
          { answer: object({ version: text(64), build: text(64), size: { type: 'integer' } }) },
        ),
        consumes: [BYTES],
      },
    },
    async (request) => {
      const { raw: bytes } = request;
      try {
        const question = { command: 'update-check', size: sizeOf(request, LONGEST_BEGINNING) };
        return await answered(() => context.appliance.look(question, { bytes }));
      } finally {
        await dropRest(bytes);
      }
    },
  );
}

export async function deviceUpdateRoutes(app: FastifyInstance, context: DeviceContext): Promise<void> {
  await app.register(async (scope) => uploadRoute(scope, context));
  app.post(
    '/api/device/update/start',
    {
      config: { access: 'admin', action: 'device.update-start' },
      schema: about(
        'device',
        'Start the update that was received: the device reboots into it, and back if it is not healthy',
        {
          answer: DONE,
        },
      ),
    },
    async (request) => {
      const { update } = await answered(() => context.appliance.status());
      await order(
        context,
        request,
        { action: 'device.update-start', detail: update?.version ?? '' },
        { command: 'update-start' },
      );
      return { done: true };
    },
  );
  app.post(
    '/api/device/slot',
    {
      config: { access: 'admin', action: 'device.slot' },
      schema: about('device', 'Reboot into the other slot: what ran there before runs again', {
        body: object({ slot: { type: 'string', enum: ['A', 'B'] } }),
        answer: DONE,
      }),
    },
    async (request) => {
      const { slot } = request.body as { slot: string };
      await order(context, request, { action: 'device.slot', detail: slot }, { command: 'slot-switch', slot });
      return { done: true };
    },
  );
}
