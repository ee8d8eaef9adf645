// Loads what is shown as soon as somebody changes it at another console. What changes by time
// alone, and counts, are asked for every few seconds by the view itself.

import { useEffect } from 'preact/hooks'
import { type ChangingList, changesOf } from '../../http/changes.ts'

/** After no answer, ms: the view asks by itself as well. */
const againMs = 5_000
/**
 * After a refusal, ms: an instance that does not tell of changes, or whose places for such waits
 * are taken.
 */
const refusedMs = 60_000

export function useChanges(of: ChangingList, load: () => Promise<void>): void {
  useEffect(() => loadOnChanges(seen => changesOf(of, seen.text, seen.signal), load), [])
}

interface Seen {
  /** Null: nothing yet. */
  readonly text: string | null
  readonly signal: AbortSignal
}

/**
 * While the tab is looked at: a browser has few connections, and other tabs need them. Returns what
 * ends it.
 */
export function loadOnChanges(
  ask: (seen: Seen) => ReturnType<typeof changesOf>,
  load: () => Promise<void>,
  tab: Document = document
): () => void {
  let waiting: AbortController | null = null
  const look = () => {
    if (tab.hidden === (waiting === null)) return
    waiting?.abort()
    waiting = tab.hidden ? null : new AbortController()
    if (waiting !== null) void follow(ask, load, waiting.signal)
  }
  look()
  tab.addEventListener('visibilitychange', look)
  return () => {
    tab.removeEventListener('visibilitychange', look)
    waiting?.abort()
  }
}

async function follow(
  ask: (seen: Seen) => ReturnType<typeof changesOf>,
  load: () => Promise<void>,
  signal: AbortSignal
) {
  let text: string | null = null
  while (!signal.aborted) {
    const answer = await ask({ text, signal })
    if (signal.aborted) return
    if (answer.kind !== 'ok') {
      text = null
      await pause(
        signal,
        answer.kind === 'refused' && answer.problem.status < 500 ? refusedMs : againMs
      )
      continue
    }
    const { seen } = answer.body
    if (seen !== text) void load()
    text = seen
  }
}

function pause(signal: AbortSignal, ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  signal.addEventListener('abort', () => {
    clearTimeout(timer)
    resolve()
  })
  return promise
}
