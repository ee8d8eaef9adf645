// Progress of a preview or a backtest that this page waits for. Once no page waits for it, it is
// cancelled, in the suite too: others wait for their turn.

import { signal } from '@preact/signals'
import type { Answer } from '../../http/answers.ts'
import { rules } from '../../http/rules.ts'

/** Most previews are answered before it is asked for the first time, ms. */
const askEveryMs = 1_000

export interface Progress {
  /** The rule's id. */
  readonly of: string
  /** Of the whole, from 0 to 100. */
  readonly percent: number
  readonly done: number
  readonly theatres: number
}

/** Null: no preview is awaited, or its progress is not known yet. */
export const previewProgress = signal<Progress | null>(null)

let waiting: AbortController | null = null

/** Ends what is waited for. */
export function endPreview(): void {
  waiting?.abort()
  waiting = null
  previewProgress.value = null
}

/** The answer; null where it was ended before. */
export async function whileTold<T>(
  of: string,
  ask: (ended: AbortSignal) => Promise<Answer<T>>
): Promise<Answer<T> | null> {
  endPreview()
  const own = new AbortController()
  waiting = own
  void tellUntil(of, () => waiting !== own)
  const answer = await ask(own.signal)
  if (own.signal.aborted) return null
  waiting = null
  previewProgress.value = null
  return answer
}

async function tellUntil(of: string, isOver: () => boolean): Promise<void> {
  const shares = new Map<string, number>()
  for (;;) {
    await new Promise(resolve => setTimeout(resolve, askEveryMs))
    if (isOver()) return
    const answer = await rules.progress()
    if (isOver()) return
    // A suite that cannot report its progress may answer all the same.
    if (answer.kind === 'ok' && answer.body.preview !== null) {
      // One that is no longer listed is done.
      for (const theatre of shares.keys()) shares.set(theatre, 1)
      for (const { theatre, share } of answer.body.preview.theatres) shares.set(theatre, share)
      previewProgress.value = { of, ...summed([...shares.values()]) }
    }
  }
}

function summed(shares: readonly number[]): Omit<Progress, 'of'> {
  const whole = shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length)
  return {
    percent: Math.floor(whole * 100),
    done: shares.filter(share => share === 1).length,
    theatres: shares.length
  }
}
