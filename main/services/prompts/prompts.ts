import type { Dataset, DatasetWithItems } from '../../../preload/contract/prompts.ts';
import { Fault } from '../../base/fault.ts';
import { readSampleDataset, sampleDatasets } from './sampleDatasets.ts';

/** What can be asked: data sets with their content hashes. */
export interface Prompts {
  /** Every data set, without its items. */
  datasets(): Promise<Dataset[]>;
  /** NOT_FOUND when there is none of this id. */
  dataset(id: string): Promise<DatasetWithItems>;
}

export function createPrompts({ sampleFolder }: { sampleFolder: string }): Prompts {
  return {
    async datasets() {
      const read = await Promise.all(sampleDatasets.map((one) => readSampleDataset(sampleFolder, one)));
      return read.map(({ items: _items, ...rest }) => rest);
    },
    async dataset(id) {
      const known = sampleDatasets.find((one) => one.id === id);
      if (!known) throw new Fault('NOT_FOUND', `There is no data set called ${id}. Choose one of the list.`);
      return readSampleDataset(sampleFolder, known);
    },
  };
}
