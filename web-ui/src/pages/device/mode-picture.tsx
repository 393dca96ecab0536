/** The two ports of the device as each mode uses them. Drawn in the colours of the text; the sentence beside it says the same. */

import type { NetworkMode } from '../../../../src/admin/answers/device-network.ts';

interface Drawing {
  readonly left: readonly string[];
  readonly right: readonly string[];
  /** Within the unit, below its name. */
  readonly within: string;
  /** The wire goes through. */
  readonly through?: true;
  readonly rightOff?: true;
}

const DRAWINGS: Readonly<Record<NetworkMode, Drawing>> = {
  bridge: { left: ['computer'], right: ['its network'], within: 'one address', through: true },
  'two-arm': { left: ['clients'], right: ['servers'], within: 'two addresses' },
  'one-arm': { left: ['clients', 'and servers'], right: ['off'], within: 'one address', rightOff: true },
  router: { left: ['outside'], right: ['own network'], within: 'DHCP, NAT' },
};

export function ModePicture({ mode }: { readonly mode: NetworkMode }) {
  const { left, right, rightOff, through, within } = DRAWINGS[mode];
  return (
    <svg class="device-picture" viewBox="0 0 300 84" aria-hidden="true" focusable="false">
      <Cloud x={4} lines={left} off={false} />
      <Cloud x={226} lines={right} off={rightOff === true} />
      <path class="device-wire" d="M74 46h36" />
      <path class={rightOff === true ? 'device-wire device-wire-off' : 'device-wire'} d="M190 46h36" />
      <rect class="device-box" x="100" y="14" width="100" height="56" rx="6" />
      <rect class="device-port" x="96" y="40" width="12" height="12" />
      <rect class="device-port" x="192" y="40" width="12" height="12" />
      {through === true && <path class="device-wire" d="M108 46h84" />}
      <text class="device-text" x="150" y="34">
        Mahalo
      </text>
      <text class="device-text device-text-small" x="150" y="62">
        {within}
      </text>
    </svg>
  );
}

function Cloud({ lines, off, x }: { readonly x: number; readonly lines: readonly string[]; readonly off: boolean }) {
  return (
    <>
      <rect
        class={off ? 'device-cloud device-cloud-off' : 'device-cloud'}
        x={x}
        y="24"
        width="70"
        height="44"
        rx="20"
      />
      {lines.map((line, index) => (
        <text
          key={line}
          class="device-text device-text-small"
          x={x + 35}
          y={50 + 12 * (index - (lines.length - 1) / 2)}
        >
          {line}
        </text>
      ))}
    </>
  );
}
