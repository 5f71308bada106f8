// What a runner's own JSON says: how many tests passed, failed and were skipped, and why each of the skipped was.

/** Needs skipNotes.mjs among the reporters. */
export function countVitest({ numPassedTests, numFailedTests, testResults }) {
  // A file that could not even be loaded, or left something behind, has no test that failed.
  const filesAlone = testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed'),
  );
  const skipped = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status !== 'passed' && status !== 'failed');
  return {
    passed: numPassedTests,
    failed: numFailedTests + filesAlone.length,
    // Where a whole group is left out, no test of it runs that could say why: then the group's name does.
    skipped: skipped.map(
      ({ meta, ancestorTitles, title }) => meta?.skipNote ?? inName(ancestorTitles.find(Boolean) ?? title),
    ),
  };
}

export function countPlaywright({ stats, errors, suites }) {
  const tests = specsOf(suites).flatMap(({ title, tests }) => tests.map((test) => ({ title, ...test })));
  // What the run did not come to is neither passed nor skipped for a reason.
  const unreached = tests.filter(({ results }) => results.length === 0).length;
  const failed = stats.unexpected + unreached;
  return {
    passed: stats.expected + stats.flaky,
    failed: failed || errors.length,
    skipped: tests
      .filter(({ status, results }) => status === 'skipped' && results.length > 0)
      .map(({ title, annotations }) => annotations.find(({ type }) => type === 'skip')?.description ?? inName(title)),
  };
}

function specsOf(suites) {
  return suites.flatMap((suite) => [...(suite.specs ?? []), ...specsOf(suite.suites ?? [])]);
}

/** `npm start (skipped: nothing is built)` says it itself. */
function inName(name) {
  return /\(skipped: (.+)\)/.exec(name)?.[1] ?? `no reason is given: ${name}`;
}

/** One line for each reason, the most frequent first. */
export function reasonLines(reasons) {
  const times = new Map();
  for (const reason of reasons) times.set(reason, (times.get(reason) ?? 0) + 1);
  return [...times].sort(([, one], [, other]) => other - one).map(([reason, count]) => `${count} skipped: ${reason}`);
}
