import { useConnection } from '../api/index.ts';
import { Notice } from '../design/index.ts';

/** Said while the host is away; everything comes back by itself. */
export function ConnectionBanner() {
  const { state, problem } = useConnection();
  if (state === 'open' || state === 'closed') return null;
  return (
    <div role="status" data-testid="connection-banner">
      <Notice kind="caution">{problem ?? 'The connection to the host is lost. Trying again.'}</Notice>
    </div>
  );
}
