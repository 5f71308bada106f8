import { z } from 'zod';
import {
  changeNetworkSettingsInput,
  connectionAttempt,
  listConnectionsInput,
  networkSettings,
  networkSummary,
} from '../../../preload/contract/network.ts';
import { command, query, router } from '../../base/procedure.ts';
import { auditedSettings } from './network.rules.ts';
import type { Network } from './network.ts';

/** What Assay may connect to, and every attempt. */
export function createNetworkRouter(network: Network) {
  return router({
    /** → NetworkSettings. Off until a person turns it on. */
    settings: query.output(networkSettings).query(() => network.settings()),
    /** Any of the settings → all of them. BAD_INPUT for an address that is none. */
    updateSettings: command
      .meta({ facts: auditedSettings, roles: ['owner'] })
      .input(changeNetworkSettingsInput)
      .output(networkSettings)
      .mutation(({ input }) => network.updateSettings(input)),
    /** Attempts to connect, newest first, a page at a time; those that were refused here too. */
    connections: query
      .input(listConnectionsInput)
      .output(z.array(connectionAttempt))
      .query(({ input }) => network.connections(input.before, input.limit, input)),
    /** → whether the network is on, and how many connections this Assay made and refused. */
    summary: query.output(networkSummary).query(() => network.summary()),
  });
}
