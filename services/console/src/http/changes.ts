// What the console asks of lists that others change.

import { type Answer, ask } from './answers.ts'

/** Lists of which the suite tells when somebody changes them. */
export type ChangingList = 'silences' | 'watches'

/** How long the suite waits for a change, s; a little longer an answer is awaited. */
const waitS = 25
const withinMs = 32_000

/** Answers when the list is not what was seen, or after a while. */
export function changesOf(
  of: ChangingList,
  seen: string | null,
  signal: AbortSignal
): Promise<Answer<{ readonly seen: string }>> {
  const since = seen === null ? '' : `&seen=${encodeURIComponent(seen)}&wait=${waitS}`
  return ask(`/v1/changes?of=${of}${since}`, { signal, withinMs })
}
