import { type Command, type CommandRequest, Refusal } from '../control/command.ts';
import { readNetworkSettings } from '../network/settings/read-settings.ts';
import type { SettingIssue } from '../network/settings/reader.ts';
import type { NetworkSettings } from '../network/settings/settings.ts';
import type { NetworkTrial, TrialView } from '../network/trial.ts';

export interface NetworkAnswer {
  /** In force, on trial or kept. */
  readonly settings: NetworkSettings;
  readonly trial: TrialView | null;
}

/** What `network` tells besides: leases, addresses the unit gave itself, what the kernel refused. */
export type NetworkDetails = Readonly<Record<string, unknown>>;

/**
 * `network`, `network-check` and `network-apply` with `"network": {...}`, `network-confirm`, `network-return`.
 * @param ports the names of the board's ports
 */
export function networkCommands(
  trial: NetworkTrial,
  ports: readonly string[],
  details: () => NetworkDetails,
): readonly Command[] {
  const answer = (): NetworkAnswer => ({ settings: trial.settings, trial: trial.view });
  return [
    {
      word: 'network',
      help: 'how the ports are used, with which addresses, and whether that is on trial',
      run: () => ({ ...answer(), ...details() }),
    },
    {
      word: 'network-check',
      help: "what is wrong with network='{...}' (JSON); nothing changes",
      run: (request): { readonly issues: readonly SettingIssue[] } => ({ issues: readingOf(request, ports).issues }),
    },
    {
      word: 'network-apply',
      help: "use the ports as network='{...}' says, on trial: network-confirm keeps it",
      run(request) {
        const { settings, issues } = readingOf(request, ports);
        if (settings === undefined) {
          throw new Refusal('bad-settings', issues.map(({ path, message }) => `${path}: ${message}`).join('; '));
        }
        trial.begin(settings, typeof request.author === 'string' ? request.author : 'the console');
        return answer();
      },
    },
    {
      word: 'network-confirm',
      help: 'keep the network settings on trial',
      run() {
        if (!trial.confirm()) throw new Refusal('no-trial', 'no network settings are on trial');
        return answer();
      },
    },
    {
      word: 'network-return',
      help: 'take the network settings on trial back now',
      run() {
        if (!trial.takeBack()) throw new Refusal('no-trial', 'no network settings are on trial');
        return answer();
      },
    },
  ];
}

function readingOf(request: CommandRequest, ports: readonly string[]) {
  const { network } = request;
  if (network === undefined) throw new Refusal('bad-request', '"network" is missing');
  return readNetworkSettings(network, ports);
}
