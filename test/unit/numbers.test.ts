import { describe, expect, test } from 'vitest';
import { bytes, counted, duration, probability, significant, text, timeLeft } from '../../renderer/lib/numbers.ts';

describe('numbers are shown with three significant digits and a unit', () => {
  test.each([
    [0, '0'],
    [0.001234, '0.00123'],
    [1, '1.00'],
    [12.345, '12.3'],
    [999.6, '1,000'],
    [12345, '12,300'],
    [1234567, '1,230,000'],
    [-4.5678, '-4.57'],
    [Number.NaN, '–'],
  ])('%d is %s', (value, shown) => expect(significant(value)).toBe(shown));

  test('what is counted is said whole', () => {
    expect(counted(1)).toBe('1');
    expect(counted(40)).toBe('40');
    expect(counted(1000)).toBe('1,000');
    expect(counted(1234567)).toBe('1,234,567');
    expect(counted(12.345)).toBe('12.3');
  });

  test('sizes are binary and change unit before a fourth digit', () => {
    expect(text(bytes(512))).toBe('512 B');
    expect(text(bytes(8))).toBe('8 B');
    expect(text(bytes(4_370_000_000))).toBe('4.07 GiB');
    expect(text(bytes(1000))).toBe('0.977 KiB');
  });

  test('durations take the unit that reads best', () => {
    expect(text(duration(13.84))).toBe('13.8 ms');
    expect(text(duration(1500))).toBe('1.50 s');
    expect(text(duration(90_000))).toBe('1.50 min');
    expect(timeLeft(0.2)).toBe('under 1 s left');
    expect(timeLeft(600)).toBe('10 min left');
  });

  test('a probability is never rounded to certain or impossible', () => {
    expect(probability(Math.log(0.621))).toBe('62.1 %');
    expect(probability(Math.log(0.99999))).toBe('> 99.9 %');
    expect(probability(-40)).toBe('< 0.0001 %');
  });
});
