/** The names of MQTT packets and of their fields that a configuration may ask for (manual 7.3.1, mqtt_field_value). */

/** Their position is the type in the packet's first byte. */
export const MQTT_PACKETS = [
  '',
  'CONNECT',
  'CONNACK',
  'PUBLISH',
  'PUBACK',
  'PUBREC',
  'PUBREL',
  'PUBCOMP',
  'SUBSCRIBE',
  'SUBACK',
  'UNSUBSCRIBE',
  'UNSUBACK',
  'PINGREQ',
  'PINGRESP',
  'DISCONNECT',
  'AUTH',
] as const;

const CONNECT_FIELDS =
  'flags protocol_name protocol_version client_identifier will_topic will_payload username password';
const REASON = 'reason_code 31 38';

/** By packet; properties of MQTT 5.0 have the number that stands for them in packets (section 2.2.2.2 there). */
const FIELDS: Readonly<Record<string, string>> = {
  CONNECT: `${CONNECT_FIELDS} keepalive 1 2 3 8 9 17 21 22 23 24 25 33 34 38 39`,
  CONNACK: 'flags protocol_version reason_code 17 18 19 21 22 26 28 31 33 34 36 37 38 39 40 41 42',
  PUBLISH: '1 2 3 8 9 11 35 38',
  PUBACK: REASON,
  PUBREC: REASON,
  PUBREL: REASON,
  PUBCOMP: REASON,
  SUBSCRIBE: '11 38',
  SUBACK: '31 38',
  UNSUBSCRIBE: '38',
  UNSUBACK: '31 38',
  DISCONNECT: 'reason_code 17 28 31 38',
  AUTH: '21 22 31 38',
};

/** The type of a packet given by its name or number; 0 for none. */
export function mqttPacketType(text: string): number {
  // HAProxy takes any characters for digits, and looks at the name only when that makes no type.
  let number = 0;
  for (const character of text) number = (Math.imul(number, 10) + character.charCodeAt(0) - 48) >>> 0;
  if (number > 0 && number < MQTT_PACKETS.length) return number;
  return Math.max(0, (MQTT_PACKETS as readonly string[]).indexOf(text.toUpperCase()));
}

/** The field's name as in the table, or undefined when packets of this type have none such. */
export function mqttFieldName(type: number, text: string): string | undefined {
  const fields = FIELDS[MQTT_PACKETS[type] ?? '']?.split(' ') ?? [];
  return fields.find((field) => field === text.toLowerCase());
}
