/** By what browsers and the other unit know this one. */

import { useState } from 'preact/hooks';
import type { CertificateView } from '../../../../src/admin/answers/certificate.ts';
import { api, messageOf } from '../../api/client.ts';
import { useAsked } from '../../application/asked.ts';
import { toast } from '../../application/toasts.tsx';
import { Button } from '../../design/button.tsx';
import { ConfirmDialog } from '../../design/dialog.tsx';
import { TextArea } from '../../design/field.tsx';
import { formatTime } from '../../design/format.ts';
import { CopyText, Facts, PageHeader, Panel } from '../../design/page.tsx';
import { Badge, Loading, Notice } from '../../design/states.tsx';
import { PeopleTabs } from './people-tabs.tsx';

const SOON_MS = 30 * 24 * 3600_000;

export function CertificatePage() {
  const { answer: certificate, failure, refresh } = useAsked<CertificateView>('/api/certificate');
  const [asking, setAsking] = useState(false);
  return (
    <>
      <PageHeader
        title="Certificate"
        about="The certificate that this unit shows to browsers. Compare the fingerprint with the one on its console: if both are the same, nobody stands in between."
      />
      <PeopleTabs />
      {failure !== undefined && <Notice tone="bad">{failure}</Notice>}
      {certificate === undefined && failure === undefined && <Loading what="the certificate" />}
      {certificate !== undefined && (
        <Panel
          title={certificate.origin === 'own' ? 'Made by this unit' : 'Uploaded'}
          actions={
            certificate.origin === 'uploaded' && (
              <Button onClick={() => setAsking(true)}>Back to the unit's own certificate</Button>
            )
          }
        >
          <Facts
            facts={[
              [
                'Fingerprint (SHA-256)',
                <CopyText key="fingerprint" text={certificate.fingerprint} label="the fingerprint" />,
              ],
              ['Names', certificate.names.join(', ')],
              ['Subject', certificate.subject],
              ['Issuer', certificate.issuer],
              ['Valid from', formatTime(certificate.fromMs)],
              ['Valid until', <Until key="until" untilMs={certificate.untilMs} />],
            ]}
          />
        </Panel>
      )}
      <Upload onDone={refresh} />
      {asking && (
        <ConfirmDialog
          title="Back to the unit's own certificate?"
          deed="Go back"
          onClose={() => setAsking(false)}
          onConfirm={async () => {
            await api.delete('/api/certificate');
            await refresh();
          }}
        >
          <p>
            Browsers will warn again, because nobody vouches for a certificate that a unit makes itself. A unit that is
            paired with this one has to be paired anew.
          </p>
        </ConfirmDialog>
      )}
    </>
  );
}

function Until({ untilMs }: { readonly untilMs: number }) {
  const left = untilMs - Date.now();
  return (
    <>
      {formatTime(untilMs)} {left < 0 && <Badge tone="bad">over</Badge>}
      {left >= 0 && left < SOON_MS && <Badge tone="warning">ends soon</Badge>}
    </>
  );
}

function Upload({ onDone }: { readonly onDone: () => Promise<void> }) {
  const [chain, setChain] = useState('');
  const [key, setKey] = useState('');
  const [failure, setFailure] = useState<string>();
  const [warnings, setWarnings] = useState<readonly string[]>([]);
  const upload = async (event: Event): Promise<void> => {
    event.preventDefault();
    setFailure(undefined);
    try {
      const answer = await api.put<{ readonly warnings: readonly string[] }>('/api/certificate', { chain, key });
      setWarnings(answer.warnings);
      setKey('');
      toast({ tone: 'good', text: 'New connections see the new certificate.' });
      await onDone();
    } catch (error) {
      setFailure(messageOf(error));
    }
  };
  return (
    <Panel title="Use a certificate of your own">
      <form class="stack" onSubmit={upload}>
        <TextArea
          label="Certificate, then those that vouch for it (PEM)"
          placeholder="-----BEGIN CERTIFICATE-----"
          rows={6}
          value={chain}
          onInput={setChain}
          required
        />
        <TextArea
          label="Private key (PEM, without a passphrase)"
          help="It stays on this unit, and is never shown again."
          placeholder="-----BEGIN PRIVATE KEY-----"
          rows={4}
          value={key}
          onInput={setKey}
          required
        />
        {failure !== undefined && <Notice tone="bad">{failure}</Notice>}
        {warnings.map((warning) => (
          <Notice key={warning} tone="warning">
            {warning}
          </Notice>
        ))}
        <div class="row">
          <Button submit>Upload</Button>
        </div>
      </form>
    </Panel>
  );
}
