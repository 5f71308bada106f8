import { expect, it } from 'vitest';
import { describeReference } from '../../renderer/features/compare/naming.ts';
import { modelAgain } from '../../renderer/features/prompts/modelAgain.ts';

const id = '01m8h9wja28804sk3j090cfhmk';
const added = { id: '01m8hbydq3v7w9x5n2k8t4c6re', sha256: 'a'.repeat(64) };
const model = { key: 1, id, name: 'Heron', quantization: 'Q4_K_M', sha256: added.sha256 };

it('an answer is asked again of the model that gave it, of the same file added again, or of none', () => {
  expect(modelAgain(model, [added, { id, sha256: null }])).toBe(id);
  expect(modelAgain(model, [added])).toBe(added.id);
  expect(modelAgain({ ...model, id: null }, [added])).toBe(added.id);
  expect(modelAgain(model, [{ ...added, sha256: 'b'.repeat(64) }])).toBe('gone');
  expect(modelAgain({ ...model, sha256: null }, [{ ...added, sha256: null }])).toBe('gone');
  expect(modelAgain({ ...model, id: null, sha256: null }, [added])).toBeNull();
  for (const reference of ['sample:Q3_K_M', '/models/heron.gguf'])
    expect(modelAgain({ ...model, id: reference, sha256: null }, [added])).toBe(reference);
});

it('a model that was taken off the list is not called by its id', () => {
  const listed = { ...added, path: '/models/heron.gguf', name: 'Heron', sizeBytes: 1, sample: false, addedAt: '' };
  const { name, problem } = describeReference(id, [{ ...listed, header: null, problem: null }]);
  expect(name).toBe('No longer in the list');
  expect(problem).toContain('taken off the list');
  expect(describeReference(id, [])).toMatchObject({ name: 'A model', problem: null });
});
