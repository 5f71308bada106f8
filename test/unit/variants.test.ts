import { expect, it } from 'vitest';
import { variantOf } from '../../renderer/features/prompts/variantOf.ts';
import { assignSlots, sharedSlot } from '../../renderer/ui-state/slots.ts';

const model = { key: 1, id: null, name: 'Qwen', quantization: 'Q4_K_M', sha256: null };

it('models of the history that are in no library are one for each file, or else for each name and quantization', () => {
  const all = [
    model,
    { ...model, quantization: 'Q8_0' },
    { ...model, sha256: 'a'.repeat(64) },
    { ...model, sha256: 'b'.repeat(64) },
    { ...model, id: 'sample:F16', sha256: 'a'.repeat(64) },
  ];
  const variants = all.map(variantOf);
  expect(new Set(variants).size).toBe(all.length);
  expect(new Set(Object.values(assignSlots({}, variants))).size).toBe(all.length);
});

it('what is one of too many has a slot of its own choice, the same each time and not all the same', () => {
  const names = Array.from({ length: 200 }, (_, index) => `model ${index}`);
  const slots = names.map(sharedSlot);
  expect(names.map(sharedSlot)).toEqual(slots);
  expect(new Set(slots).size).toBeGreaterThan(12);
  for (const slot of slots) expect(slot).toBeOneOf(Array.from({ length: 16 }, (_, index) => index));
});
