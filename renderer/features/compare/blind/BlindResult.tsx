import { Button, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { Download } from 'lucide-react';
import { type ReactNode, useCallback, useMemo } from 'react';
import type { BlindTest, BlindResult as Result } from '../../../../preload/contract/blind.ts';
import { IntervalBar, VariantMarker } from '../../../design/index.ts';
import { saveText } from '../../../lib/desktop.ts';
import { moment, plural, significant } from '../../../lib/numbers.ts';
import { linearScale } from '../../../lib/scales.ts';
import { type Command, useCommands, useVariantSlots } from '../../../ui-state/index.ts';
import classes from './BlindTab.module.css';
import { useBlindCommands } from './data.ts';

const formats = [
  { format: 'markdown', label: 'Save as Markdown' },
  { format: 'json', label: 'Save as JSON' },
  { format: 'csv', label: 'Save judgements as CSV' },
] as const;

/** Who was preferred, by how much, and how sure that is. */
export function BlindResult({ test, result, children }: { test: BlindTest; result: Result; children: ReactNode }) {
  const { exported } = useBlindCommands(test.id);
  const { mutateAsync } = exported;
  const slotOf = useVariantSlots(result.players.map(({ key }) => key));
  const scale = linearScale([0, ...result.players.flatMap(({ interval95 }) => interval95)]);
  const save = useCallback(
    async (format: (typeof formats)[number]['format']) => {
      // The hook says what failed.
      const text = await mutateAsync(format).catch(() => null);
      const kept = text && (await saveText(text.fileName, text.text, text.mediaType));
      if (kept) notifications.show({ message: `Exported to ${kept}. The file is not encrypted.` });
    },
    [mutateAsync],
  );
  const commands = useMemo(
    (): Command[] =>
      formats.map(({ format, label }) => ({
        id: `blind.${format}`,
        title: label.replace('Save', 'Export blind test'),
        group: 'Blind',
        keys: format === 'markdown' ? 'e' : undefined,
        run: () => void save(format),
      })),
    [save],
  );
  useCommands(commands);
  const side = result.left;
  return (
    <>
      <div className={classes.bar}>
        {children}
        <h2>{test.name ?? 'Blind test'}</h2>
        <span className={classes.facts}>
          {[
            moment(test.createdAt),
            `${test.judged} of ${plural(test.total, 'pair')} judged`,
            ...(test.identical > 0
              ? [
                  test.identical === 1
                    ? '1 identical pair counts as a tie'
                    : `${test.identical} identical pairs count as ties`,
                ]
              : []),
            ...(test.failed > 0 ? [`${plural(test.failed, 'answer')} failed`] : []),
          ].join(' · ')}
        </span>
        <span className={classes.space} />
        <Menu>
          <Menu.Target>
            <Button variant="default" leftSection={<Download size={14} />} loading={exported.isPending}>
              Export
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {formats.map(({ format, label }) => (
              <Menu.Item key={format} onClick={() => void save(format)}>
                {label}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      </div>
      <p className={classes.verdict}>{result.sentence}</p>
      <table className={classes.table} aria-label="Scores">
        <thead>
          <tr>
            <th scope="col">Model</th>
            <th scope="col">Score</th>
            <th scope="col" className={classes.wide}>
              95 % interval
            </th>
            <th scope="col">Wins</th>
            <th scope="col">Losses</th>
            <th scope="col">Ties</th>
            <th scope="col" data-text>
              Held against the reference
            </th>
          </tr>
        </thead>
        <tbody>
          {result.players.map((player) => (
            <tr key={player.key}>
              <th scope="row">
                <span className={classes.variant}>
                  <VariantMarker slot={slotOf(player.key)} />
                  <span title={player.name}>{player.name.replace(/ \(for [^()]*\)$/, '')}</span>
                  <strong>{player.quantization}</strong>
                </span>
              </th>
              {player.missing > 0 ? (
                <>
                  <td>–</td>
                  <td className={classes.wide}>too few choices</td>
                </>
              ) : (
                <>
                  <td title={`${player.score}`}>{signed(player.score)}</td>
                  <td className={classes.wide}>
                    {signed(player.interval95[0])} to {signed(player.interval95[1])}
                    <IntervalBar value={player.score} interval={player.interval95} scale={scale} even={0} />
                  </td>
                </>
              )}
              <td>{player.wins}</td>
              <td>{player.losses}</td>
              <td>{player.ties}</td>
              <td data-text>{player.sentence ?? 'The reference'}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <div className={classes.padded}>
        {side && (
          <p className={classes.caption}>
            The left side was chosen in {significant(side.share * 100)} % of {plural(side.count, 'choice')} (95 %:{' '}
            {significant(side.interval95[0] * 100)} to {significant(side.interval95[1] * 100)} %):{' '}
            {side.interval95[0] > 0.5 || side.interval95[1] < 0.5
              ? 'the side had a say in them.'
              : 'no sign that the side decided.'}
          </p>
        )}
        <p className={classes.caption}>
          Scores after Bradley and Terry, ties after Davidson: natural log of how often a model is preferred, mean 0. A
          difference of 1 is odds of 2.7 to 1. Intervals: profile likelihood with a weak prior; of two models never
          narrower than Clopper and Pearson’s exact one on the choices that were no tie. Each takes choices for
          independent.
        </p>
      </div>
    </>
  );
}

const signed = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`;
