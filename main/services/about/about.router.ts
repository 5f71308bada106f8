import { about, notices } from '../../../preload/contract/about.ts';
import { open, router } from '../../base/procedure.ts';
import type { AboutAssay } from './about.ts';

/** What runs here. Nothing of it is in the store. */
export function createAboutRouter(assay: AboutAssay) {
  return router({
    /** → About: versions of Assay and of what it stands on, the system, where the notices lie. */
    read: open.output(about).query(() => assay.read()),
    /** → { text } of the notices of others' software. NOT_FOUND when this installation has none. */
    notices: open.output(notices).query(() => assay.notices()),
  });
}
