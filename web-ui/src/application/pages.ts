/**
 * The areas of the application, in the order of the navigation. Each is a chunk of its own, loaded when it is opened, and
 * exports its pages from `pages/<area>/routes.tsx`.
 */

import type { ComponentType } from 'preact';
import type { IconName } from '../design/icon.tsx';
import { entrance, type Role } from './session.ts';

/** `path` as wouter has it: `/services/:backend/:server`. The page gets what stands there as `params`. */
export interface PageRoute {
  readonly path: string;
  /** For the window's title. */
  readonly title: string;
  readonly page: ComponentType<{ readonly params: Readonly<Record<string, string>> }>;
  /** Who may open it; as for the area if it is not given. */
  readonly role?: Role;
}

export interface NavigationLink {
  readonly label: string;
  readonly path: string;
  /** Another path that belongs to it. */
  readonly alike?: string;
  readonly icon: IconName;
}

export interface Area {
  readonly id: string;
  /** In the navigation; the link is current for every path that begins with it. An area without links is not in it. */
  readonly links: readonly NavigationLink[];
  /** Paths that begin so belong to the area: `/` alone is the overview. */
  readonly prefixes: readonly string[];
  readonly role: Role;
  /** Only there when the unit looks after the device it runs on. */
  readonly ofDevice?: true;
  readonly load: () => Promise<{ readonly routes: readonly PageRoute[] }>;
}

const AREAS: readonly Area[] = [
  {
    id: 'overview',
    links: [{ label: 'Overview', path: '/', icon: 'overview' }],
    prefixes: ['/'],
    role: 'viewer',
    load: () => import('../pages/overview/routes.tsx'),
  },
  {
    id: 'topology',
    links: [{ label: 'Map', path: '/topology', icon: 'topology' }],
    prefixes: ['/topology'],
    role: 'viewer',
    load: () => import('../pages/topology/routes.tsx'),
  },
  {
    id: 'services',
    links: [{ label: 'Services', path: '/services', icon: 'services' }],
    prefixes: ['/services'],
    role: 'viewer',
    load: () => import('../pages/services/routes.tsx'),
  },
  {
    id: 'log',
    links: [{ label: 'Log', path: '/log', icon: 'log' }],
    prefixes: ['/log'],
    role: 'viewer',
    load: () => import('../pages/log/routes.tsx'),
  },
  {
    id: 'wizard',
    links: [{ label: 'Add a service', path: '/wizard', icon: 'wand' }],
    prefixes: ['/wizard'],
    role: 'admin',
    load: () => import('../pages/wizard/routes.tsx'),
  },
  {
    id: 'configuration',
    links: [
      { label: 'Configuration', path: '/configuration', icon: 'editor' },
      { label: 'Templates', path: '/configuration/templates', icon: 'template' },
      { label: 'History', path: '/configuration/history', alike: '/configuration/floating/history', icon: 'history' },
    ],
    prefixes: ['/configuration'],
    role: 'admin',
    load: () => import('../pages/configuration/routes.tsx'),
  },
  {
    id: 'vrrp',
    links: [{ label: 'Floating addresses', path: '/vrrp', icon: 'vrrp' }],
    prefixes: ['/vrrp'],
    role: 'viewer',
    load: () => import('../pages/vrrp/routes.tsx'),
  },
  {
    id: 'system',
    links: [{ label: 'System', path: '/system', icon: 'system' }],
    prefixes: ['/system'],
    role: 'viewer',
    load: () => import('../pages/system/routes.tsx'),
  },
  {
    id: 'device',
    links: [{ label: 'Device', path: '/device', icon: 'device' }],
    prefixes: ['/device'],
    role: 'viewer',
    ofDevice: true,
    load: () => import('../pages/device/routes.tsx'),
  },
  {
    id: 'terminal',
    links: [{ label: 'Terminal', path: '/terminal', icon: 'terminal' }],
    prefixes: ['/terminal'],
    role: 'admin',
    load: () => import('../pages/terminal/routes.tsx'),
  },
  {
    id: 'people',
    links: [{ label: 'People and trust', path: '/people', icon: 'people' }],
    prefixes: ['/people'],
    role: 'admin',
    load: () => import('../pages/people/routes.tsx'),
  },
  {
    id: 'account',
    links: [{ label: 'My account', path: '/account', icon: 'shield' }],
    prefixes: ['/account'],
    role: 'viewer',
    load: () => import('../pages/account/routes.tsx'),
  },
];

/** Of this unit; one that it has not is an address like any other that leads nowhere. */
export function areasHere(): readonly Area[] {
  const isDevice = entrance.value.kind === 'in' && entrance.value.session.device;
  return AREAS.filter(({ ofDevice }) => isDevice || ofDevice !== true);
}

export function areaOf(path: string): Area | undefined {
  return areasHere().find(({ prefixes }) =>
    prefixes.some((one) => path === one || (one !== '/' && path.startsWith(`${one}/`))),
  );
}
