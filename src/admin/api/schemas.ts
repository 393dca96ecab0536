/** JSON schemas of the API: they check what comes in, and are what /api/docs shows. */

import { ROLES } from '../people/roles.ts';
import { NAME_PATTERN } from '../people/users.ts';

export type Schema = Readonly<Record<string, unknown>>;

/** All properties are required unless `optional` names them; nothing else may be there. */
export function object(properties: Readonly<Record<string, Schema>>, optional: readonly string[] = []): Schema {
  return {
    type: 'object',
    properties,
    required: Object.keys(properties).filter((name) => !optional.includes(name)),
    additionalProperties: false,
  };
}

export function list(items: Schema): Schema {
  return { type: 'array', items };
}

export function text(longest: number, description?: string): Schema {
  return { type: 'string', maxLength: longest, ...(description === undefined ? {} : { description }) };
}

export function pattern(regularExpression: string, description?: string): Schema {
  return { type: 'string', pattern: regularExpression, ...(description === undefined ? {} : { description }) };
}

export const NULLABLE = (schema: Schema): Schema => ({ anyOf: [schema, { type: 'null' }] });

export const NUMBER: Schema = { type: 'number' };
export const BOOLEAN: Schema = { type: 'boolean' };
export const TIME: Schema = { type: 'number', description: 'milliseconds since 1970' };
export const ROLE: Schema = { type: 'string', enum: ROLES };
export const PERSON_NAME = pattern(NAME_PATTERN, 'letters, digits, . _ @ -; at most 32');
export const PASSWORD = text(256, 'at least 10 characters');
export const IDENTIFIER = pattern('^[A-Za-z0-9_-]{1,32}$');
export const DONE = object({ done: BOOLEAN });

/** What every route may answer when it does not do what was asked. */
export const ERROR: Schema = {
  type: 'object',
  properties: {
    error: {
      type: 'object',
      properties: { code: { type: 'string' }, message: { type: 'string' } },
      required: ['code', 'message'],
      additionalProperties: true,
    },
  },
  required: ['error'],
};

/** The words of /api/docs about a route. */
export function about(tag: string, summary: string, parts: { body?: Schema; params?: Schema; answer?: Schema } = {}) {
  return {
    tags: [tag],
    summary,
    ...(parts.body === undefined ? {} : { body: parts.body }),
    ...(parts.params === undefined ? {} : { params: parts.params }),
    response: { ...(parts.answer === undefined ? {} : { 200: parts.answer }), '4xx': ERROR, '5xx': ERROR },
  };
}
