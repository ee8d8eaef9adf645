// Prints how the tests ended as one plain line: `N passed, N failed`, with `, N skipped` where some were. The check that came
// before them counts as one more when it failed, and so do containers that could not be made, and the fuzzing. A test that ran
// more than once counts once: failed if it ever did, passed if it did where it ran. Plain JavaScript, because the machine's own
// Node runs it.

import { existsSync, readFileSync } from 'node:fs'

const [checkStatus, containersStatus, testsFile, containersFile, fuzzStatus = '0'] = process.argv.slice(2)
const outcomes = new Map()
let failed = (Number(checkStatus) === 0 ? 0 : 1) + (Number(fuzzStatus) === 0 ? 0 : 1)

count(testsFile)
if (existsSync(containersFile)) count(containersFile)
else if (Number(containersStatus) !== 0) failed++

const of = outcome => [...outcomes.values()].filter(one => one === outcome).length
const skipped = of('skipped')
console.log(`${of('passed')} passed, ${failed + of('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)

function count(file) {
  const results = read(file)
  if (results === null) {
    failed++
    return console.log('the tests left no results')
  }
  for (const { name, status, assertionResults } of results.testResults) {
    // A file that can't be run has no failed test of its own, and must not pass for that.
    if (status === 'failed' && assertionResults.length === 0) failed++
    const seen = new Map()
    for (const { fullName, status: outcome } of assertionResults) {
      // Two tests of a file may have one name; in every run they come in the same order.
      seen.set(fullName, (seen.get(fullName) ?? 0) + 1)
      note(`${name} ${fullName} ${seen.get(fullName)}`, outcome)
    }
  }
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
