/** Converters that read messages of other protocols, or ask the proxy (manual 7.3.1). */

import { readPublicKey } from '../key-files.ts';
import { isVariableName } from '../variable-name.ts';
import { type ConverterEntry, converter } from './converter.ts';
import { mqttFieldName, mqttPacketType } from './mqtt-fields.ts';

const PROTOBUF_TYPES: ReadonlySet<string> = new Set([
  ...['int32', 'uint32', 'sint32', 'int64', 'uint64', 'sint64', 'bool', 'enum'],
  ...['fixed32', 'sfixed32', 'float', 'fixed64', 'sfixed64', 'double'],
]);

function validateProtobuf([, type]: readonly string[]): string | undefined {
  return type === undefined || PROTOBUF_TYPES.has(type) ? undefined : `Wrong protocol buffer type '${type}'`;
}

const FIX_TAGS: ReadonlyMap<string, number> = new Map([
  ['beginstring', 8],
  ['bodylength', 9],
  ['checksum', 10],
  ['msgtype', 35],
  ['sendercompid', 49],
  ['targetcompid', 56],
]);

/** The number of a FIX tag given by number or name; 0 for none. */
export function fixTag(text: string): number {
  const number = /^\d+$/.test(text) ? Number(BigInt.asUintN(32, BigInt(text))) : 0;
  return number === 0 ? (FIX_TAGS.get(text.toLowerCase()) ?? 0) : number;
}

function validateFix([tag = '']: readonly string[]): string | undefined {
  return fixTag(tag) === 0 ? `Unknown FIX tag name '${tag}'` : undefined;
}

function validateMqtt([type = '', field = '']: readonly string[]): string | undefined {
  const number = mqttPacketType(type);
  if (number === 0) return `Unknown MQTT type '${type}'`;
  if (mqttFieldName(number, field) !== undefined) return undefined;
  return `Unknown MQTT field name '${field}' for packet type '${type}'`;
}

function validateOutput([, type = '']: readonly string[]): string | undefined {
  return type === '' || type === 'int' ? undefined : 'output_type only supports "int" as argument';
}

function validateJsonQuery(values: readonly string[]): string | undefined {
  return values[0] === '' ? 'json_path must not be empty' : validateOutput(values);
}

function validateJwt([algorithm = '']: readonly string[]): string | undefined {
  if (isVariableName(algorithm)) return undefined;
  if (/^PS(?:256|384|512)$/.test(algorithm)) return 'RSASSA-PSS JWS signing not managed yet';
  return /^(?:none|[HRE]S(?:256|384|512))$/.test(algorithm) ? undefined : `unknown JWT algorithm: ${algorithm}`;
}

/** The contents of the key's file behind its name, where there is one; without, no token is ever right. */
function withPublicKey(values: readonly string[]): readonly string[] {
  const [algorithm = '', name = ''] = values;
  if (isVariableName(name) || /^(?:none|HS\d+)$/.test(algorithm)) return values;
  const key = readPublicKey(name);
  return key === undefined ? values : [...values, key];
}

function validateSink([, name = 'buf0']: readonly string[]): string | undefined {
  return ['buf0', 'stdout', 'stderr'].includes(name) ? undefined : `No such sink '${name}'`;
}

const PROTOBUF = { arguments: ['field-number', 'string'], least: 1, validate: validateProtobuf } as const;
const QUERY = { arguments: ['string', 'string'], validate: validateOutput, since: '2.5' } as const;

export const PROTOCOL_CONVERTERS: readonly ConverterEntry[] = [
  converter('protobuf(<field_number>,[<field_type>])', 'bin => bin', 'A field of a protocol buffers message.', {
    ...PROTOBUF,
    since: '2.1',
  }),
  converter('ungrpc(<field_number>,[<field_type>])', 'bin => bin', 'A field of a gRPC message.', {
    ...PROTOBUF,
    since: '2.0',
  }),
  converter('fix_is_valid', 'bin => bool', 'Whether it is a complete FIX message.', { since: '2.4' }),
  converter('fix_tag_value(<tag>)', 'bin => bin', 'A field of a FIX message.', {
    arguments: ['string'],
    least: 1,
    validate: validateFix,
    since: '2.4',
  }),
  converter('mqtt_is_valid', 'bin => bool', 'Whether it is an MQTT packet CONNECT or CONNACK.', { since: '2.4' }),
  converter('mqtt_field_value(<packettype>,<fieldname_or_property_ID>)', 'bin => str', 'A field of an MQTT packet.', {
    arguments: ['string', 'string'],
    least: 2,
    validate: validateMqtt,
    since: '2.4',
  }),
  converter('json_query(<json_path>,[<output_type>])', 'str => any', 'The value at a path in a JSON text.', {
    arguments: ['string', 'string'],
    least: 1,
    validate: validateJsonQuery,
    since: '2.4',
  }),
  converter(
    'jwt_header_query([<json_path>],[<output_type>])',
    'bin => any',
    "A token's header, or a value in it.",
    QUERY,
  ),
  converter(
    'jwt_payload_query([<json_path>],[<output_type>])',
    'bin => any',
    "A token's claims, or one of them.",
    QUERY,
  ),
  converter('jwt_verify(<alg>,<key>)', 'bin => sint', "Whether a token's signature is right: 1, else 0 or below.", {
    arguments: ['string', 'string'],
    least: 2,
    validate: validateJwt,
    complete: withPublicKey,
    since: '2.5',
  }),
  converter('nbsrv', 'str => sint', 'How many servers of the named backend are usable.', { since: '1.8' }),
  converter('srv_queue', 'str => sint', 'How many sessions wait for the named server.', { since: '2.3' }),
  converter('capture-req(<id>)', 'str => str', 'Keeps the value in a place for captures of requests.', {
    arguments: ['integer'],
    least: 1,
    since: '1.6',
  }),
  converter('capture-res(<id>)', 'str => str', 'Keeps the value in a place for captures of responses.', {
    arguments: ['integer'],
    least: 1,
    since: '1.6',
  }),
  ...['51d.single', 'da-csv-conv'].map((name) =>
    converter(`${name}(<prop>[,<prop>*])`, 'str => str', 'Properties of a device, from a database of a third party.', {
      arguments: ['string', 'string', 'string', 'string', 'string'],
      least: 1,
      since: '1.6',
      implemented: false,
    }),
  ),
  converter('debug([<prefix][,<destination>])', 'any => any', 'Writes the value to a sink and keeps it.', {
    arguments: ['string', 'string'],
    validate: validateSink,
    since: '1.6',
  }),
];
