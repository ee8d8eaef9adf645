// Prints how the steps ended: each test that failed with why, for of a long log often only the end
// is kept, and then one plain line: `N passed, N failed`, with `, N skipped` where some were. Its
// arguments are steps: `name=status`, or `name=status=file` with results of tests. A step that
// failed without a failed test counts as one failure: the check, the fuzzing, or a run that broke.
// A test that ran more than once counts once: failed if it ever did, passed if it did where it ran.
// Plain JavaScript, because the machine's own Node runs it.

import { readFileSync } from 'node:fs'
import { relative } from 'node:path'

/** How many lines of a failure are printed; a comparison of large documents runs to thousands. */
const shownLines = 30

const outcomes = new Map()
let failed = 0
for (const step of process.argv.slice(2)) {
  const [name, status, file] = step.split('=')
  const failures = file === undefined ? 0 : count(name, file)
  if (Number(status) === 0 || failures > 0) continue
  failed++
  console.log(`the step "${name}" failed`)
}

const of = outcome => [...outcomes.values()].filter(one => one === outcome).length
const skipped = of('skipped')
console.log(
  `${of('passed')} passed, ${failed + of('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
)

/** Notes the tests of a file of results; returns how many failures it holds. */
function count(name, file) {
  const results = read(file)
  if (results === null) {
    failed++
    console.log(`the step "${name}" left no results`)
    return 1
  }
  let failures = 0
  for (const { name: testFile, status, message, assertionResults } of results.testResults) {
    // A file that can't be run has no failed test of its own, and must not pass for that.
    if (status === 'failed' && assertionResults.every(each => each.status !== 'failed')) {
      failed++
      failures++
      tell(name, testFile, 'the file could not be run', message ?? '')
    }
    const seen = new Map()
    for (const { fullName, status: outcome, failureMessages } of assertionResults) {
      // Two tests of a file may have one name; in every run they come in the same order.
      seen.set(fullName, (seen.get(fullName) ?? 0) + 1)
      note(`${testFile} ${fullName} ${seen.get(fullName)}`, outcome)
      if (outcome !== 'failed') continue
      failures++
      tell(name, testFile, fullName, (failureMessages ?? []).join('\n'))
    }
  }
  return failures
}

/** Prints what failed in which step, and why. */
function tell(step, testFile, what, why) {
  const lines = why.split('\n')
  const left = lines.length - shownLines
  const shown = left > 0 ? [...lines.slice(0, shownLines), `… and ${left} lines more`] : lines
  console.log(
    [
      `FAILED in "${step}": ${relative('', testFile)} > ${what}`,
      ...shown.map(line => `  ${line}`)
    ].join('\n')
  )
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return null
  }
}

/** The worst that happened to a test, where it ran at all. */
function note(test, status) {
  const rank = { skipped: 0, passed: 1, failed: 2 }
  const outcome = status === 'passed' || status === 'failed' ? status : 'skipped'
  if (!outcomes.has(test) || rank[outcome] > rank[outcomes.get(test)]) outcomes.set(test, outcome)
}
