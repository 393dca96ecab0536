/** All converters by name. What the configuration's registry offers must be among them. */
import type { Converter } from './converter.ts';
import { ADDRESS_CONVERTERS } from './converters/addresses.ts';
import { ARITHMETIC_CONVERTERS } from './converters/arithmetic.ts';
import { CAPTURE_CONVERTERS } from './converters/captures.ts';
import { DATE_CONVERTERS } from './converters/dates.ts';
import { DEBUGGING_CONVERTERS } from './converters/debugging.ts';
import { DECRYPTION_CONVERTERS } from './converters/decryption.ts';
import { ENCODING_CONVERTERS } from './converters/encodings.ts';
import { FIX_CONVERTERS } from './converters/fix.ts';
import { HASH_CONVERTERS } from './converters/hashing.ts';
import { JOINING_CONVERTERS } from './converters/joining.ts';
import { JSON_CONVERTERS } from './converters/json.ts';
import { MAP_CONVERTERS } from './converters/map.ts';
import { MQTT_CONVERTERS } from './converters/mqtt.ts';
import { PART_CONVERTERS } from './converters/parts.ts';
import { PREFERENCE_CONVERTERS } from './converters/preferences.ts';
import { PROTOBUF_CONVERTERS } from './converters/protobuf.ts';
import { QUERY_CONVERTERS } from './converters/queries.ts';
import { REPLACING_CONVERTERS } from './converters/replacing.ts';
import { SERVER_CONVERTERS } from './converters/servers.ts';
import { SIGNATURE_CONVERTERS } from './converters/signatures.ts';
import { TEXT_CONVERTERS } from './converters/text.ts';
import { VARIABLE_CONVERTERS } from './converters/variables.ts';

export const CONVERTERS: ReadonlyMap<string, Converter> = new Map([
  ...MAP_CONVERTERS,
  ...TEXT_CONVERTERS,
  ...PART_CONVERTERS,
  ...JOINING_CONVERTERS,
  ...REPLACING_CONVERTERS,
  ...PREFERENCE_CONVERTERS,
  ...ARITHMETIC_CONVERTERS,
  ...DATE_CONVERTERS,
  ...ADDRESS_CONVERTERS,
  ...ENCODING_CONVERTERS,
  ...HASH_CONVERTERS,
  ...DECRYPTION_CONVERTERS,
  ...SIGNATURE_CONVERTERS,
  ...JSON_CONVERTERS,
  ...QUERY_CONVERTERS,
  ...PROTOBUF_CONVERTERS,
  ...FIX_CONVERTERS,
  ...MQTT_CONVERTERS,
  ...SERVER_CONVERTERS,
  ...DEBUGGING_CONVERTERS,
  ...CAPTURE_CONVERTERS,
  ...VARIABLE_CONVERTERS,
]);
