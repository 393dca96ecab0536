/** The programs that run beside the network for as long as it wants them (udhcpc, dnsmasq); the appliance's supervisor is one. */
export interface Companions {
  /** Starts it, and again when it ends; takes over one of that name that runs from before us. */
  start(name: string, command: readonly string[]): void;
  /** Until it has ended; nothing when it is not there. Also one that runs from before us. */
  stop(name: string): Promise<void>;
  /** Names that begin so, of what runs, also from before us. */
  leftovers(prefix: string): readonly string[];
  signal(name: string, signal: NodeJS.Signals): void;
}
