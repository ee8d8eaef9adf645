// Prints how the tests ended as one plain line: `N passed, N failed`, with `, N skipped` where some were. The check that came before them counts
// as one more when it failed. Plain JavaScript, because the machine's own Node runs it.

import { readFileSync } from 'node:fs'

const [resultsFile, checkStatus] = process.argv.slice(2)
const checkFailed = Number(checkStatus) === 0 ? 0 : 1
let results = null
try {
  results = JSON.parse(readFileSync(resultsFile, 'utf8'))
} catch {
  console.log('the tests left no results')
}
// A file that can't be run has no failed test of its own, and must not pass for that.
const broken =
  results === null ? 1 : results.testResults.filter(file => file.status === 'failed' && file.assertionResults.length === 0).length
const failed = (results?.numFailedTests ?? 0) + broken + checkFailed
const skipped = (results?.numPendingTests ?? 0) + (results?.numTodoTests ?? 0)
console.log(`${results?.numPassedTests ?? 0} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
