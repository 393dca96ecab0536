import type { DeviceStatus } from '../../../../src/admin/answers/device.ts';
import { type Asked, useAsked } from '../../application/asked.ts';

const PERIOD_MS = 2_000;

/** How the device is, again and again while the page can be seen. */
export function useDevice(): Asked<DeviceStatus> {
  return useAsked<DeviceStatus>('/api/device', PERIOD_MS);
}
