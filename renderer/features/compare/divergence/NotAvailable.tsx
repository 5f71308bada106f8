import type { LabAvailability } from '../../../../preload/contract/divergence.ts';
import { Notice } from '../../../design/index.ts';

/** Why this installation cannot measure or quantize, and what to install. Everything else goes on. */
export function NotAvailable({ availability, what }: { availability: LabAvailability | undefined; what: string }) {
  if (availability === undefined || availability.available) return null;
  return (
    <Notice kind="caution">
      {what} needs Assay’s native addon. {availability.reason} {availability.remedy}
    </Notice>
  );
}
