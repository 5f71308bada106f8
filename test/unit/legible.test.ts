import { describe, expect, it } from 'vitest';
import { legible } from '../../renderer/lib/legible.ts';

describe('a text that the page shows', () => {
  it('never reads as another one: what turns the direction of writing, and control characters, are seen', () => {
    expect(legible('model\u202efug\u2069.gguf')).toBe('model\ufffdfug\ufffd.gguf');
    expect(legible('\u001b[31mred\u0000\u009b')).toBe('\ufffd[31mred\ufffd\ufffd');
  });

  it('keeps its length, its line ends and every script', () => {
    for (const text of ['one\r\ntwo\tthree\n', 'модель नमूना نموذج \u200f', '👩‍🔬'.normalize()])
      expect(legible(text)).toBe(text);
    expect(legible('a\u202e\u0007b')).toHaveLength(4);
  });
});
