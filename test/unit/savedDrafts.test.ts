import { expect, it, onTestFinished } from 'vitest';
import { written } from '../../renderer/features/prompts/written.ts';
import { forgetHeld } from '../../renderer/ui-state/forgetting.ts';
import {
  chooseSaved,
  draftSaved,
  dropDraft,
  newPrompt,
  settleDraft,
  useSavedDrafts,
} from '../../renderer/ui-state/savedDrafts.ts';

const heron = { name: 'Heron', system: null, text: 'Which {{animal}} wades?' };
const drafts = () => useSavedDrafts.getState().drafts;
const heronNow = () => written(heron, drafts().heron);

it('what is typed into a saved prompt stays until it is saved or discarded, whatever else is opened', () => {
  onTestFinished(forgetHeld);
  expect(heronNow()).toMatchObject({ name: 'Heron', system: '', text: heron.text, isUnsaved: false });
  draftSaved('heron', { text: 'Which one dives?' });
  draftSaved('heron', { values: { animal: 'bird' } });
  chooseSaved(newPrompt);
  draftSaved(newPrompt, { name: 'Grebe' });
  expect(heronNow()).toMatchObject({ name: 'Heron', text: 'Which one dives?', isChanged: true, isRenamed: false });
  expect(written(null, drafts()[newPrompt])).toMatchObject({ name: 'Grebe', text: '', isUnsaved: true });
  dropDraft('heron');
  expect(heronNow()).toMatchObject({ text: heron.text, isUnsaved: false });
  expect(drafts().heron).toEqual({ values: { animal: 'bird' } });
  draftSaved('heron', { name: ' Heron ' });
  expect(heronNow().isUnsaved).toBe(false);
});

it('what is typed while a prompt is being saved stays, and a new one is opened unless the person went elsewhere', () => {
  onTestFinished(forgetHeld);
  draftSaved('heron', { text: 'First' });
  const saved = drafts().heron;
  draftSaved('heron', { text: 'First, and more' });
  settleDraft('heron', saved, 'heron');
  expect(heronNow().text).toBe('First, and more');
  settleDraft('heron', drafts().heron, 'heron');
  expect(heronNow().isUnsaved).toBe(false);
  chooseSaved(newPrompt);
  settleDraft(newPrompt, drafts()[newPrompt], 'grebe');
  expect(useSavedDrafts.getState().chosen).toBe('grebe');
  settleDraft(newPrompt, drafts()[newPrompt], 'stork');
  expect(useSavedDrafts.getState().chosen).toBe('grebe');
});

it('a lock forgets what was typed into saved prompts', () => {
  draftSaved('heron', { text: 'A secret' });
  chooseSaved('heron');
  forgetHeld();
  expect(useSavedDrafts.getState()).toEqual({ chosen: null, drafts: {} });
});
