// A process that appends and reports acknowledgements, as the conformance suite expects it, for any
// log.

import { waitUntil } from '../../src/conformance/reading.ts'
import type { AppenderProcess } from '../../src/conformance/subject.ts'
import type { TestProcess } from './child-process.ts'

/** Watches a process that prints the number of acknowledged records after each append. */
export function watchAppender(child: TestProcess, prefix: string): AppenderProcess {
  let acked = 0
  let gone = false
  let complaints = ''
  let rest = ''
  child.stdout.on('data', (text: Buffer) => {
    // A line may arrive in two parts: only a complete line counts.
    const lines = (rest + text).split('\n')
    rest = lines.pop()!
    acked = Number(lines.at(-1) ?? acked)
  })
  child.stderr.on('data', (text: Buffer) => {
    complaints += text
  })
  const exited = new Promise<void>(resolve =>
    child.on('close', () => {
      gone = true
      resolve()
    })
  )
  const isEnough = (count: number) => {
    if (acked < count && gone) throw new Error(`the other process ended: ${complaints}`)
    return acked >= count
  }
  return {
    acked: () => acked,
    waitForAcked: count =>
      waitUntil(`${count} acknowledged by ${prefix}`, () => isEnough(count), 30_000),
    signal: signal => child.kill(signal),
    exited,
    complaints: () => complaints
  }
}
