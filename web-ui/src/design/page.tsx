/** What pages are made of: head, panels, lists of facts, links to HAProxy's manual. */

import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Link, useLocation } from 'wouter-preact';
import { Button } from './button.tsx';

interface HeaderProperties {
  readonly title: ComponentChildren;
  /** One sentence: what this page is for. */
  readonly about?: ComponentChildren;
  readonly actions?: ComponentChildren;
}

/** The only h1 of a page. */
export function PageHeader({ about, actions, title }: HeaderProperties) {
  return (
    <header class="page-header">
      <div>
        <h1>{title}</h1>
        {about !== undefined && <p class="muted">{about}</p>}
      </div>
      {actions !== undefined && <div class="row">{actions}</div>}
    </header>
  );
}

interface PanelProperties {
  readonly title?: ComponentChildren;
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
}

export function Panel({ actions, children, title }: PanelProperties) {
  return (
    <section class="panel">
      {(title !== undefined || actions !== undefined) && (
        <header class="panel-head">
          {title !== undefined && <h2>{title}</h2>}
          {actions !== undefined && <div class="row">{actions}</div>}
        </header>
      )}
      {children}
    </section>
  );
}

/** Names and values, one a line. */
export function Facts({ facts }: { readonly facts: readonly (readonly [name: string, value: ComponentChildren])[] }) {
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Pages of one area beside each other, each with an address of its own. */
export function Tabs({
  label,
  tabs,
}: {
  readonly label: string;
  readonly tabs: readonly { readonly label: string; readonly path: string }[];
}) {
  const [path] = useLocation();
  return (
    <nav class="tabs" aria-label={label}>
      {tabs.map((tab) => (
        <Link key={tab.path} href={tab.path} aria-current={path === tab.path ? 'page' : undefined}>
          {tab.label}
        </Link>
      ))}
    </nav>
  );
}

/** @param place section of HAProxy's configuration manual, and the keyword in it ("4.2 balance") */
export function ManualLink({ href, place }: { readonly href: string; readonly place: string }) {
  return (
    <a class="manual" href={href} target="_blank" rel="noreferrer">
      HAProxy's manual, {place}
    </a>
  );
}

/** A text to take along: fingerprints, tokens, commands. */
export function CopyText({ text, label }: { readonly text: string; readonly label: string }) {
  const [copied, setCopied] = useState(false);
  return (
    <span class="copy">
      <code>{text}</code>
      <Button
        small
        quiet
        label={`Copy ${label}`}
        onClick={async () => {
          await navigator.clipboard.writeText(text);
          setCopied(true);
        }}
      >
        {copied ? 'Copied' : 'Copy'}
      </Button>
    </span>
  );
}
