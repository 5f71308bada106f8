import { Button, Modal } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery } from '@tanstack/react-query';
import { Copy } from 'lucide-react';
import { useState } from 'react';
import type { About } from '../../../../preload/contract/about.ts';
import { failureOf, useApi } from '../../../api/index.ts';
import { FailedState, SkeletonRows } from '../../../design/index.ts';
import { copyText } from '../../../lib/desktop.ts';
import classes from '../SettingsPage.module.css';
import { Row } from './Row.tsx';

/** What this installation is made of, to read and to copy, and under which licences. */
export function AboutSection() {
  const { options } = useApi();
  const { data, error, refetch } = useQuery(options.about.read.queryOptions());
  const [isReading, setReading] = useState(false);
  return (
    <>
      <h1>About</h1>
      {error && (
        <FailedState title="The versions could not be read" retry={() => void refetch()}>
          {failureOf(error).message}
        </FailedState>
      )}
      {!error && data === undefined && <SkeletonRows rows={7} label="Reading the versions" />}
      {data && (
        <>
          <section className={classes.group} aria-label="Versions">
            <dl className={classes.facts}>
              {factsOf(data).map(([name, value]) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd className="mono">{value}</dd>
                </div>
              ))}
            </dl>
            <Row label="For a bug report" hint="All of the above as text. No path, no name, nothing of the store.">
              <Button variant="default" leftSection={<Copy size={13} />} onClick={() => void copy(data)}>
                Copy versions
              </Button>
            </Row>
          </section>
          <h2>Licences</h2>
          <section className={classes.group} aria-label="Licences">
            <Row label="Assay" hint="Free to use, change and pass on, under its terms.">
              <span className="mono">{data.licence}</span>
            </Row>
            <Row
              label="Third-party software"
              hint={
                data.noticesFile === null ? (
                  'Its notices are not part of this installation. THIRD-PARTY.md of the source names each part; `npm run build` writes the texts.'
                ) : (
                  <>
                    Each part with its licence, in <span className="mono">{data.noticesFile}</span>
                  </>
                )
              }
            >
              {data.noticesFile !== null && (
                <Button variant="default" onClick={() => setReading(true)}>
                  Show notices
                </Button>
              )}
            </Row>
          </section>
          <Modal opened={isReading} onClose={() => setReading(false)} size={860} title="Third-party software">
            <Notices />
          </Modal>
        </>
      )}
    </>
  );
}

function Notices() {
  const { options } = useApi();
  const { data, error, refetch } = useQuery(options.about.notices.queryOptions());
  if (error)
    return (
      <FailedState title="The notices could not be read" retry={() => void refetch()}>
        {failureOf(error).message}
      </FailedState>
    );
  if (data === undefined) return <SkeletonRows rows={12} label="Reading the notices" />;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to take the keyboard
    <section className={classes.notices} aria-label="Notices" tabIndex={0}>
      <pre>{data.text}</pre>
    </section>
  );
}

async function copy(about: About): Promise<void> {
  const lines = [...factsOf(about), ['Licence', about.licence]].map(([name, value]) => `${name}: ${value}`);
  const copied = await copyText(`${lines.join('\n')}\n`);
  notifications.show({
    message: copied ? 'Versions copied.' : 'The system did not allow copying. Select the lines and copy them.',
  });
}

function factsOf({ version, engine, database, node, system }: About): [name: string, value: string][] {
  const desktop = window.assay?.versions;
  return [
    ['Assay', `${version}, ${desktop ? 'desktop' : 'in a browser'}`],
    ['Engine', `llama.cpp ${engine.llamaCpp}, node-llama-cpp ${engine.nodeLlamaCpp}`],
    ['Database', `SQLite ${database.sqlite}, SQLite3 Multiple Ciphers ${database.cipher}`],
    ['Node', node],
    ...(desktop
      ? ([
          ['Electron', desktop.electron],
          ['Chromium', desktop.chromium],
        ] satisfies [string, string][])
      : ([['Browser', browserOf(navigator.userAgent)]] satisfies [string, string][])),
    ['System', `${system.name} ${system.release}, ${system.architecture}`],
  ];
}

/** Name and version out of what a browser says of itself, e.g. `Firefox 140.0`; most say `Chrome` and `Safari` beside their own name. */
function browserOf(agent: string): string {
  const found =
    /(Edg|OPR|Firefox)\/([\d.]+)/.exec(agent) ??
    /(Chrom(?:e|ium))\/([\d.]+)/.exec(agent) ??
    /(Version)\/([\d.]+).*Safari/.exec(agent);
  if (found === null) return agent;
  const [, name = '', version = ''] = found;
  return `${{ Edg: 'Edge', OPR: 'Opera', Version: 'Safari' }[name] ?? name} ${version}`;
}
