import { describe, expect, it } from 'vitest';
import { scatter } from '../../main/services/divergence/charts.rules.ts';
import { markdownOf } from '../../main/services/divergence/markdown.rules.ts';
import { reportOf } from '../../main/services/divergence/report.rules.ts';
import { hostile, run } from '../helpers/divergenceRun.ts';

const details = {
  histogram: {
    zeroOrBelow: 3,
    bins: [
      { from: 1e-6, to: 1e-3, count: 40 },
      { from: 1e-3, to: 3.2, count: 4 },
    ],
  },
  depths: [32, 64].map((from) => ({
    from,
    to: from + 31,
    tokens: 2016,
    kldMean: 0.0125,
    kldInterval95: null,
    pplRatio: 1.0142,
    pplRatioInterval95: [1.011, 1.017] satisfies [number, number],
    sameTop: 0.985,
    sameTopInterval95: null,
  })),
  worst: [
    {
      position: 17,
      chunk: 0,
      place: 274,
      id: 5,
      text: ` ${hostile}\n\u202e`,
      kld: 3.2,
      nll: 5,
      nllReference: 0.1,
      sameTop: false,
    },
  ],
};

describe('the report', () => {
  const html = reportOf(run, [details, details, null]);

  it('is one file that loads nothing, runs nothing and knows light and dark', () => {
    expect(html).toMatch(/^<!doctype html>/);
    expect(html).not.toMatch(/<(script|img|link|iframe|object|base)\b/i);
    expect(html).not.toMatch(/<[^>]*\s(src|href|on\w+)=/i);
    expect(html).not.toMatch(/url\(|@import/i);
    expect(html).toContain("default-src 'none'");
    expect(html).toContain('prefers-color-scheme:dark');
    expect(html.match(/<svg /g)).toHaveLength(4);
  });

  it('shows names, notes, failures and tokens as text', () => {
    expect(html).toContain('&lt;script&gt;');
    expect(html).not.toContain('<script>');
    expect(html).not.toContain('\u202e');
    expect(html).toContain('Another vocabulary');
    expect(html).toContain('Clear loss at n = 4,080 tokens');
  });

  it('lets no control character and no turn of direction of a name through, nor does the Markdown', () => {
    const name = 'x\u001b[31m\u202egnp.gguf';
    const columns = run.columns.map((column) => ({
      ...column,
      name,
      quantization: 'unknown',
      file: `/models/${name}`,
    }));
    const named = { ...run, name, textName: name, columns };
    for (const text of [reportOf(named, [details, details, null]), markdownOf(named)]) {
      expect(text).toContain('gnp.gguf');
      expect(text).not.toMatch(/(?!\n)\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u);
    }
  });

  it('sets no name of a chart over another one or beyond its edge', () => {
    const label = 'F16 with keys in Q4_0 and values in F16';
    const points = [0.01, 0.0101, 0.0102, 0.5].map((y, index) => ({
      label: `${label} ${index}`,
      x: 6.8,
      y,
      interval: null,
    }));
    const chart = scatter(points, { title: 'KLD', xLabel: 'MiB', yLabel: 'KLD', logarithmic: true });
    const names = [...chart.matchAll(/class="name" x="([\d.]+)" y="([\d.]+)" text-anchor="(\w+)">([^<]+)</g)].map(
      ([, x = '', y = '', anchor = '', text = '']) => {
        const left = Number(x) - (anchor === 'start' ? 0 : anchor === 'middle' ? 3.5 : 7) * text.length;
        return { left, right: left + 7 * text.length, y: Number(y) };
      },
    );
    expect(names.length).toBeGreaterThanOrEqual(2);
    for (const [index, { left, right, y }] of names.entries()) {
      expect(left).toBeGreaterThanOrEqual(0);
      expect(right).toBeLessThanOrEqual(720);
      for (const other of names.slice(index + 1))
        expect(left < other.right && other.left < right && Math.abs(y - other.y) < 14).toBe(false);
    }
    // Each point is named for whoever points at it.
    expect(chart.match(/<title>/g)).toHaveLength(4);
  });

  it('says what a candidate costs by the number of tokens before, if there is more than one band', () => {
    expect(html).toContain(
      '<tr><td>64–95</td><td>2,016</td><td>1.0142</td><td>1.0110 to 1.0170</td><td>0.0125</td><td>—</td>',
    );
    const alone = { ...details, depths: details.depths.slice(1) };
    expect(reportOf(run, [alone, alone, null])).not.toContain('tokens before');
  });

  it('has every tag closed', () => {
    const open: string[] = [];
    for (const [, end, name = '', rest = ''] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)([^>]*)>/gi)) {
      if (['meta', 'line', 'rect', 'circle'].includes(name.toLowerCase())) continue;
      if (end) expect(open.pop()).toBe(name);
      else if (!rest.endsWith('/')) open.push(name);
    }
    expect(open).toEqual([]);
  });

  it('draws every point within its picture', () => {
    for (const [, x = '', y = ''] of html.matchAll(/cx="([^"]+)" cy="([^"]+)"/g)) {
      expect(Number(x)).toBeGreaterThan(0);
      expect(Number(x)).toBeLessThan(720);
      expect(Number(y)).toBeGreaterThan(0);
      expect(Number(y)).toBeLessThan(300);
    }
    expect(html).not.toMatch(/NaN|Infinity|undefined/);
  });
});
