/** Virtual and static policy rules, by RTM_NEWRULE and RTM_DELRULE (<linux/fib_rules.h>, ip-rule(8)). */
import { EEXIST, ENOENT } from '../../sys/errno.ts';
import { HEADER_SIZE } from '../../sys/netlink-message.ts';
import { NetlinkRequests } from '../../sys/netlink-socket.ts';
import { decodeRule, type RuleMessage } from '../../sys/route-messages.ts';
import {
  FIB_RULE_HEADER_SIZE,
  FIB_RULE_INVERT,
  FR_ACT_TO_TBL,
  FRA_DST,
  FRA_FWMARK,
  FRA_FWMASK,
  FRA_IFNAME,
  FRA_OIFNAME,
  FRA_PRIORITY,
  FRA_PROTOCOL,
  FRA_SRC,
  FRA_TABLE,
  NETLINK_ROUTE,
  NLM_F_CREATE,
  NLM_F_EXCL,
  RT_TABLE_MAIN,
  RT_TABLE_UNSPEC,
  RTM_DELRULE,
  RTM_GETRULE,
  RTM_NEWRULE,
  RTPROT_KEEPALIVED,
} from '../../sys/rtnetlink-constants.ts';
import { AF_INET, AF_INET6 } from '../../sys/socket-constants.ts';
import type { RuleModel } from '../model.ts';

/** From here on a table's number does not fit into the head. */
const FIRST_LONG_TABLE = 256;

export class RuleTable {
  readonly #requests = new NetlinkRequests(NETLINK_ROUTE);

  close(): void {
    this.#requests.close();
  }

  /** 0, also where the very rule is there already, or `-errno`. */
  add(model: RuleModel): number {
    this.#write(RTM_NEWRULE, NLM_F_CREATE | NLM_F_EXCL, model);
    const result = this.#requests.request();
    return result === -EEXIST ? 0 : result;
  }

  /** 0, also where the rule was gone already, or `-errno`. */
  remove(model: RuleModel): number {
    this.#write(RTM_DELRULE, 0, model);
    const result = this.#requests.request();
    return result === -ENOENT ? 0 : result;
  }

  /** Asks the kernel whether the very rule is there; without a preference, one that says the same. */
  has(model: RuleModel): boolean {
    const { writer } = this.#requests;
    writer.begin(RTM_GETRULE, 0, FIB_RULE_HEADER_SIZE);
    writer.bytes[HEADER_SIZE] = model.family === 4 ? AF_INET : AF_INET6;
    let found = false;
    this.#requests.dump((message) => {
      const rule = message.type === RTM_NEWRULE ? decodeRule(message) : undefined;
      if (rule !== undefined && isSame(model, rule)) found = true;
    });
    return found;
  }

  #write(type: number, flags: number, model: RuleModel): void {
    const { writer } = this.#requests;
    const { bytes } = writer;
    writer.begin(type, flags, FIB_RULE_HEADER_SIZE);
    bytes[HEADER_SIZE] = model.family === 4 ? AF_INET : AF_INET6;
    bytes[HEADER_SIZE + 1] = model.to === undefined ? 0 : model.toLength;
    bytes[HEADER_SIZE + 2] = model.from === undefined ? 0 : model.fromLength;
    bytes[HEADER_SIZE + 3] = model.tos ?? 0;
    bytes[HEADER_SIZE + 7] = model.action;
    bytes.writeUInt32LE(model.invert ? FIB_RULE_INVERT : 0, HEADER_SIZE + 8);
    if (model.action === FR_ACT_TO_TBL) {
      const table = model.table === 0 ? RT_TABLE_MAIN : model.table;
      bytes[HEADER_SIZE + 4] = table < FIRST_LONG_TABLE ? table : RT_TABLE_UNSPEC;
      if (table >= FIRST_LONG_TABLE) writer.attributeU32(FRA_TABLE, table);
    }
    if (model.from !== undefined) writer.attribute(FRA_SRC, model.from);
    if (model.to !== undefined) writer.attribute(FRA_DST, model.to);
    if (model.preference !== undefined) writer.attributeU32(FRA_PRIORITY, model.preference);
    if (model.mark !== undefined) writer.attributeU32(FRA_FWMARK, model.mark);
    if (model.markMask !== undefined) writer.attributeU32(FRA_FWMASK, model.markMask);
    if (model.inputInterface !== '') writer.attributeText(FRA_IFNAME, model.inputInterface);
    if (model.outputInterface !== '') writer.attributeText(FRA_OIFNAME, model.outputInterface);
    writer.attributeU8(FRA_PROTOCOL, RTPROT_KEEPALIVED);
  }
}

/** Of two configurations: the same line says the same, but where the preference was counted out over all of them. */
export function isSameRule(one: RuleModel, other: RuleModel): boolean {
  return one.text === other.text && one.preference === other.preference;
}

function isSame(model: RuleModel, rule: RuleMessage): boolean {
  return (
    rule.family === model.family &&
    rule.action === model.action &&
    rule.invert === model.invert &&
    rule.tos === (model.tos ?? 0) &&
    (model.action !== FR_ACT_TO_TBL || rule.table === (model.table === 0 ? RT_TABLE_MAIN : model.table)) &&
    (model.preference === undefined || rule.preference === model.preference) &&
    rule.mark === (model.mark ?? 0) &&
    (model.markMask === undefined || rule.markMask === model.markMask) &&
    rule.inputInterface === model.inputInterface &&
    rule.outputInterface === model.outputInterface &&
    isPrefix(rule.from, rule.fromLength, model.from, model.fromLength) &&
    isPrefix(rule.to, rule.toLength, model.to, model.toLength)
  );
}

function isPrefix(
  told: Uint8Array | undefined,
  toldLength: number,
  wanted: Uint8Array | undefined,
  wantedLength: number,
): boolean {
  if (wanted === undefined || wantedLength === 0) return toldLength === 0;
  return toldLength === wantedLength && told !== undefined && Buffer.compare(told, wanted) === 0;
}
