/** Where the pages begin. */

import { render } from 'preact';
import { Application } from './application/application.tsx';
import { startSession } from './application/session.ts';
import { applyTheme } from './application/theme.ts';

applyTheme();
const place = document.getElementById('application');
if (place === null) throw new Error('index.html has no place for the application');
place.replaceChildren();
render(<Application />, place);
void startSession();
