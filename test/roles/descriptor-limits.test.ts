import t from 'tap';
import { loadConfiguration } from '../../src/config/loader.ts';
import type { Model } from '../../src/config/model.ts';
import { systemOptions } from '../../src/config/sources.ts';
import { computeNeeds } from '../../src/roles/descriptor-limits.ts';

async function modelOf(text: string): Promise<Model> {
  const { model } = await loadConfiguration([{ name: 'x.cfg', text }], systemOptions());
  if (model === undefined) {
    throw new Error('the configuration was refused');
  }
  return model;
}

t.test('limits: a configured maxconn needs two descriptors a connection and the fixed ones', async (t) => {
  const model = await modelOf('global\n maxconn 1000\nfrontend f\n timeout client 1s\n bind :1-10\n');
  const needs = computeNeeds(model, 20_000, 0);
  t.equal(needs.maxconn, 1000);
  t.equal(needs.maxSockets, 10 + 10 + 2000 + 3);
});

t.test('limits: without maxconn, as many connections as the descriptors at hand allow', async (t) => {
  const model = await modelOf('frontend f\n timeout client 1s\n bind :1\n');
  const needs = computeNeeds(model, 4096, 0);
  t.ok(needs.maxSockets <= 4096);
  t.ok(needs.maxSockets > 4096 - 4);
  t.equal(computeNeeds(model, 50, 0).maxconn, 100, 'never below 100, even where that is too much');
});

t.test('limits: -m gives the maxconn that fits into memory, two digits of it', async (t) => {
  const model = await modelOf('frontend f\n timeout client 1s\n bind :1\n');
  const { maxconn } = computeNeeds(model, 1_000_000, 100);
  t.ok(maxconn > 2000 && maxconn < 3500, String(maxconn));
  t.equal(maxconn % 100, 0);
});
