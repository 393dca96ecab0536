/**
 * A figure of `show stat` or `show info` with what it means, as the typed and json outputs tell (management manual 9.2):
 * three letters for origin, nature and scope, and the type of the value.
 */

export type FieldType = 'str' | 'u32' | 's32' | 'u64';

export interface Field {
  /** Three letters, see the tables below. */
  readonly tags: string;
  readonly type: FieldType;
  readonly value: string | number;
}

const ORIGINS: Readonly<Record<string, string>> = { M: 'Metric', S: 'Status', K: 'Key', C: 'Config', P: 'Product' };
const NATURES: Readonly<Record<string, string>> = {
  G: 'Gauge',
  L: 'Limit',
  m: 'Min',
  M: 'Max',
  R: 'Rate',
  C: 'Counter',
  D: 'Duration',
  A: 'Age',
  T: 'Time',
  N: 'Name',
  O: 'Output',
  a: 'Avg',
};
const SCOPES: Readonly<Record<string, string>> = { C: 'Cluster', P: 'Process', S: 'Service', s: 'System' };

export function field(tags: string, type: FieldType, value: string | number): Field {
  return { tags, type, value };
}

/** The value for CSV: quoted when it holds what CSV is made of. */
export function csvValue(value: string | number): string {
  if (typeof value === 'number') {
    return String(value);
  }
  return /[",\n\r]/.test(value) ? `"${value.replace(/"/g, '""')}"` : value;
}

/** `:MGP:u32:12`, what follows position, name and process number. */
export function typedValue({ tags, type, value }: Field): string {
  return `${tags}:${type}:${value}`;
}

/** The members after the field's name: `"processNum":1,"tags":{…},"value":{…}`. */
export function jsonValue({ tags, type, value }: Field): string {
  const origin = ORIGINS[tags.charAt(0)];
  const nature = NATURES[tags.charAt(1)];
  const scope = SCOPES[tags.charAt(2)];
  const text = type === 'str' ? JSON.stringify(String(value)) : String(value);
  return (
    `"processNum":1,"tags":{"origin":"${origin}","nature":"${nature}","scope":"${scope}"},` +
    `"value":{"type":"${type}","value":${text}}`
  );
}
