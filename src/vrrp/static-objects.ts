/**
 * `static_ipaddress`, `static_routes`, `static_rules`: there while the agent runs, whatever the states are. What is
 * taken away with its interface comes back with it.
 */
import { EEXIST, errnoMessage } from '../sys/errno.ts';
import type { AddressSetServices } from './address-set.ts';
import type { VrrpModel } from './model.ts';
import { isSameRule } from './network/rules.ts';

export class StaticObjects {
  readonly #model: VrrpModel;
  readonly #services: AddressSetServices;

  constructor(model: VrrpModel, services: AddressSetServices) {
    this.#model = model;
    this.#services = services;
  }

  /** Of one interface, or of all. */
  put(interfaceName?: string): void {
    const { interfaces, addresses, routes, rules } = this.#services;
    for (const address of this.#model.staticAddresses) {
      if (interfaceName !== undefined && address.interfaceName !== interfaceName) continue;
      const device = interfaces.byName(address.interfaceName);
      if (device !== undefined) this.#check('address', address.text, addresses.add(address, device.index, 0));
    }
    for (const route of this.#model.staticRoutes) {
      if (interfaceName !== undefined && route.interfaceName !== interfaceName) continue;
      this.#check('route', route.text, routes.add(route, interfaces, 0));
    }
    if (interfaceName !== undefined) return;
    for (const rule of this.#model.staticRules) this.#check('rule', rule.text, rules.add(rule));
  }

  /** Takes off what `next` does not have. */
  remove(next: VrrpModel | undefined): void {
    const { interfaces, addresses, routes, rules } = this.#services;
    const kept = (list: readonly { readonly text: string }[] | undefined, text: string): boolean =>
      list?.some((entry) => entry.text === text) ?? false;
    for (const rule of this.#model.staticRules) {
      if (next?.staticRules.some((other) => isSameRule(rule, other)) !== true) rules.remove(rule);
    }
    for (const route of this.#model.staticRoutes) {
      if (!kept(next?.staticRoutes, route.text)) routes.remove(route, interfaces, 0);
    }
    for (const address of this.#model.staticAddresses) {
      const device = interfaces.byName(address.interfaceName);
      if (device !== undefined && !kept(next?.staticAddresses, address.text)) addresses.remove(address, device.index);
    }
  }

  #check(kind: string, text: string, result: number): void {
    if (result < 0 && result !== -EEXIST) {
      this.#services.log(`cannot add static ${kind} ${text}: ${errnoMessage(-result)}`);
    }
  }
}
