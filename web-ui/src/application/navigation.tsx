/** The bar at the side; on narrow screens it opens from a button in the bar at the top. */

import { useEffect, useState } from 'preact/hooks';
import { Link } from 'wouter-preact';
import { liveState } from '../api/live.ts';
import { Button } from '../design/button.tsx';
import { ConfirmDialog } from '../design/dialog.tsx';
import { Icon } from '../design/icon.tsx';
import { forgetKeptDrafts, hasKeptDrafts } from './kept-drafts.ts';
import { areasHere, type NavigationLink } from './pages.ts';
import { currentSession, logOut, mayAct, shortVersion, unit } from './session.ts';
import { nextTheme, type Theme, theme } from './theme.ts';
import { toastError } from './toasts.tsx';

const THEME_WORDS: Readonly<Record<Theme, string>> = { system: 'system', light: 'light', dark: 'dark' };
const LIVE_WORDS = {
  connecting: 'connecting to the live figures',
  live: 'live: figures arrive every second',
  broken: 'the live figures are interrupted; trying again',
};

/** @returns how much of the path it is: the longest one is current (/configuration/history is not also /configuration) */
function fitOf(path: string, { alike, path: link }: NavigationLink): number {
  const fits = [link, alike].filter(
    (one) => one !== undefined && (path === one || (one !== '/' && path.startsWith(`${one}/`))),
  );
  return Math.max(0, ...fits.map((one) => one?.length ?? 0));
}

export function Navigation({ path }: { readonly path: string }) {
  const [open, setOpen] = useState(false);
  // It closes when another page opens.
  useEffect(() => setOpen(false), [path]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') setOpen(false);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  const links = areasHere()
    .filter((area) => mayAct(area.role))
    .flatMap((area) => area.links);
  const current = links
    .filter((link) => fitOf(path, link) > 0)
    .sort((one, other) => fitOf(path, other) - fitOf(path, one))[0];
  return (
    <header class={open ? 'side side-open' : 'side'}>
      <div class="side-top">
        <Link href="/" class="brand">
          <Icon name="brand" />
          <span>{unit.value.unit || 'Mahalo'}</span>
        </Link>
        {liveState.value !== 'off' && (
          <span
            class={`live live-${liveState.value}`}
            role="img"
            aria-label={LIVE_WORDS[liveState.value]}
            title={LIVE_WORDS[liveState.value]}
          />
        )}
        <button
          type="button"
          class="side-toggle"
          aria-expanded={open}
          aria-controls="navigation"
          onClick={() => setOpen(!open)}
        >
          <Icon name={open ? 'close' : 'menu'} />
          <span class="hidden-label">Navigation</span>
        </button>
      </div>
      <div class="side-body" id="navigation">
        <nav aria-label="Areas">
          {links.map((link) => (
            <Link key={link.path} href={link.path} aria-current={link === current ? 'page' : undefined}>
              <Icon name={link.icon} />
              <span>{link.label}</span>
            </Link>
          ))}
        </nav>
        <div class="side-foot">
          <p class="muted">
            {currentSession().user}, {currentSession().role}
          </p>
          <Button quiet small onClick={nextTheme} title="Colours of these pages: the system's, light, dark">
            <Icon name="theme" /> Colours: {THEME_WORDS[theme.value]}
          </Button>
          <LogOutButton />
          <p class="muted small">Mahalo {shortVersion()}</p>
        </div>
      </div>
    </header>
  );
}

/** Who leaves leaves nothing behind; a text that was not applied is asked about first. */
function LogOutButton() {
  const [asking, setAsking] = useState(false);
  const { user } = currentSession();
  const leave = async (): Promise<void> => {
    await logOut();
    forgetKeptDrafts(user);
  };
  const onClick = (): void => {
    if (hasKeptDrafts(user)) setAsking(true);
    else leave().catch(toastError);
  };
  return (
    <>
      <Button quiet small onClick={onClick}>
        <Icon name="leave" /> Log out
      </Button>
      {asking && (
        <ConfirmDialog
          title="Log out and forget what you wrote?"
          deed="Log out"
          danger
          onClose={() => setAsking(false)}
          onConfirm={leave}
        >
          <p>You changed a text in the editor and did not apply it. It is kept in this tab only, and goes with you.</p>
        </ConfirmDialog>
      )}
    </>
  );
}
